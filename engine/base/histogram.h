#pragma once

#include "engine/base/percentile.h"
#include "engine/base/time.h"

#include <array>
#include <cstdint>
#include <vector>

namespace penstock {

/// A distribution of durations in constant memory (30 KB). Buckets are log-linear with fixed bounds: one a nanosecond
/// below 64 ns, then 64 to each doubling, over the whole range of Nanos. So a percentile, told as the middle of its
/// bucket, is off by at most 1/128 (0.8 %) of its value, and histograms of any two runs merge exactly. Count, sum and
/// maximum are exact.
class Histogram {
public:
    /// A negative duration counts as 0.
    void add(Nanos value);
    void merge(const Histogram& other);

    std::uint64_t count() const { return count_; }
    Nanos max() const { return Nanos{max_}; }
    /// p50, p95, p99 by nearest rank within the stated error; the mean is exact.
    Percentiles percentiles() const;
    /// The buckets that hold something, ascending.
    std::vector<Bucket> buckets() const;

private:
    static constexpr int perDoubling = 64;
    static constexpr int doublings = 58;
    static std::size_t indexOf(std::int64_t value);
    static Bucket boundsOf(std::size_t index);

    std::array<std::uint64_t, static_cast<std::size_t>(perDoubling* doublings)> counts_{};
    std::uint64_t count_ = 0;
    double sum_ = 0;
    std::int64_t max_ = 0;
};

} // namespace penstock
