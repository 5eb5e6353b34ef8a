#pragma once

#include "engine/base/run_document.h"

#include <vector>

namespace penstock::ui {

/// What a resumed run did before: the engine's snapshots are of its own session alone.
struct PastSessions {
    std::uint64_t answered = 0;           ///< requests that had their result
    std::vector<SegmentFigures> segments; ///< their settings, as the file has them
    Snapshot counts;                      ///< what they had counted, as the newest of the run's series has it
};

/// A snapshot of the session that goes on, on the run's own axis: elapsed and active times are run time, and the earlier
/// settings stand before its own. `start`: run time at which the session began. Counts, means, rates and percentiles stay the
/// session's.
Snapshot onTheRunsAxis(const Snapshot& session, const PastSessions& past, double start);
/// The same with the earlier sessions' counts added, as the series of a run file has them: what charts are drawn from.
Snapshot inTheRunsSeries(Snapshot onAxis, const PastSessions& past);

} // namespace penstock::ui
