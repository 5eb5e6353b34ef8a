#pragma once

#include "engine/experiment/experiment.h"

#include <functional>
#include <optional>
#include <vector>

namespace penstock {

/// Of the counts; it has no times.
MeasuredSetting::Block sumOf(const std::vector<MeasuredSetting::Block>& blocks);

/// Seconds of the window that the blocks cover: without pauses.
double openSeconds(const MeasuredSetting& setting);
/// All of the window.
double windowSeconds(const MeasuredSetting& setting);
/// "R_success: success_count / window_hours".
std::optional<double> successesPerHourOf(const MeasuredSetting& setting, const MeasuredSetting::Block& sum);
/// "cost_per_success = C_hour / R_success".
std::optional<double> costPerSuccessOf(const MeasuredSetting& setting, const MeasuredSetting::Block& sum);

/// p95 by nearest rank of the blocks' times of one kind; nullopt of nothing.
std::optional<double> percentile95(const std::vector<MeasuredSetting::Block>& blocks, std::vector<double> MeasuredSetting::Block::*times);

/// 95 % interval of the ratio of two 95th percentiles, drawn over blocks of time: first tokens that came at once waited for the
/// same server. nullopt with fewer than 8 blocks or 30 times on a side.
std::optional<Interval> intervalOfPercentileRatio(const std::vector<MeasuredSetting::Block>& baseline, const std::vector<MeasuredSetting::Block>& controlled,
                                                  std::vector<double> MeasuredSetting::Block::*times);

/// 1000 resamples of both settings' blocks, drawn once: every interval of a record is of the same draws.
class BlockBootstrap {
public:
    using Figure = std::function<std::optional<double>(const MeasuredSetting&, const MeasuredSetting::Block& sum)>;

    BlockBootstrap(const MeasuredSetting& baseline, const MeasuredSetting& controlled);

    /// Of controlled / baseline; nullopt with fewer than 8 blocks on a side, or where a resample has no ratio.
    std::optional<Interval> intervalOfRatio(const Figure& figure) const;
    /// Of controlled - baseline.
    std::optional<Interval> intervalOfDifference(const Figure& figure) const;

private:
    template <typename Combine>
    std::optional<Interval> interval(const Figure& figure, Combine combine) const;

    const MeasuredSetting& baseline_;
    const MeasuredSetting& controlled_;
    std::vector<MeasuredSetting::Block> baselineSums_, controlledSums_; ///< a sum a resample; empty with too few blocks
};

} // namespace penstock
