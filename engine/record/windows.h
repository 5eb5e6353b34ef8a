#pragma once

#include "engine/record/run_file.h"

#include <cstdint>
#include <string>
#include <vector>

namespace penstock::record {

/// A segment as the figures need it.
struct SegmentFacts {
    std::uint32_t number = 0;
    int session = 1;
    std::int64_t startNs = 0;
    int maxConcurrency = 0;
    double costPerHour = 0;
    double inputTokenPrice = 0, outputTokenPrice = 0;
    std::string currency;
};

/// The measured stretch of one session: first request queued -> last attempt completed, in run time.
struct Window {
    int session = 1;
    std::int64_t startNs = 0, endNs = 0;
};

/// What the whole run's windows come to. A quantity that a knob changed meanwhile is its mean over the windows' time.
struct Windows {
    std::vector<SegmentFacts> segments;
    std::vector<Window> sessions;
    std::int64_t lengthNs = 0; ///< sum over the sessions: the time between two sessions is left out
    std::int64_t pausedNs = 0; ///< of it
    double costPerHour = 0;
    double cap = 0;
};

Result<Windows> readWindows(const RunFile& file);

/// The mean over the windows' time of what `valueOf` tells of each segment; exactly the value when all agree.
double meanOverTime(const Windows& windows, double (*valueOf)(const SegmentFacts&));

} // namespace penstock::record
