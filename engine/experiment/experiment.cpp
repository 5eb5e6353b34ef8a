#include "engine/experiment/experiment.h"

#include "engine/base/cost.h"
#include "engine/experiment/resampled.h"

#include <cmath>
#include <cstdio>

namespace penstock {

namespace {

using Block = MeasuredSetting::Block;
using Value = std::optional<double>;

constexpr std::size_t fewestBlocks = 8;
constexpr double fewestSuccesses = 30;
constexpr double materialShare = 0.8;  ///< of the baseline's gap_fraction that may be left
constexpr double materialDrop = 0.005; ///< of the window

Value per(double amount, double of) { return of > 0 ? Value(amount / of) : std::nullopt; }

/// A figure of a setting from the sum of its blocks.
struct Metric {
    const char* name;
    std::string unit;
    std::function<Value(const MeasuredSetting&, const Block& sum, double seconds)> value;
    const char* interpretation;
};

std::vector<Metric> metrics(const std::string& currency) {
    return {
        {"new_connections_per_success", "connections",
         [](const MeasuredSetting&, const Block& sum, double) { return per(sum.connections, sum.successes); },
         "Connections opened for each success. The target is reuse: far below 1 once warm."},
        {"gap_fraction", "fraction", [](const MeasuredSetting&, const Block& sum, double seconds) { return per(sum.gapSeconds, seconds); },
         "Time with work queued and a free slot, as a part of the window: idle capacity. The target is 0."},
        {"retry_rate", "retries per request",
         [](const MeasuredSetting&, const Block& sum, double) { return per(sum.retries, sum.successes + sum.failures); },
         "Should decrease when caps and budgets prevent cascades."},
        {"success_rate", "fraction",
         [](const MeasuredSetting&, const Block& sum, double) { return per(sum.successes, sum.successes + sum.failures); },
         "Must not regress: throughput that increases failures is not throughput."},
        {"successes_per_hour", "successes/h",
         [](const MeasuredSetting&, const Block& sum, double seconds) { return per(sum.successes * 3600, seconds); },
         "R_success = success_count / window_hours."},
        {"cost_per_success", currency,
         [](const MeasuredSetting& setting, const Block& sum, double seconds) {
             return cost::costPerSuccess(setting.costPerHour, per(sum.successes * 3600, seconds));
         },
         "C_hour / R_success. The cost ratio is the only number that matters."},
        {"cost_per_million_output_tokens", currency,
         [](const MeasuredSetting& setting, const Block& sum, double seconds) -> Value {
             if (!setting.tokensKnown) return std::nullopt;
             return cost::costPerMillionOutputTokens(setting.costPerHour, seconds, static_cast<std::int64_t>(sum.outputTokens));
         },
         "Hourly cost of the window over the output tokens of successes."},
        {"avoidable_cost_per_hour", currency,
         [](const MeasuredSetting& setting, const Block& sum, double seconds) -> Value {
             if (setting.outputTokenPrice <= 0 || seconds <= 0) return std::nullopt;
             return sum.wastedTokens * setting.outputTokenPrice / 1e6 * 3600 / seconds;
         },
         "Tokens thrown away at the price of output tokens, an hour."},
    };
}

std::string text(const char* format, double value) {
    char out[64];
    std::snprintf(out, sizeof out, format, value);
    return out;
}

std::string range(const std::optional<Interval>& interval, const char* format, double scale = 1) {
    if (!interval) return "no interval";
    return "95 % " + text(format, interval->low * scale) + " to " + text(format, interval->high * scale);
}

/// Rows that are not a matter of blocks: the cap, and the percentiles.
RecordRow capRow(const MeasuredSetting& baseline, const MeasuredSetting& controlled) {
    RecordRow row{"in_flight_cap", "requests", double(baseline.cap), double(controlled.cap), per(controlled.cap, baseline.cap), {},
                  "Hard limit on requests in flight, enforced before network I/O."};
    return row;
}

using Values = std::vector<double> MeasuredSetting::*;

RecordRow percentileRow(const char* name, const MeasuredSetting& before, const MeasuredSetting& after, Values values, Value MeasuredSetting::*exact,
                        const char* interpretation) {
    const auto& baseline = before.*values;
    const auto& controlled = after.*values;
    RecordRow row;
    row.metric = name;
    row.unit = "s";
    row.baseline = before.*exact ? before.*exact : percentile95(baseline);
    row.controlled = after.*exact ? after.*exact : percentile95(controlled);
    if (row.baseline && row.controlled) row.ratio = per(*row.controlled, *row.baseline);
    row.interval = intervalOfPercentileRatio(baseline, controlled);
    row.interpretation = interpretation;
    return row;
}

void judge(const MeasuredSetting& baseline, const MeasuredSetting& controlled, const BlockBootstrap& drawn, ResultRecord& out) {
    const Block base = sumOf(baseline.blocks), next = sumOf(controlled.blocks);
    using Verdict = ResultRecord::Verdict;
    if (std::min(baseline.blocks.size(), controlled.blocks.size()) < fewestBlocks || std::min(base.successes, next.successes) < fewestSuccesses) {
        out.verdict = Verdict::TooFewSamples;
        out.verdictText = "Too few samples to say: " + text("%.0f", base.successes) + " successes against " + text("%.0f", next.successes)
                          + " (30 are needed on each side, over 8 stretches of time). Let both settings run longer.";
        return;
    }
    const auto gap = [](const MeasuredSetting& s, const Block& sum) {
        return per(sum.gapSeconds, s.blockSeconds * static_cast<double>(s.blocks.size()));
    };
    const auto rate = [](const MeasuredSetting&, const Block& sum) { return per(sum.successes, sum.successes + sum.failures); };
    const auto costOf = [](const MeasuredSetting& s, const Block& sum) {
        return cost::costPerSuccess(s.costPerHour, per(sum.successes * 3600, s.blockSeconds * static_cast<double>(s.blocks.size())));
    };
    const auto gapDrop = drawn.intervalOfDifference(gap);       // controlled - baseline
    const auto rateChange = drawn.intervalOfDifference(rate);
    const auto costRatio = drawn.intervalOfRatio(costOf);
    const double gapBase = gap(baseline, base).value_or(0), gapNext = gap(controlled, next).value_or(0);
    const Value ratio = [&]() -> Value {
        const auto from = costOf(baseline, base), to = costOf(controlled, next);
        return from && to ? per(*to, *from) : std::nullopt;
    }();
    const std::string cost = ratio ? "Cost per success is " + text("%.2f", *ratio) + " times the baseline's (" + range(costRatio, "%.2f") + ")." : "Cost per success cannot be told.";
    const std::string gaps = text("%.2f", gapBase * 100) + " % of the window before, " + text("%.2f", gapNext * 100) + " % now";

    if (rateChange && rateChange->high < 0) {
        out.verdict = Verdict::Regressed;
        out.verdictText = "The success rate fell by " + text("%.1f", -100 * (*rate(controlled, next) - *rate(baseline, base))) + " points ("
                          + range(rateChange, "%.1f", 100) + "): throughput that increases failures is not throughput. " + cost;
        return;
    }
    const bool material = gapNext <= gapBase * materialShare && gapBase - gapNext >= materialDrop;
    if (material && gapDrop && gapDrop->high < 0) {
        out.verdict = Verdict::Improved;
        out.verdictText = "Idle time was eliminated: slots stood idle with work queued for " + gaps + ", and the success rate did not fall. " + cost;
        return;
    }
    out.verdict = Verdict::SurfaceOnly;
    out.verdictText = "Surface metrics changed; the idle gap is not materially lower (" + gaps + "). " + cost
                      + (ratio && costRatio && costRatio->high < 1 ? " What it saves comes from elsewhere: the cap, the connections, the retries." : "");
}

} // namespace

ResultRecord compareSettings(const MeasuredSetting& baseline, const MeasuredSetting& controlled) {
    ResultRecord out;
    out.baselineName = baseline.name;
    out.controlledName = controlled.name;
    out.simulated = baseline.simulated || controlled.simulated;
    const BlockBootstrap drawn(baseline, controlled);
    const auto row = [&](const Metric& metric) {
        const auto value = [&](const MeasuredSetting& s, const Block& sum) {
            return metric.value(s, sum, s.blockSeconds * static_cast<double>(s.blocks.size()));
        };
        RecordRow out;
        out.metric = metric.name;
        out.unit = metric.unit;
        out.baseline = value(baseline, sumOf(baseline.blocks));
        out.controlled = value(controlled, sumOf(controlled.blocks));
        if (out.baseline && out.controlled) out.ratio = per(*out.controlled, *out.baseline);
        out.interval = drawn.intervalOfRatio(value);
        out.interpretation = metric.interpretation;
        return out;
    };
    const auto all = metrics(controlled.currency);
    // In the seed's order: connections, cap, queue wait, first token, gap, retries, success rate; then the cost.
    out.rows.push_back(row(all[0]));
    out.rows.push_back(capRow(baseline, controlled));
    out.rows.push_back(percentileRow("t_queue_p95", baseline, controlled, &MeasuredSetting::tQueue, &MeasuredSetting::tQueueP95,
                                     "Wait for admission. It should be visible and bounded; no queue is not a goal if it causes retries."));
    out.rows.push_back(percentileRow("t_first_token_p95", baseline, controlled, &MeasuredSetting::tFirstToken, &MeasuredSetting::tFirstTokenP95,
                                     "Sent to the first generated content. Sensitive to connection churn and upstream load."));
    for (std::size_t i = 1; i < all.size(); ++i) out.rows.push_back(row(all[i]));
    judge(baseline, controlled, drawn, out);
    return out;
}

} // namespace penstock
