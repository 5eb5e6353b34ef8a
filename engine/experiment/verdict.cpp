#include "engine/experiment/verdict.h"

#include "engine/base/cost.h"

#include <algorithm>
#include <cstdio>

namespace penstock {

namespace {

using Block = MeasuredSetting::Block;
using Value = std::optional<double>;

constexpr std::size_t fewestBlocks = 8;
constexpr double fewestSuccesses = 30;
constexpr double materialShare = 0.8;  ///< of the baseline's gap_fraction that may be left
constexpr double materialDrop = 0.005; ///< of the window
constexpr double smallGap = 0.01;      ///< of the window: what may be left of a gap that was eliminated
constexpr double rateTolerance = 0.01; ///< by which the success rate may have fallen, as far as its interval reaches

std::string text(const char* format, double value) {
    char out[64];
    std::snprintf(out, sizeof out, format, value);
    return out;
}

std::string range(const std::optional<Interval>& interval, const char* format, double scale = 1) {
    if (!interval) return "no interval can be told";
    return "95 % " + text(format, interval->low * scale) + " to " + text(format, interval->high * scale);
}

Value gapOf(const MeasuredSetting& s, const Block& sum) { return cost::gapFraction(sum.gapSeconds, openSeconds(s), 0); }
Value successRateOf(const MeasuredSetting&, const Block& sum) { return sum.ended > 0 ? Value(sum.successes / sum.ended) : std::nullopt; }

/// Whether what is paid for a success changed, and the sentence that says so.
struct Worth {
    enum class Change { Better, Worse, NotShown } change = Change::NotShown;
    std::string sentence;
};

/// `name` is lower or higher or not shown to be either; `lowerIsBetter` tells what that means.
Worth worthOf(const std::string& name, const std::string& unchanged, Value ratio, const std::optional<Interval>& interval, bool lowerIsBetter) {
    const std::string figures = text("%.2f", *ratio) + " times the baseline's (" + range(interval, "%.2f") + ").";
    Worth out;
    if (interval && interval->high < 1) out = {lowerIsBetter ? Worth::Change::Better : Worth::Change::Worse, name + " lower: " + figures};
    else if (interval && interval->low > 1) out = {lowerIsBetter ? Worth::Change::Worse : Worth::Change::Better, name + " higher: " + figures};
    else out.sentence = unchanged + figures;
    return out;
}

Value ratioOf(const MeasuredSetting& baseline, const MeasuredSetting& controlled, const BlockBootstrap::Figure& figure) {
    const auto before = figure(baseline, sumOf(baseline.blocks)), after = figure(controlled, sumOf(controlled.blocks));
    return before && after && *before > 0 ? Value(*after / *before) : std::nullopt;
}

Worth worth(const MeasuredSetting& baseline, const MeasuredSetting& controlled, const BlockBootstrap& drawn) {
    std::string why;
    const bool oneCurrency = baseline.currency == controlled.currency;
    if (!oneCurrency && baseline.costPerHour > 0 && controlled.costPerHour > 0) {
        why = "Cost per success cannot be compared: it is in " + baseline.currency + " against " + controlled.currency + ". ";
    } else if (const auto ratio = ratioOf(baseline, controlled, costPerSuccessOf)) {
        return worthOf("Cost per success is", "No change in cost per success is shown: it is ", ratio, drawn.intervalOfRatio(costPerSuccessOf), true);
    } else {
        why = "Cost per success cannot be told: no cost per hour was set on both sides. ";
    }
    const auto ratio = ratioOf(baseline, controlled, successesPerHourOf);
    if (!ratio) return {Worth::Change::NotShown, why};
    auto out = worthOf("Successes per hour are", "No change in successes per hour is shown: they are ", ratio, drawn.intervalOfRatio(successesPerHourOf), false);
    out.sentence = why + out.sentence;
    // More of what costs an unknown amount is neither better nor worse.
    if (!oneCurrency) out.change = Worth::Change::NotShown;
    return out;
}

struct SuccessRate {
    bool fell = false; ///< beyond its interval
    bool kept = false; ///< shown not to have fallen by more than the tolerance
    std::string sentence;
};

SuccessRate successRate(const MeasuredSetting& baseline, const MeasuredSetting& controlled, const BlockBootstrap& drawn) {
    const auto before = successRateOf(baseline, sumOf(baseline.blocks)), after = successRateOf(controlled, sumOf(controlled.blocks));
    const auto change = drawn.intervalOfDifference(successRateOf);
    SuccessRate out;
    if (!before || !after) return out;
    const double points = 100 * (*after - *before);
    const std::string figures = " (" + text("%+.1f", points) + " points, " + range(change, "%+.1f", 100) + ")";
    out.fell = change && change->high < 0;
    out.kept = change && change->low >= -rateTolerance;
    if (out.fell)
        out.sentence = "The success rate fell by " + text("%.1f", -points) + " points (" + range(change, "%+.1f", 100) +
                       "): throughput that increases failures is not throughput.";
    else if (out.kept) out.sentence = "The success rate did not fall by more than 1 point" + figures + ".";
    else out.sentence = "Whether the success rate fell by more than 1 point cannot be told" + figures + ".";
    return out;
}

struct Gap {
    bool material = false;
    std::string sentence;
};

Gap gap(const MeasuredSetting& baseline, const MeasuredSetting& controlled, const BlockBootstrap& drawn) {
    const double before = gapOf(baseline, sumOf(baseline.blocks)).value_or(0), after = gapOf(controlled, sumOf(controlled.blocks)).value_or(0);
    const auto change = drawn.intervalOfDifference(gapOf);
    const std::string figures = text("%.2f", before * 100) + " % of the window before, " + text("%.2f", after * 100) + " % now";
    Gap out;
    out.material = after <= before * materialShare && before - after >= materialDrop && change && change->high < 0;
    if (!out.material) out.sentence = "The idle gap is not materially lower (" + figures + ").";
    else if (after <= smallGap) out.sentence = "Idle time was eliminated: slots stood idle with work queued for " + figures + " (1 % or less).";
    else out.sentence = "Idle time was reduced, not eliminated: slots stood idle with work queued for " + figures + " (more than 1 %).";
    return out;
}

} // namespace

void judge(const MeasuredSetting& baseline, const MeasuredSetting& controlled, const BlockBootstrap& drawn, ResultRecord& out) {
    using Verdict = ResultRecord::Verdict;
    const Block base = sumOf(baseline.blocks), next = sumOf(controlled.blocks);
    if (std::min(baseline.blocks.size(), controlled.blocks.size()) < fewestBlocks || std::min(base.successes, next.successes) < fewestSuccesses) {
        out.verdict = Verdict::TooFewSamples;
        out.verdictText = "Too few samples to say: " + text("%.0f", base.successes) + " successes against " + text("%.0f", next.successes)
                          + " (30 are needed on each side, over 8 stretches of time). Let both settings run longer.";
        return;
    }
    const auto paid = worth(baseline, controlled, drawn);
    const auto rate = successRate(baseline, controlled, drawn);
    auto idle = gap(baseline, controlled, drawn);
    const bool turned = !baseline.knobs || !controlled.knobs || *baseline.knobs != *controlled.knobs;
    const bool better = paid.change == Worth::Change::Better, worse = paid.change == Worth::Change::Worse || rate.fell;
    out.verdict = worse ? Verdict::Regressed : better && idle.material && rate.kept && turned ? Verdict::Improved : Verdict::SurfaceOnly;
    // "Eliminated" is a claim that something was turned and that the success rate held, too.
    if (idle.material && (!rate.kept || !turned)) idle.sentence = "The idle gap fell" + idle.sentence.substr(idle.sentence.find(':'));
    out.verdictText = paid.sentence + " " + idle.sentence + " " + rate.sentence;
    if (!turned)
        out.verdictText += " Both have the same knobs: nothing was turned, so a difference is the server's load or chance.";
    else if (better && !idle.material)
        out.verdictText += " What it saves comes from elsewhere than idle slots: the cap, the connections, the retries.";
}

} // namespace penstock
