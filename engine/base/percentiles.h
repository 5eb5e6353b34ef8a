#pragma once

#include <cstdint>
#include <optional>

namespace penstock {

/// p50, p95 and p99 of a distribution, in seconds; nullopt when nothing was measured.
struct Percentiles {
    std::optional<double> p50, p95, p99;
    std::optional<double> mean;
    std::uint64_t count = 0;
};

} // namespace penstock
