#pragma once

#include "engine/base/segment_figures.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace penstock::bootstrap {

// 95 % confidence intervals by the percentile bootstrap over blocks of time. Requests that ran at once are not
// independent of each other (they shared a batch), so whole blocks of time are drawn, not requests: n blocks with
// replacement out of n, `resamples` times; the interval runs from the 2.5th to the 97.5th percentile of what the
// resamples say (nearest rank). Deterministic: the same blocks and seed give the same interval on every machine. Pure
// arithmetic, of live segments and of those read from a run file alike.

inline constexpr std::size_t resamples = 1000;
/// Of fewer blocks the resamples say too little.
inline constexpr std::size_t fewestBlocks = 8;
inline constexpr std::uint64_t defaultSeed = 0x70656e73746f636bu;

/// What one setting did: the successes of each of its blocks of time, all equally long.
struct Sample {
    std::vector<std::uint64_t> successes; ///< one a block
    double blockSeconds = 0;
    double costPerHour = 0; ///< C_hour
};

/// Successes in each resample, in the order in which they were drawn. Empty when there is no block.
std::vector<std::uint64_t> totals(const std::vector<std::uint64_t>& blocks, std::uint64_t seed = defaultSeed);

/// Of "cost_per_success = C_hour / R_success", that is C_hour * block_seconds * blocks / 3600 / successes. No value with
/// fewer than fewestBlocks blocks, without a success, at a C_hour of 0, or when so few blocks hold a success that the
/// upper end would be a resample without any.
std::optional<Interval> costInterval(const Sample& sample, std::uint64_t seed = defaultSeed);

/// Of the ratio cost_per_success(controlled) / cost_per_success(baseline): both are resampled, independently. No value
/// where one of the two has no interval of its own.
std::optional<Interval> costRatioInterval(const Sample& baseline, const Sample& controlled,
                                          std::uint64_t seed = defaultSeed);

} // namespace penstock::bootstrap
