#include "engine/experiment/experiment.h"

#include "engine/base/cost.h"
#include "engine/experiment/resampled.h"
#include "engine/experiment/verdict.h"

#include <tuple>
#include <utility>

namespace penstock {

namespace {

using Block = MeasuredSetting::Block;
using Value = std::optional<double>;

Value per(double amount, double of) { return of > 0 ? Value(amount / of) : std::nullopt; }

/// A figure of a setting from the sum of its blocks.
struct Metric {
    const char* name;
    std::string unit;
    BlockBootstrap::Figure value;
    const char* interpretation;
    bool money = false;
};

std::vector<Metric> metrics(const std::string& currency) {
    return {
        {"new_connections_per_success", "connections", [](const MeasuredSetting&, const Block& sum) { return per(sum.connections, sum.successes); },
         "Connections opened for each success. The target is reuse: far below 1 once warm."},
        {"gap_fraction", "fraction", [](const MeasuredSetting& s, const Block& sum) { return cost::gapFraction(sum.gapSeconds, openSeconds(s), 0); },
         "Time with work queued and a free slot, as a part of the window: idle capacity. The target is 0."},
        {"retry_rate", "retries per request", [](const MeasuredSetting&, const Block& sum) { return per(sum.retries, sum.ended); },
         "Should decrease when caps and budgets prevent cascades."},
        {"success_rate", "fraction", [](const MeasuredSetting&, const Block& sum) { return per(sum.successes, sum.ended); },
         "Must not regress: throughput that increases failures is not throughput."},
        {"successes_per_hour", "successes/h", successesPerHourOf, "R_success = success_count / window_hours."},
        {"cost_per_success", currency, costPerSuccessOf, "C_hour / R_success. The cost ratio is the only number that matters.", true},
        {"cost_per_million_output_tokens", currency,
         [](const MeasuredSetting& s, const Block& sum) -> Value {
             if (!s.tokensKnown) return std::nullopt;
             return cost::costPerMillionOutputTokens(s.costPerHour, windowSeconds(s), static_cast<std::int64_t>(sum.outputTokens));
         },
         "Hourly cost of the window over the output tokens of successes.", true},
        {"avoidable_cost_per_hour", currency,
         [](const MeasuredSetting& s, const Block& sum) -> Value {
             return s.tokensBilled ? per(sum.avoidableCost * 3600, windowSeconds(s)) : std::nullopt;
         },
         "Tokens thrown away at the price of output tokens, an hour.", true},
    };
}

/// Rows that are not a matter of blocks: the cap, and the percentiles.
RecordRow capRow(const MeasuredSetting& baseline, const MeasuredSetting& controlled) {
    RecordRow row{"in_flight_cap", "requests", double(baseline.cap), double(controlled.cap), per(controlled.cap, baseline.cap), {},
                  "Hard limit on requests in flight, enforced before network I/O."};
    return row;
}

using Times = std::vector<double> Block::*;

RecordRow percentileRow(const char* name, const MeasuredSetting& before, const MeasuredSetting& after, Times times, Value MeasuredSetting::*exact,
                        const char* interpretation) {
    RecordRow row;
    row.metric = name;
    row.unit = "s";
    row.baseline = before.*exact ? before.*exact : percentile95(before.blocks, times);
    row.controlled = after.*exact ? after.*exact : percentile95(after.blocks, times);
    if (row.baseline && row.controlled) row.ratio = per(*row.controlled, *row.baseline);
    row.interval = intervalOfPercentileRatio(before.blocks, after.blocks, times);
    row.interpretation = interpretation;
    return row;
}

std::string runOf(const MeasuredSetting& setting, bool withId) {
    const auto id = setting.runId.substr(0, 8);
    if (setting.runName.empty()) return "run " + id;
    return withId ? setting.runName + " (" + id + ")" : setting.runName;
}

/// The names of both: with their runs where these are two, which must be told apart.
std::pair<std::string, std::string> namesOf(const MeasuredSetting& baseline, const MeasuredSetting& controlled) {
    const bool two = baseline.runId != controlled.runId;
    const bool withId = two && baseline.runName == controlled.runName;
    const auto name = [&](const MeasuredSetting& s) {
        return two || !s.runName.empty() ? runOf(s, withId) + ": " + s.name : s.name;
    };
    return {name(baseline), name(controlled)};
}

} // namespace

ResultRecord compareSettings(const MeasuredSetting& baseline, const MeasuredSetting& controlled) {
    ResultRecord out;
    std::tie(out.baselineName, out.controlledName) = namesOf(baseline, controlled);
    const bool oneCurrency = baseline.currency == controlled.currency;
    out.simulated = baseline.simulated || controlled.simulated;
    const BlockBootstrap drawn(baseline, controlled);
    const auto row = [&](const Metric& metric) {
        RecordRow out;
        out.metric = metric.name;
        out.unit = metric.unit;
        out.baseline = metric.value(baseline, sumOf(baseline.blocks));
        out.controlled = metric.value(controlled, sumOf(controlled.blocks));
        out.interpretation = metric.interpretation;
        if (metric.money && !oneCurrency) {
            out.interpretation += " In two currencies: not compared.";
            return out;
        }
        if (out.baseline && out.controlled) out.ratio = per(*out.controlled, *out.baseline);
        out.interval = drawn.intervalOfRatio(metric.value);
        return out;
    };
    const auto all = metrics(oneCurrency ? controlled.currency : baseline.currency + " against " + controlled.currency);
    // In the seed's order: connections, cap, queue wait, first token, gap, retries, success rate; then the cost.
    out.rows.push_back(row(all[0]));
    out.rows.push_back(capRow(baseline, controlled));
    out.rows.push_back(percentileRow("t_queue_p95", baseline, controlled, &Block::tQueue, &MeasuredSetting::tQueueP95,
                                     "Wait for admission. It should be visible and bounded; no queue is not a goal if it causes retries."));
    out.rows.push_back(percentileRow("t_first_token_p95", baseline, controlled, &Block::tFirstToken, &MeasuredSetting::tFirstTokenP95,
                                     "Sent to the first generated content. Sensitive to connection churn and upstream load."));
    for (std::size_t i = 1; i < all.size(); ++i) out.rows.push_back(row(all[i]));
    judge(baseline, controlled, drawn, out);
    return out;
}

} // namespace penstock
