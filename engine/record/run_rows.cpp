#include "engine/record/run_rows.h"

#include <nlohmann/json.hpp>

#include <charconv>

namespace penstock::record {

namespace {

using nlohmann::json;

constexpr int runColumns = 15;

std::optional<std::vector<ToolCall>> toolCallsFrom(const std::string& text) {
    std::vector<ToolCall> calls;
    if (text.empty()) return calls;
    const auto array = json::parse(text, nullptr, false);
    if (!array.is_array()) return std::nullopt;
    for (const auto& entry : array) {
        if (!entry.is_array() || entry.size() != 3) return std::nullopt;
        for (const auto& part : entry)
            if (!part.is_string()) return std::nullopt;
        calls.push_back({entry[0].get<std::string>(), entry[1].get<std::string>(), entry[2].get<std::string>()});
    }
    return calls;
}

std::optional<UsageKind> usageKindFrom(const std::string& word) {
    for (const auto kind : {UsageKind::Exact, UsageKind::Estimated, UsageKind::Unknown})
        if (toString(kind) == word) return kind;
    return std::nullopt;
}

Result<std::optional<std::uint64_t>> readWorkloadRequests(const RunFile& file) {
    using Count = std::optional<std::uint64_t>;
    const auto known = file.value("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'workload'");
    if (!known) return known.error();
    if (known->toInt() == 0) return Count();
    const auto requests = file.value("SELECT requests FROM workload");
    if (!requests) return requests.error();
    const auto number = requests->toLongLong();
    return requests->isNull() || number <= 0 ? Count() : Count(static_cast<std::uint64_t>(number));
}

} // namespace

std::string toolCallsText(const std::vector<ToolCall>& calls) {
    if (calls.empty()) return {};
    auto array = json::array();
    for (const auto& call : calls)
        array.push_back(json::array({call.id, call.name, call.arguments}));
    return array.dump(-1, ' ', false, json::error_handler_t::replace);
}

Status writeRunInfo(const RunFile& file, const RunInfo& info) {
    auto query =
        file.prepare("INSERT INTO run(id, run_id, program_version, target_url, api, model, http_mode, simulated,"
                     " workload_name, workload_path, workload_digest, workload_options, seed, request_headers, skipped_lines, started_unix_ns)"
                     " VALUES(1,"
                     " CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT),"
                     " CAST(? AS TEXT), ?, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT),"
                     " CAST(? AS TEXT), ?, ?)");
    if (!query) return query.error();
    const auto seed = std::to_string(info.seed);
    const auto headers = json(info.requestHeaders).dump(-1, ' ', false, json::error_handler_t::replace);
    int column = 0;
    for (const auto* text :
         {&info.runId, &info.programVersion, &info.targetUrl, &info.api, &info.model, &info.httpMode})
        query->bindValue(column++, textValue(*text));
    query->bindValue(column++, info.simulated ? 1 : 0);
    for (const auto* text : {&info.workloadName, &info.workloadPath, &info.workloadDigest, &info.workloadOptions, &seed, &headers})
        query->bindValue(column++, textValue(*text));
    query->bindValue(column++, static_cast<qint64>(info.skippedLines));
    const auto started = std::chrono::duration_cast<Nanos>(info.startedAt.time_since_epoch());
    query->bindValue(column++, static_cast<qint64>(started.count()));
    Q_ASSERT(column == runColumns);
    if (auto status = file.run(*query); !status || !info.workloadRequests) return status;
    auto workload = file.prepare("INSERT INTO workload(id, requests) VALUES(1, ?)");
    if (!workload) return workload.error();
    workload->bindValue(0, static_cast<qint64>(*info.workloadRequests));
    return file.run(*workload);
}

Result<RunInfo> readRunInfo(const RunFile& file) {
    auto query =
        file.prepare("SELECT CAST(run_id AS BLOB), CAST(program_version AS BLOB), CAST(target_url AS BLOB),"
                     " CAST(api AS BLOB), CAST(model AS BLOB), CAST(http_mode AS BLOB), simulated,"
                     " CAST(workload_name AS BLOB), CAST(workload_path AS BLOB), CAST(workload_digest AS BLOB), CAST(workload_options AS BLOB),"
                     " CAST(seed AS BLOB), CAST(request_headers AS BLOB), skipped_lines, started_unix_ns FROM run");
    if (!query) return query.error();
    if (auto status = file.run(*query); !status) return status.error();
    const auto row = file.next(*query);
    if (!row) return row.error();
    if (!*row) return Error{"the run file " + file.path() + ": it is damaged (it names no run)"};

    RunInfo info;
    int column = 0;
    for (auto* text : {&info.runId, &info.programVersion, &info.targetUrl, &info.api, &info.model, &info.httpMode})
        *text = textOf(query->value(column++));
    info.simulated = query->value(column++).toBool();
    for (auto* text : {&info.workloadName, &info.workloadPath, &info.workloadDigest, &info.workloadOptions})
        *text = textOf(query->value(column++));
    const auto seed = textOf(query->value(column++));
    const auto [end, code] = std::from_chars(seed.data(), seed.data() + seed.size(), info.seed);
    if (code != std::errc{} || end != seed.data() + seed.size())
        return Error{"the run file " + file.path() + ": it is damaged (its seed is not a number)"};
    const auto headers = json::parse(textOf(query->value(column++)), nullptr, false);
    if (!headers.is_array()) return Error{"the run file " + file.path() + ": it is damaged (its headers are no list)"};
    for (const auto& header : headers)
        if (header.is_string()) info.requestHeaders.push_back(header.get<std::string>());
    info.skippedLines = query->value(column++).toULongLong();
    info.startedAt = std::chrono::system_clock::time_point(
        std::chrono::duration_cast<std::chrono::system_clock::duration>(Nanos(query->value(column++).toLongLong())));
    const auto requests = readWorkloadRequests(file);
    if (!requests) return requests.error();
    info.workloadRequests = *requests;
    return info;
}

Result<QSqlQuery> selectResults(const RunFile& file, const std::string& tail) {
    return file.prepare(
        "SELECT r.request, CAST(custom_id AS BLOB), line, CAST(outcome AS BLOB), status, CAST(code AS BLOB),"
        " CAST(message AS BLOB), CAST(server_request_id AS BLOB), attempts, segment, degraded,"
        " CAST(response_id AS BLOB), CAST(model AS BLOB), CAST(text AS BLOB), CAST(reasoning AS BLOB),"
        " CAST(refusal AS BLOB), CAST(tool_calls AS BLOB), CAST(finish_reason AS BLOB),"
        " CAST(usage_kind AS BLOB), input_tokens, output_tokens, total_tokens, cached_input_tokens,"
        " reasoning_tokens FROM requests r JOIN texts t ON t.request = r.request " +
        tail);
}

Result<RequestResult> readResult(const QSqlQuery& row, const RunFile& file) {
    RequestResult result;
    int column = 0;
    const auto next = [&] { return row.value(column++); };
    result.id = static_cast<RequestId>(next().toLongLong());
    const Error damaged{"the run file " + file.path() + ": it is damaged (request " + std::to_string(result.id) + ")"};
    result.customId = textOf(next());
    result.line = static_cast<std::uint64_t>(next().toLongLong());
    const auto outcome = outcomeKindFromString(textOf(next()));
    if (!outcome) return damaged;
    result.outcome.kind = *outcome;
    result.outcome.status = next().toInt();
    result.outcome.code = textOf(next());
    result.outcome.message = textOf(next());
    result.serverRequestId = textOf(next());
    result.attempts = next().toInt();
    result.segment = static_cast<std::uint32_t>(next().toUInt());
    result.degraded = next().toBool();

    auto& completion = result.completion;
    for (auto* text :
         {&completion.responseId, &completion.model, &completion.text, &completion.reasoning, &completion.refusal})
        *text = textOf(next());
    auto calls = toolCallsFrom(textOf(next()));
    if (!calls) return damaged;
    completion.toolCalls = std::move(*calls);
    if (const auto reason = next(); !reason.isNull()) completion.finishReason = textOf(reason);
    const auto kind = usageKindFrom(textOf(next()));
    if (!kind) return damaged;
    completion.usage.kind = *kind;
    for (auto* count : {&completion.usage.input, &completion.usage.output, &completion.usage.total,
                        &completion.usage.cachedInput, &completion.usage.reasoning})
        *count = optionalOf(next());
    return result;
}

} // namespace penstock::record
