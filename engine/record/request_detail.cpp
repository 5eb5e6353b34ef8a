#include "engine/record/request_pages.h"
#include "engine/record/request_rows.h"
#include "engine/record/run_rows.h"

namespace penstock::record {

namespace {

std::optional<UsageKind> usageKindFrom(const std::string& word) {
    for (const auto kind : {UsageKind::Exact, UsageKind::Estimated, UsageKind::Unknown})
        if (toString(kind) == word) return kind;
    return std::nullopt;
}

Span spanOf(const QSqlQuery& row, const RunTimes& times) {
    Span span;
    int column = 0;
    const auto next = [&] { return row.value(column++); };
    span.request = static_cast<RequestId>(next().toLongLong());
    span.customId = textOf(next());
    span.spanId = textOf(next());
    span.parentId = textOf(next());
    span.attempt = next().toInt();
    span.segment = next().toUInt();
    span.httpVersion = textOf(next());
    span.connectionNew = next().toBool();
    span.degraded = next().toBool();
    auto& s = span.stamps;
    for (auto* stamp : {&s.queued, &s.admitted, &s.sent, &s.firstByte, &s.firstEvent, &s.firstToken, &s.lastToken, &s.completed, &s.released})
        if (const auto ns = next(); !ns.isNull()) *stamp = Instant{times.runTime(ns.toLongLong())};
    span.connect = Nanos{next().toLongLong()};
    span.outcome.kind = outcomeKindFromString(textOf(next())).value_or(OutcomeKind::Rejected);
    span.outcome.status = next().toInt();
    if (const auto after = next(); !after.isNull()) span.outcome.retryAfter = Nanos{after.toLongLong()};
    span.outcome.code = textOf(next());
    span.outcome.message = textOf(next());
    span.retryCause = textOf(next());
    span.usage.kind = usageKindFrom(textOf(next())).value_or(UsageKind::Unknown);
    for (auto* count : {&span.usage.input, &span.usage.output, &span.usage.total, &span.usage.cachedInput, &span.usage.reasoning})
        *count = optionalOf(next());
    span.wastedTokens = next().toLongLong();
    span.bytesReceived = next().toULongLong();
    span.contentEvents = next().toUInt();
    span.longestGap = Nanos{next().toLongLong()};
    return span;
}

Status readSpans(const RunFile& file, const RunTimes& times, RequestId id, std::vector<Span>& out) {
    return eachRow(file,
                   "SELECT request, CAST(custom_id AS BLOB), CAST(span_id AS BLOB), CAST(parent_span_id AS BLOB), attempt, segment,"
                   " CAST(http_version AS BLOB), connection_new, degraded, queued_ns, admitted_ns, sent_ns, first_byte_ns,"
                   " first_event_ns, first_token_ns, last_token_ns, completed_ns, released_ns, t_conn_ns, CAST(outcome AS BLOB),"
                   " status, retry_after_ns, CAST(code AS BLOB), CAST(message AS BLOB), CAST(retry_cause AS BLOB),"
                   " CAST(usage_kind AS BLOB), input_tokens, output_tokens, total_tokens, cached_input_tokens, reasoning_tokens,"
                   " wasted_tokens, bytes_received, content_events, longest_gap_ns FROM attempts WHERE request = " +
                       std::to_string(static_cast<std::int64_t>(id)) + " ORDER BY attempt",
                   [&](const QSqlQuery& row) { out.push_back(spanOf(row, times)); });
}

} // namespace

Result<RequestDetail> readDetail(RunFile& file, RequestId id) {
    const ReadTransaction state(file);
    const auto times = readRunTimes(file);
    if (!times) return times.error();
    const auto info = readRunInfo(file);
    if (!info) return info.error();
    auto rows = readRequestRows(file, *times, {id});
    if (!rows) return rows.error();
    if (rows->empty()) return Error{"request " + std::to_string(id) + " has no result yet"};

    RequestDetail out;
    out.row = std::move(rows->front());
    auto status = eachRow(file,
                          "SELECT CAST(r.message AS BLOB), CAST(r.server_request_id AS BLOB), CAST(r.usage_kind AS BLOB), input_tokens,"
                          " output_tokens, total_tokens, cached_input_tokens, reasoning_tokens, CAST(t.model AS BLOB), CAST(text AS BLOB),"
                          " CAST(reasoning AS BLOB), CAST(refusal AS BLOB), CAST(tool_calls AS BLOB), CAST(finish_reason AS BLOB),"
                          " CAST(request_body AS BLOB) FROM requests r LEFT JOIN texts t ON t.request = r.request WHERE r.request = " +
                              std::to_string(static_cast<std::int64_t>(id)),
                          [&](const QSqlQuery& row) {
                              int column = 0;
                              out.message = textOf(row.value(column++));
                              out.serverRequestId = textOf(row.value(column++));
                              out.usage.kind = usageKindFrom(textOf(row.value(column++))).value_or(UsageKind::Unknown);
                              for (auto* count : {&out.usage.input, &out.usage.output, &out.usage.total, &out.usage.cachedInput, &out.usage.reasoning})
                                  *count = optionalOf(row.value(column++));
                              for (auto* text : {&out.model, &out.text, &out.reasoning, &out.refusal, &out.toolCalls, &out.finishReason, &out.requestBody})
                                  *text = textOf(row.value(column++));
                          });
    if (!status) return status.error();
    if (status = readSpans(file, *times, id, out.attempts); !status) return status.error();
    out.requestHeaders = info->requestHeaders;
    if (!out.attempts.empty()) {
        out.httpVersion = out.attempts.back().httpVersion;
        out.requestHeaders.push_back("traceparent: 00-" + info->runId + '-' + out.attempts.back().spanId + "-01");
    }
    return out;
}

} // namespace penstock::record
