#include "engine/record/run_store.h"

#include "engine/base/knobs_json.h"
#include "engine/record/prompt_line.h"
#include "engine/record/row_writer.h"
#include "engine/record/run_rows.h"
#include "engine/record/sample_rows.h"

namespace penstock::record {

namespace {

/// INSERT INTO table(columns) VALUES(...): a column written `name:text` is bound as bytes and stored as text.
std::string insertInto(const std::string& table, std::initializer_list<std::string_view> columns) {
    std::string names, places;
    for (const auto column : columns) {
        const bool text = column.ends_with(":text");
        names += names.empty() ? "" : ", ";
        names += text ? column.substr(0, column.size() - 5) : column;
        places += places.empty() ? "" : ", ";
        places += text ? "CAST(? AS TEXT)" : "?";
    }
    return "INSERT INTO " + table + "(" + names + ") VALUES(" + places + ")";
}

/// A status of 0 says that none arrived.
QVariant statusValue(int status) {
    return status == 0 ? QVariant() : QVariant(static_cast<qint64>(status));
}

QVariant duration(const std::optional<Nanos>& length) {
    return length ? QVariant(static_cast<qint64>(length->count())) : QVariant();
}

/// Of a request body: a longer one is not kept.
constexpr std::size_t mostBodyBytes = 1u << 20;

} // namespace

Result<std::unique_ptr<RunStore>> RunStore::make(RunFile& file, int session, Instant epoch) {
    std::unique_ptr<RunStore> store(new RunStore(file, session, epoch));
    const std::pair<QSqlQuery*, std::string> statements[] = {
        {&store->span_, insertInto("attempts", {"request",
                                                "attempt",
                                                "session",
                                                "custom_id:text",
                                                "span_id:text",
                                                "parent_span_id:text",
                                                "segment",
                                                "http_version:text",
                                                "connection_new",
                                                "degraded",
                                                "queued_ns",
                                                "admitted_ns",
                                                "sent_ns",
                                                "first_byte_ns",
                                                "first_event_ns",
                                                "first_token_ns",
                                                "last_token_ns",
                                                "completed_ns",
                                                "released_ns",
                                                "t_conn_ns",
                                                "outcome:text",
                                                "status",
                                                "retry_after_ns",
                                                "code:text",
                                                "message:text",
                                                "retry_cause:text",
                                                "usage_kind:text",
                                                "input_tokens",
                                                "output_tokens",
                                                "total_tokens",
                                                "cached_input_tokens",
                                                "reasoning_tokens",
                                                "wasted_tokens",
                                                "bytes_received",
                                                "content_events",
                                                "longest_gap_ns",
                                                "total_gap_ns",
                                                "total_connections"})},
        {&store->result_, insertInto("requests", {"request",
                                                  "session",
                                                  "custom_id:text",
                                                  "line",
                                                  "outcome:text",
                                                  "status",
                                                  "code:text",
                                                  "message:text",
                                                  "server_request_id:text",
                                                  "attempts",
                                                  "segment",
                                                  "degraded",
                                                  "ended_ns",
                                                  "t_first_token_ns",
                                                  "t_in_flight_ns",
                                                  "usage_kind:text",
                                                  "input_tokens",
                                                  "output_tokens",
                                                  "total_tokens",
                                                  "cached_input_tokens",
                                                  "reasoning_tokens"})},
        {&store->texts_, insertInto("texts", {"request", "prompt:text", "response_id:text", "model:text",
                                              "tool_calls:text", "finish_reason:text", "text:text", "reasoning:text",
                                              "refusal:text", "request_body:text"})},
        {&store->sample_, "INSERT INTO samples(session, " + sampleColumns() + ") VALUES(?, " + samplePlaces() + ")"},
        {&store->segment_,
         insertInto("segments", {"number", "session", "start_ns", "max_concurrency", "cost_per_hour",
                                 "input_token_price", "output_token_price", "currency:text", "knobs:text",
                                 "gap_seconds", "connections_opened"})},
        {&store->pause_, "INSERT OR REPLACE INTO pauses(session, start_ns, end_ns) VALUES(?, ?, ?)"},
        {&store->totals_, "UPDATE sessions SET gap_ns = ?, in_flight_integral = ?, in_flight_peak = ?,"
                          " connections_opened = ?, moved = ?, attempts_started = ?,"
                          " first_queued_ns = coalesce(?, first_queued_ns) WHERE number = ?"},
        {&store->bucket_, "INSERT INTO itl(session, low_ns, high_ns, count) VALUES(?, ?, ?, ?)"
                          " ON CONFLICT(session, low_ns) DO UPDATE SET count = excluded.count"},
    };
    for (const auto& [query, sql] : statements) {
        auto prepared = file.prepare(sql);
        if (!prepared) return prepared.error();
        *query = std::move(*prepared);
    }
    return store;
}

QVariant RunStore::stamp(const std::optional<Instant>& at) const {
    return at ? QVariant(static_cast<qint64>((*at - epoch_).count())) : QVariant();
}

Status RunStore::write(const Entry& entry) {
    return std::visit([this](const auto& value) { return put(value); }, entry);
}

Status RunStore::put(const ClosedAttempt& attempt) {
    const auto& span = attempt.span;
    last_ = {span.request, span.tFirstToken(), span.tInFlight()};
    const auto& stamps = span.stamps;
    RowWriter row(span_);
    row << span.request << span.attempt << session_ << span.customId << span.spanId << span.parentId << span.segment
        << span.httpVersion << span.connectionNew << span.degraded;
    for (const auto& at : {stamps.queued, stamps.admitted, stamps.sent, stamps.firstByte, stamps.firstEvent,
                           stamps.firstToken, stamps.lastToken, stamps.completed, stamps.released})
        row << stamp(at);
    // t_conn of an attempt that neither left nor set a connection up is not 0: there was none.
    if (stamps.sent || span.connect > Nanos{0})
        row << span.connect;
    else
        row << QVariant();
    row << toString(span.outcome.kind) << statusValue(span.outcome.status);
    if (span.outcome.retryAfter)
        row << *span.outcome.retryAfter;
    else
        row << QVariant();
    row << span.outcome.code << span.outcome.message << span.retryCause << toString(span.usage.kind) << span.usage.input
        << span.usage.output << span.usage.total << span.usage.cachedInput << span.usage.reasoning << span.wastedTokens
        << span.bytesReceived << span.contentEvents << span.longestGap << attempt.gap << attempt.connectionsOpened;
    return file_.run(span_);
}

Status RunStore::put(const RequestResult& result) {
    const auto& completion = result.completion;
    // A request's last attempt came just before it.
    const bool made = result.attempts > 0 && last_ && last_->request == result.id;
    RowWriter row(result_);
    row << result.id << session_ << result.customId;
    if (result.line != 0)
        row << result.line;
    else
        row << QVariant();
    row << toString(result.outcome.kind) << statusValue(result.outcome.status) << result.outcome.code
        << result.outcome.message << result.serverRequestId << result.attempts << result.segment << result.degraded
        << stamp(result.ended) << duration(made ? last_->firstToken : std::nullopt)
        << duration(made ? last_->inFlight : std::nullopt) << toString(completion.usage.kind) << completion.usage.input
        << completion.usage.output << completion.usage.total << completion.usage.cachedInput
        << completion.usage.reasoning;
    if (auto status = file_.run(result_); !status) return status;
    return putTexts(result);
}

Status RunStore::putTexts(const RequestResult& result) {
    const auto& completion = result.completion;
    const auto calls = toolCallsText(completion.toolCalls);
    static const std::string none;
    const auto& body = result.requestBody ? *result.requestBody : none;
    const auto prompt = promptLine(body);
    RowWriter row(texts_);
    row << result.id << prompt << completion.responseId << completion.model << calls;
    if (completion.finishReason)
        row << *completion.finishReason;
    else
        row << QVariant();
    row << completion.text << completion.reasoning << completion.refusal
        << (body.size() <= mostBodyBytes ? body : none);
    return file_.run(texts_);
}

Status RunStore::put(const Snapshot& s) {
    RowWriter row(sample_);
    row << session_;
    bindSample(row, s);
    return file_.run(sample_);
}

Status RunStore::put(const Segment& segment) {
    const auto knobs = toJson(segment.knobs).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    RowWriter row(segment_);
    row << segment.number << session_ << segment.start << segment.knobs.maxConcurrency << segment.knobs.costPerHour
        << segment.knobs.inputTokenPrice << segment.knobs.outputTokenPrice << segment.knobs.currency << knobs
        << segment.gapSeconds << segment.connectionsOpened;
    return file_.run(segment_);
}

Status RunStore::put(const Pause& pause) {
    RowWriter row(pause_);
    row << session_ << stamp(pause.begin) << stamp(pause.end);
    return file_.run(pause_);
}

Status RunStore::writeTotals(const SessionTotals& totals) {
    RowWriter row(totals_);
    row << totals.gap << totals.inFlightIntegral << totals.inFlightPeak << totals.connectionsOpened << totals.moved
        << totals.attemptsStarted << stamp(totals.firstQueued) << session_;
    if (auto status = file_.run(totals_); !status) return status;
    if (!totals.itl) return okStatus();
    for (const auto& bucket : *totals.itl) {
        RowWriter line(bucket_);
        line << session_ << bucket.low << bucket.high << bucket.count;
        if (auto status = file_.run(bucket_); !status) return status;
    }
    return okStatus();
}

} // namespace penstock::record
