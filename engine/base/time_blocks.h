#pragma once

#include "engine/base/time.h"

#include <cstddef>
#include <vector>

namespace penstock {

/// Counts what happened in equal, consecutive stretches of a time that grows. There are never more than 32 of them: when
/// the time outgrows them, two become one. Half a second long at first. Pure arithmetic.
class TimeBlocks {
public:
    static constexpr std::size_t most = 32;

    /// One more, `after` the beginning.
    void add(Nanos after);
    /// The time ends `after` the beginning: keeps the whole blocks alone, since the last may not be full yet. In steps of
    /// the logarithm of the time, whether or not anything was counted in it.
    void end(Nanos after);

    /// Of a block.
    double seconds() const { return toSeconds(length_); }
    const std::vector<double>& counts() const { return counts_; }

private:
    void pair();

    Nanos length_{500'000'000};
    std::vector<double> counts_;
};

} // namespace penstock
