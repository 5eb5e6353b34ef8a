#include "engine/record/summary_record.h"

#include "engine/base/cost.h"

namespace penstock {

ResultRecord recordOf(const Summary& s) {
    const bool measured = s.windowSeconds > 0;
    std::optional<double> retryRate, gapSeconds, gapFraction;
    retryRate = cost::perEach(s.retries, s.ended);
    if (measured) gapSeconds = s.gapSeconds;
    if (measured) gapFraction = s.gapFraction;
    const std::optional<double> wasted = static_cast<double>(s.wastedTokens);
    ResultRecord out;
    out.simulated = s.simulated;
    const auto row = [&](const char* metric, const std::string& unit, std::optional<double> value, const char* interpretation) {
        out.rows.push_back({metric, unit, std::nullopt, value, std::nullopt, std::nullopt, interpretation});
    };
    row("new_connections_per_success", "connections", s.newConnectionsPerSuccess,
         "Connections opened for each success. The target is reuse: far below 1 once warm.");
    row("in_flight_cap", "requests", static_cast<double>(s.maxConcurrency),
         "Hard limit on requests in flight, enforced before network I/O (the highest that was set).");
    row("t_queue_p95", "s", s.tQueue.p95,
         "Wait for admission. It should be visible and bounded; no queue is not a goal if it causes retries.");
    row("t_first_token_p95", "s", s.tFirstToken.p95,
         "Sent to the first generated content. Sensitive to connection churn and upstream load.");
    row("gap_seconds", "s", gapSeconds,
         "Time with work queued and a free slot (queue > 0 and in_flight < cap): idle capacity. The target is 0.");
    row("gap_fraction", "fraction", gapFraction, "gap_seconds as a part of the window.");
    row("retry_rate", "retries per request", retryRate, "Should decrease when caps and budgets prevent cascades.");
    row("success_rate", "fraction", s.successRate,
         "Successes of all requests that ended. Must not regress: throughput that increases failures is not throughput.");
    row("successes_per_hour", "successes/h", s.successesPerHour, "R_success = success_count / window_hours.");
    row("upper_bound_successes_per_hour", "successes/h", s.upperBoundSuccessesPerHour,
         "cap / E[t_in_flight] * 3600, E[t_in_flight] being the slot time of all attempts for each success: what full slots would reach.");
    row("cost_per_success", s.currency, s.costPerSuccess,
         "C_hour / R_success: what one successful completion cost. The number that matters.");
    row("cost_per_million_output_tokens", s.currency, s.costPerMillionOutputTokens,
         "Hourly cost of the window over the output tokens of successes.");
    row("wasted_tokens", "tokens", wasted,
         s.wastedAtLeast ? "Output tokens generated and thrown away; at least so many (some attempts left no count)."
                         : "Output tokens generated and thrown away on retries, restarts and failures.");
    row("avoidable_cost", s.currency, s.avoidableCost,
         "Wasted tokens at the price of output tokens; empty when no such price was set.");
    return out;
}

} // namespace penstock
