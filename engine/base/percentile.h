#pragma once

#include "engine/base/snapshot.h"
#include "engine/base/time.h"

#include <cstdint>
#include <vector>

namespace penstock {

/// The one rule for percentiles, wherever the project states one: nearest rank. The p-th percentile of n values is the
/// ceil(p * n / 100)-th smallest of them (1-based), so it is always a value that was measured. `n` must not be 0.
constexpr std::uint64_t nearestRank(std::uint64_t n, unsigned percent) {
    return (n * percent + 99) / 100;
}

/// One counted range of durations, `low` inclusive and `high` exclusive: how a histogram travels, is kept and is
/// merged.
struct Bucket {
    Nanos low{0};
    Nanos high{0};
    std::uint64_t count = 0;

    bool operator==(const Bucket&) const = default;
};

/// p50, p95 and p99 by nearest rank, each told as the middle of the bucket that holds the rank; no mean.
/// `ascending` must be sorted by `low`, without overlap.
inline Percentiles percentilesOf(const std::vector<Bucket>& ascending) {
    Percentiles out;
    for (const auto& bucket : ascending)
        out.count += bucket.count;
    if (out.count == 0) return out;
    const auto at = [&](unsigned percent) -> std::optional<double> {
        const auto rank = nearestRank(out.count, percent);
        std::uint64_t seen = 0;
        for (const auto& bucket : ascending) {
            seen += bucket.count;
            if (seen >= rank) return toSeconds(bucket.low + (bucket.high - bucket.low) / 2);
        }
        return std::nullopt;
    };
    out.p50 = at(50);
    out.p95 = at(95);
    out.p99 = at(99);
    return out;
}

} // namespace penstock
