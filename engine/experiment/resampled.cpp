#include "engine/experiment/resampled.h"

#include "engine/base/bootstrap.h"
#include "engine/base/percentile.h"

#include <algorithm>

namespace penstock {

namespace {

using Block = MeasuredSetting::Block;

constexpr std::size_t resamples = 1000;
constexpr std::size_t percentileResamples = 400; ///< each sorts thousands of values
constexpr std::size_t fewestBlocks = 8;
constexpr std::size_t fewestRequests = 30;

void add(Block& sum, const Block& block) {
    sum.successes += block.successes;
    sum.failures += block.failures;
    sum.attempts += block.attempts;
    sum.retries += block.retries;
    sum.gapSeconds += block.gapSeconds;
    sum.connections += block.connections;
    sum.outputTokens += block.outputTokens;
    sum.wastedTokens += block.wastedTokens;
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

double drawn95(const std::vector<double>& values, std::vector<double>& room, Resampler& from) {
    room.resize(values.size());
    for (auto& value : room) value = values[from.below(values.size())];
    const auto at = room.begin() + static_cast<std::ptrdiff_t>(nearestRank(room.size(), 95) - 1);
    std::nth_element(room.begin(), at, room.end());
    return *at;
}

} // namespace

Block sumOf(const std::vector<Block>& blocks) {
    Block sum;
    for (const auto& block : blocks) add(sum, block);
    return sum;
}

std::optional<double> percentile95(std::vector<double> values) {
    if (values.empty()) return std::nullopt;
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(nearestRank(values.size(), 95) - 1);
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

std::optional<Interval> intervalOfPercentileRatio(const std::vector<double>& baseline, const std::vector<double>& controlled) {
    if (std::min(baseline.size(), controlled.size()) < fewestRequests) return std::nullopt;
    Resampler from(1);
    std::vector<double> ratios, room;
    for (std::size_t i = 0; i < percentileResamples; ++i) {
        const double below = drawn95(baseline, room, from);
        const double above = drawn95(controlled, room, from);
        if (below <= 0) return std::nullopt;
        ratios.push_back(above / below);
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
