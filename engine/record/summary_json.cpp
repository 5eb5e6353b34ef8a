#include "engine/record/summary_json.h"

namespace penstock {

namespace {

using nlohmann::ordered_json;

template <typename T>
ordered_json nullable(const std::optional<T>& value) {
    return value ? ordered_json(*value) : ordered_json();
}

ordered_json distribution(const Percentiles& p) {
    return {{"p50", nullable(p.p50)},
            {"p95", nullable(p.p95)},
            {"p99", nullable(p.p99)},
            {"mean", nullable(p.mean)},
            {"count", p.count}};
}

} // namespace

ordered_json summaryJson(const Summary& s) {
    const bool measured = s.windowSeconds > 0;
    ordered_json out;
    out["run_id"] = s.runId;
    out["simulated"] = s.simulated;
    out["target"] = s.targetUrl;
    out["http_version"] = s.httpVersion.empty() ? ordered_json() : ordered_json(s.httpVersion);
    out["window_seconds"] = s.windowSeconds;
    out["requests"] = s.requests;
    out["successes"] = s.successes;
    out["failures"] = s.failures;
    out["cancelled"] = s.cancelled;
    out["shed"] = s.shed;
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

} // namespace penstock
