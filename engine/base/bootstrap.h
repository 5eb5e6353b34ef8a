#pragma once

#include "engine/base/segment_figures.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace penstock {

/// Draws numbers for resampling: SplitMix64, the same on every machine for the same seed.
class Resampler {
public:
    explicit Resampler(std::uint64_t seed)
        : state_(seed) {}
    /// Uniform in 0..n-1; n > 0.
    std::size_t below(std::size_t n);

private:
    std::uint64_t state_;
};

/// 95 % interval (percentile method, 1000 resamples, fixed seed) of the mean of `blocks`, each a count over an equal stretch of
/// time. Blocks and not single requests are drawn, since requests that ran at once are not independent. nullopt with fewer
/// than 8 blocks.
std::optional<Interval> intervalOfMean(const std::vector<double>& blocks);

/// The interval of cost per success over a window that is made of blocks of `blockSeconds`, given the successes of each:
/// "cost_per_success = C_hour / R_success". nullopt with fewer than 8 blocks, or when a resample may hold no success.
std::optional<Interval> intervalOfCost(double costPerHour, double blockSeconds, const std::vector<double>& successes);

} // namespace penstock
