#include "engine/record/summary_json.h"

#include "engine/record/percentiles_json.h"

namespace penstock {

using nlohmann::ordered_json;
using record::distribution;
using record::nullable;

ordered_json summaryJson(const Summary& s) {
    const bool measured = s.windowSeconds > 0;
    ordered_json out;
    out["run_id"] = s.runId;
    out["simulated"] = s.simulated;
    out["target"] = s.targetUrl;
    out["http_version"] = s.httpVersion.empty() ? ordered_json() : ordered_json(s.httpVersion);
    out["window_seconds"] = s.windowSeconds;
    out["paused_seconds"] = s.pausedSeconds;
    out["requests"] = s.requests;
    out["ended"] = s.ended;
    out["successes"] = s.successes;
    out["failures"] = s.failures;
    out["cancelled"] = s.cancelled;
    out["shed"] = s.shed;
    out["unfinished"] = nullable(s.unfinished);
    out["salvaged"] = s.salvaged;
    out["degraded"] = s.degraded;
    out["skipped_lines"] = s.skippedLines;
    out["endings"] = s.endings;
    out["success_rate"] = nullable(s.successRate);
    out["successes_per_hour"] = nullable(s.successesPerHour);
    out["currency"] = s.currency;
    out["cost_per_success"] = nullable(s.costPerSuccess);
    out["cost_per_million_output_tokens"] = nullable(s.costPerMillionOutputTokens);
    out["upper_bound_successes_per_hour"] = nullable(s.upperBoundSuccessesPerHour);
    out["max_concurrency"] = s.maxConcurrency;
    out["in_flight_peak"] = s.inFlightPeak;
    out["in_flight_mean"] = measured ? ordered_json(s.inFlightMean) : ordered_json();
    out["gap_seconds"] = s.gapSeconds;
    out["gap_fraction"] = measured ? ordered_json(s.gapFraction) : ordered_json();
    out["connections_opened"] = s.connectionsOpened;
    out["new_connections_per_success"] = nullable(s.newConnectionsPerSuccess);
    out["attempts"] = s.attempts;
    out["retries"] = s.retries;
    out["retries_by_cause"] = s.retriesByCause;
    out["attempts_lost"] = s.attemptsLost;
    out["moved"] = s.moved;
    out["t_queue"] = distribution(s.tQueue);
    out["t_conn"] = distribution(s.tConn);
    out["t_first_token"] = distribution(s.tFirstToken);
    out["t_stream"] = distribution(s.tStream);
    out["t_post"] = distribution(s.tPost);
    out["t_in_flight"] = distribution(s.tInFlight);
    out["itl"] = distribution(s.itl);
    out["tpot"] = distribution(s.tpot);
    out["usage_kind"] = toString(s.usageKind);
    out["input_tokens"] = nullable(s.inputTokens);
    out["output_tokens"] = nullable(s.outputTokens);
    out["wasted_tokens"] = s.wastedTokens;
    out["wasted_at_least"] = s.wastedAtLeast;
    out["avoidable_cost"] = nullable(s.avoidableCost);
    // Successes that met every objective, per second: no objectives were set.
    out["goodput"] = nullptr;
    return out;
}

std::optional<Summary> summaryFrom(const std::string& text) {
    const auto object = nlohmann::json::parse(text, nullptr, false);
    if (!object.is_object()) return std::nullopt;
    const record::Fields in(object);
    Summary s;
    s.runId = in.text("run_id");
    s.simulated = in.yes("simulated");
    s.targetUrl = in.text("target");
    // Empty is written as null.
    if (const auto version = object.find("http_version"); version != object.end() && version->is_string())
        s.httpVersion = version->get<std::string>();
    s.windowSeconds = in.seconds("window_seconds");
    s.pausedSeconds = in.seconds("paused_seconds");
    s.requests = in.count("requests");
    s.ended = in.count("ended");
    s.successes = in.count("successes");
    s.failures = in.count("failures");
    s.cancelled = in.count("cancelled");
    s.shed = in.count("shed");
    // Summaries of before do not tell it.
    if (const auto left = object.find("unfinished"); left != object.end() && left->is_number_unsigned())
        s.unfinished = left->get<std::uint64_t>();
    s.salvaged = in.count("salvaged");
    s.degraded = in.count("degraded");
    s.skippedLines = in.count("skipped_lines");
    s.endings = in.counts("endings");
    s.successRate = in.optionalReal("success_rate");
    s.successesPerHour = in.optionalReal("successes_per_hour");
    s.currency = in.text("currency");
    s.costPerSuccess = in.optionalReal("cost_per_success");
    s.costPerMillionOutputTokens = in.optionalReal("cost_per_million_output_tokens");
    s.upperBoundSuccessesPerHour = in.optionalReal("upper_bound_successes_per_hour");
    s.maxConcurrency = in.integer("max_concurrency");
    s.inFlightPeak = in.integer("in_flight_peak");
    s.inFlightMean = in.optionalReal("in_flight_mean").value_or(0);
    s.gapSeconds = in.seconds("gap_seconds");
    s.gapFraction = in.optionalReal("gap_fraction").value_or(0);
    s.connectionsOpened = in.count("connections_opened");
    s.newConnectionsPerSuccess = in.optionalReal("new_connections_per_success");
    s.attempts = in.count("attempts");
    s.retries = in.count("retries");
    s.retriesByCause = in.counts("retries_by_cause");
    s.attemptsLost = in.count("attempts_lost");
    s.moved = in.count("moved");
    s.tQueue = in.distribution("t_queue");
    s.tConn = in.distribution("t_conn");
    s.tFirstToken = in.distribution("t_first_token");
    s.tStream = in.distribution("t_stream");
    s.tPost = in.distribution("t_post");
    s.tInFlight = in.distribution("t_in_flight");
    s.itl = in.distribution("itl");
    s.tpot = in.distribution("tpot");
    const auto kind = in.text("usage_kind");
    for (const auto known : {UsageKind::Exact, UsageKind::Estimated, UsageKind::Unknown})
        if (toString(known) == kind) s.usageKind = known;
    s.inputTokens = in.optionalWhole("input_tokens");
    s.outputTokens = in.optionalWhole("output_tokens");
    s.wastedTokens = in.whole("wasted_tokens");
    s.wastedAtLeast = in.yes("wasted_at_least");
    s.avoidableCost = in.optionalReal("avoidable_cost");
    if (!in.complete()) return std::nullopt;
    return s;
}

} // namespace penstock
