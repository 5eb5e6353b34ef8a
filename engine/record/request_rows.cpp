#include "engine/record/request_rows.h"

#include <unordered_map>

namespace penstock::record {

namespace {

std::string listOf(const std::vector<RequestId>& ids) {
    std::string out;
    for (const auto id : ids)
        out += (out.empty() ? "" : ",") + std::to_string(static_cast<std::int64_t>(id));
    return out;
}

/// A word that no version of ours wrote: told as what it is nearest to, a failure.
OutcomeKind outcomeOf(const QVariant& word) {
    return outcomeKindFromString(textOf(word)).value_or(OutcomeKind::Rejected);
}

std::optional<double> secondsOf(const QVariant& ns) {
    const auto length = ns.toLongLong();
    return ns.isNull() || length < 0 || length > longestNs ? std::nullopt : std::optional(static_cast<double>(length) / 1e9);
}

RequestRow rowOf(const QSqlQuery& row, const RunTimes& times) {
    RequestRow out;
    int column = 0;
    out.id = static_cast<RequestId>(row.value(column++).toLongLong());
    out.customId = textOf(row.value(column++));
    out.outcome = outcomeOf(row.value(column++));
    out.status = row.value(column++).toInt();
    out.segment = row.value(column++).toUInt();
    out.tFirstToken = secondsOf(row.value(column++));
    out.tInFlight = secondsOf(row.value(column++));
    out.outputTokens = optionalOf(row.value(column++));
    const auto kind = textOf(row.value(column++));
    for (const auto known : {UsageKind::Exact, UsageKind::Estimated})
        if (toString(known) == kind) out.usageKind = known;
    out.ended = times.seconds(row.value(column++).toLongLong());
    out.prompt = textOf(row.value(column++));
    return out;
}

AttemptBar barOf(const QSqlQuery& row, const RunTimes& times) {
    AttemptBar out;
    int column = 1;
    out.attempt = row.value(column++).toInt();
    for (auto* stamp : {&out.queued, &out.admitted, &out.sent, &out.firstToken, &out.lastToken, &out.completed, &out.released})
        *stamp = times.seconds(row.value(column++));
    out.connect = static_cast<double>(row.value(column++).toLongLong()) / 1e9;
    out.outcome = outcomeOf(row.value(column++));
    out.status = row.value(column++).toInt();
    out.retryCause = textOf(row.value(column++));
    out.message = textOf(row.value(column++));
    return out;
}

} // namespace

Result<std::vector<RequestRow>> readRequestRows(const RunFile& file, const RunTimes& times, const std::vector<RequestId>& ids) {
    std::vector<RequestRow> rows;
    if (ids.empty()) return rows;
    const auto list = listOf(ids);
    std::unordered_map<RequestId, RequestRow> byId;
    auto status = eachRow(file,
                          "SELECT r.request, CAST(custom_id AS BLOB), CAST(outcome AS BLOB), status, segment, t_first_token_ns,"
                          " t_in_flight_ns, output_tokens, CAST(usage_kind AS BLOB), ended_ns, CAST(t.prompt AS BLOB)"
                          " FROM requests r LEFT JOIN texts t ON t.request = r.request WHERE r.request IN (" + list + ")",
                          [&](const QSqlQuery& row) {
                              auto made = rowOf(row, times);
                              byId.insert_or_assign(made.id, std::move(made));
                          });
    if (!status) return status.error();
    status = eachRow(file,
                     "SELECT request, attempt, queued_ns, admitted_ns, sent_ns, first_token_ns, last_token_ns, completed_ns,"
                     " released_ns, t_conn_ns, CAST(outcome AS BLOB), status, CAST(retry_cause AS BLOB), CAST(message AS BLOB),"
                     " wasted_tokens FROM attempts WHERE request IN (" + list + ") ORDER BY request, attempt",
                     [&](const QSqlQuery& row) {
                         const auto found = byId.find(static_cast<RequestId>(row.value(0).toLongLong()));
                         if (found == byId.end()) return;
                         found->second.attempts.push_back(barOf(row, times));
                         found->second.wastedTokens += row.value(14).toLongLong();
                     });
    if (!status) return status.error();
    for (const auto id : ids)
        if (const auto found = byId.find(id); found != byId.end()) rows.push_back(std::move(found->second));
    return rows;
}

} // namespace penstock::record
