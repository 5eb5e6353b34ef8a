#include "engine/base/histogram.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace penstock {

std::size_t Histogram::indexOf(std::int64_t value) {
    if (value < perDoubling) return static_cast<std::size_t>(value);
    // 2^6 = perDoubling: after the shift the value lies in [64, 128).
    const int shift = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(value))) - 7;
    return static_cast<std::size_t>(perDoubling * shift + (value >> shift));
}

Bucket Histogram::boundsOf(std::size_t index) {
    const auto i = static_cast<std::int64_t>(index);
    if (i < 2 * perDoubling) return {Nanos{i}, Nanos{i + 1}, 0};
    const int shift = static_cast<int>(i / perDoubling) - 1;
    const std::int64_t low = (i - std::int64_t{perDoubling} * shift) << shift;
    const std::int64_t width = std::int64_t{1} << shift;
    const bool fits = low <= std::numeric_limits<std::int64_t>::max() - width;
    return {Nanos{low}, fits ? Nanos{low + width} : Nanos::max(), 0};
}

void Histogram::add(Nanos value) {
    const auto v = std::max<std::int64_t>(value.count(), 0);
    ++counts_[indexOf(v)];
    ++count_;
    sum_ += static_cast<double>(v);
    max_ = std::max(max_, v);
}

void Histogram::merge(const Histogram& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i)
        counts_[i] += other.counts_[i];
    count_ += other.count_;
    sum_ += other.sum_;
    max_ = std::max(max_, other.max_);
}

Percentiles Histogram::percentiles() const {
    auto out = percentilesOf(buckets());
    if (count_ > 0) out.mean = sum_ / static_cast<double>(count_) / 1e9;
    return out;
}

std::vector<Bucket> Histogram::buckets() const {
    std::vector<Bucket> out;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        if (counts_[i] == 0) continue;
        out.push_back(boundsOf(i));
        out.back().count = counts_[i];
    }
    return out;
}

} // namespace penstock
