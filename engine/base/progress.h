#pragma once

#include "engine/base/snapshot.h"

#include <algorithm>
#include <optional>

namespace penstock {

/// Requests that have their result.
inline std::uint64_t endedRequests(const Snapshot& s) { return s.successes + s.failures + s.cancelled + s.shed; }

/// Seconds until the workload is done, at the pace of the sliding window where it has one, else of the run so far: after a knob
/// was turned the pace of before says little. nullopt for a workload without an end, and until something has ended.
inline std::optional<double> secondsLeft(const Snapshot& s) {
    const auto ended = endedRequests(s);
    if (s.total == 0 || ended == 0 || s.elapsedSeconds <= 0) return std::nullopt;
    double perSecond = static_cast<double>(ended) / s.elapsedSeconds;
    // The window counts successes; what else ends is taken to go on in the run's proportion.
    if (s.window.successesPerHour && s.successes > 0)
        perSecond = *s.window.successesPerHour / 3600 * static_cast<double>(ended) / static_cast<double>(s.successes);
    if (perSecond <= 0) return std::nullopt;
    return static_cast<double>(s.total - std::min(s.total, ended)) / perSecond;
}

} // namespace penstock
