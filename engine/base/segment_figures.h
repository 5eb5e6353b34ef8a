#pragma once

#include "engine/base/knobs.h"
#include "engine/base/percentiles.h"

#include <cstdint>
#include <optional>
#include <string>

namespace penstock {

/// A 95 % confidence interval.
struct Interval {
    double low = 0, high = 0;
};

/// The figures of one setting of the knobs. A request belongs to the segment in which its last attempt was admitted; the
/// segment's window starts when the requests admitted under the setting before it are gone (`settlingSeconds` later than the
/// knobs were turned) and ends with the next turn of a knob. Successes count where they were completed inside that window.
/// A person's pause is no property of a setting: from pause to resume its window's clock stands still, though what was in flight
/// when the pause began counts where it is completed (as much as the streams that the end of the pause begins anew have yet to run).
struct SegmentFigures {
    std::uint32_t number = 0; ///< from 1
    Knobs knobs;
    std::string change;        ///< what was turned, e.g. `max-concurrency 4 to 14`; for the first, `start`
    double start = 0;          ///< seconds of run time at which the knobs were turned
    double end = 0;            ///< of the next turn, or the run's end so far
    double settlingSeconds = 0;///< cut from the window: streams of the setting before were still running
    double pausedSeconds = 0;  ///< cut from the window: a person had paused the run
    double windowSeconds = 0;  ///< end - start - settlingSeconds - pausedSeconds; 0 while it settles
    std::uint64_t successes = 0, failures = 0; ///< completed in the window
    /// Requests that ended in the window: successes, failures, shed, and those whose turn before failed; not those that a
    /// person cancelled.
    std::uint64_t ended = 0;
    std::uint64_t attempts = 0, retries = 0;   ///< closed in the window; a retry is an attempt with a number above 1
    std::optional<double> successRate; ///< successes / ended
    std::optional<double> successesPerHour;
    std::optional<double> costPerSuccess;  ///< C_hour / R_success
    /// Of costPerSuccess: bootstrap over blocks of time, since requests that ran at once are not independent. nullopt with
    /// fewer than 8 blocks or a block mean that is 0.
    std::optional<Interval> costInterval;
    Percentiles tFirstToken;
    /// cap / E[t_in_flight] * 3600 (cost.h), over the attempts that closed in the window, each from the window's start at the
    /// earliest.
    std::optional<double> upperBoundPerHour;
    double gapSeconds = 0, gapFraction = 0;
    std::optional<double> newConnectionsPerSuccess;
};

} // namespace penstock
