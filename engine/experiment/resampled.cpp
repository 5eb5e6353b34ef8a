#include "engine/experiment/resampled.h"

#include "engine/base/bootstrap.h"
#include "engine/base/cost.h"
#include "engine/base/percentile.h"

#include <algorithm>

namespace penstock {

namespace {

using Block = MeasuredSetting::Block;

constexpr std::size_t resamples = 1000;
constexpr std::size_t percentileResamples = 400; ///< each sorts thousands of values
constexpr std::size_t fewestBlocks = 8;
constexpr std::size_t fewestTimes = 30;

void add(Block& sum, const Block& block) {
    sum.successes += block.successes;
    sum.ended += block.ended;
    sum.attempts += block.attempts;
    sum.retries += block.retries;
    sum.gapSeconds += block.gapSeconds;
    sum.connections += block.connections;
    sum.outputTokens += block.outputTokens;
    sum.avoidableCost += block.avoidableCost;
}

/// The middle 95 % of what was drawn.
Interval middle(std::vector<double>& values) {
    std::sort(values.begin(), values.end());
    const auto n = values.size();
    return {values[n * 25 / 1000], values[n * 975 / 1000 - 1]};
}

std::vector<Block> draw(const std::vector<Block>& blocks, Resampler& from) {
    std::vector<Block> sums(resamples);
    for (auto& sum : sums)
        for (std::size_t i = 0; i < blocks.size(); ++i) add(sum, blocks[from.below(blocks.size())]);
    return sums;
}

using Times = std::vector<double> Block::*;

std::size_t countOf(const std::vector<Block>& blocks, Times times) {
    std::size_t count = 0;
    for (const auto& block : blocks) count += (block.*times).size();
    return count;
}

double p95(std::vector<double>& values) {
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(nearestRank(values.size(), 95) - 1);
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

/// Of as many blocks as there are, drawn; nullopt when they hold nothing.
std::optional<double> drawn95(const std::vector<Block>& blocks, Times times, std::vector<double>& room, Resampler& from) {
    room.clear();
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const auto& drawn = blocks[from.below(blocks.size())].*times;
        room.insert(room.end(), drawn.begin(), drawn.end());
    }
    return room.empty() ? std::nullopt : std::optional(p95(room));
}

} // namespace

Block sumOf(const std::vector<Block>& blocks) {
    Block sum;
    for (const auto& block : blocks) add(sum, block);
    return sum;
}

double openSeconds(const MeasuredSetting& setting) { return setting.blockSeconds * static_cast<double>(setting.blocks.size()); }
double windowSeconds(const MeasuredSetting& setting) { return openSeconds(setting) + setting.pausedSeconds; }

std::optional<double> successesPerHourOf(const MeasuredSetting& setting, const Block& sum) {
    return cost::successesPerHour(static_cast<std::uint64_t>(sum.successes), windowSeconds(setting));
}

std::optional<double> costPerSuccessOf(const MeasuredSetting& setting, const Block& sum) {
    return cost::costPerSuccess(setting.costPerHour, successesPerHourOf(setting, sum));
}

std::optional<double> percentile95(const std::vector<Block>& blocks, Times times) {
    std::vector<double> values;
    for (const auto& block : blocks) values.insert(values.end(), (block.*times).begin(), (block.*times).end());
    if (values.empty()) return std::nullopt;
    return p95(values);
}

std::optional<Interval> intervalOfPercentileRatio(const std::vector<Block>& baseline, const std::vector<Block>& controlled, Times times) {
    if (std::min(baseline.size(), controlled.size()) < fewestBlocks) return std::nullopt;
    if (std::min(countOf(baseline, times), countOf(controlled, times)) < fewestTimes) return std::nullopt;
    Resampler from(1);
    std::vector<double> ratios, room;
    for (std::size_t i = 0; i < percentileResamples; ++i) {
        const auto before = drawn95(baseline, times, room, from);
        const auto after = drawn95(controlled, times, room, from);
        if (!before || !after || *before <= 0) return std::nullopt;
        ratios.push_back(*after / *before);
    }
    return middle(ratios);
}

BlockBootstrap::BlockBootstrap(const MeasuredSetting& baseline, const MeasuredSetting& controlled)
    : baseline_(baseline)
    , controlled_(controlled) {
    if (std::min(baseline.blocks.size(), controlled.blocks.size()) < fewestBlocks) return;
    Resampler from(1);
    baselineSums_ = draw(baseline.blocks, from);
    controlledSums_ = draw(controlled.blocks, from);
}

template <typename Combine>
std::optional<Interval> BlockBootstrap::interval(const Figure& figure, Combine combine) const {
    if (baselineSums_.empty()) return std::nullopt;
    std::vector<double> values;
    values.reserve(resamples);
    for (std::size_t i = 0; i < resamples; ++i) {
        const auto before = figure(baseline_, baselineSums_[i]);
        const auto after = figure(controlled_, controlledSums_[i]);
        if (!before || !after) return std::nullopt;
        const std::optional<double> value = combine(*before, *after);
        if (!value) return std::nullopt;
        values.push_back(*value);
    }
    return middle(values);
}

std::optional<Interval> BlockBootstrap::intervalOfRatio(const Figure& figure) const {
    return interval(figure, [](double before, double after) { return before > 0 ? std::optional<double>(after / before) : std::nullopt; });
}

std::optional<Interval> BlockBootstrap::intervalOfDifference(const Figure& figure) const {
    return interval(figure, [](double before, double after) { return std::optional<double>(after - before); });
}

} // namespace penstock
