#pragma once

#include "engine/experiment/experiment.h"

#include <functional>
#include <optional>
#include <vector>

namespace penstock {

MeasuredSetting::Block sumOf(const std::vector<MeasuredSetting::Block>& blocks);

/// p95 by nearest rank; nullopt of nothing.
std::optional<double> percentile95(std::vector<double> values);

/// 95 % interval of the ratio of two 95th percentiles, drawn over requests; nullopt with fewer than 30 on a side.
std::optional<Interval> intervalOfPercentileRatio(const std::vector<double>& baseline, const std::vector<double>& controlled);

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
