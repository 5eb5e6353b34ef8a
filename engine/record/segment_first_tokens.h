#pragma once

#include "engine/base/segment_figures.h"
#include "engine/record/run_times.h"

#include <vector>

namespace penstock::record {

/// Replaces t_first_token of each setting, which a replay tells from a histogram, by the exact figure (nearest rank) over the
/// first tokens in its window. One sort for all of them; SQLite does it, so that memory does not grow with the attempts.
Status tellFirstTokensExactly(const RunFile& file, const RunTimes& times, std::vector<SegmentFigures>& figures);

} // namespace penstock::record
