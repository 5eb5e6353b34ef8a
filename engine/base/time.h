#pragma once

#include <chrono>

namespace penstock {

/// Every duration and time stamp inside the engine has nanosecond resolution.
using Nanos = std::chrono::nanoseconds;

/// A monotonic point in time. Only differences mean anything; wall-clock time is used for labels alone.
using Instant = std::chrono::time_point<std::chrono::steady_clock, Nanos>;

/// `d` in seconds.
inline double toSeconds(Nanos d) { return std::chrono::duration<double>(d).count(); }

/// `s` seconds, rounded to the nearest nanosecond.
inline Nanos fromSeconds(double s) { return std::chrono::round<Nanos>(std::chrono::duration<double>(s)); }

} // namespace penstock
