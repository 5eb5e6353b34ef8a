#pragma once

#include "engine/base/segment_figures.h"
#include "engine/record/run_times.h"

#include <vector>

namespace penstock::record {

/// The figures of each setting, from the run file alone: its attempts go through the arithmetic that the live figures come
/// from (SegmentMeter), in the order of time; t_first_token is exact. Memory does not grow with the number of attempts. Times are run time.
Result<std::vector<SegmentFigures>> replaySegments(const RunFile& file, const RunTimes& times);

/// Whether a row of `requests` is a failure, as isFailure() has it.
inline constexpr const char* endedAsFailure = "outcome NOT IN ('success', 'cancelled', 'cancelled_upstream', 'shed')";
/// Whether it counts among the requests that ended, as isEnd() has it.
inline constexpr const char* ended = "outcome != 'cancelled'";

/// The settings that ruled a part of the run, in order: those of which replaySegments() tells.
Result<std::vector<std::uint32_t>> settingsThatRuled(const RunFile& file, const RunTimes& times);

/// The figures that the last session's end wrote down; nullopt when it did not write them of every setting that ruled, when
/// another session followed, or when they cannot be: then they are to be worked out anew.
Result<std::optional<std::vector<SegmentFigures>>> storedSegments(const RunFile& file);
/// Writes them down, each in the row of its segment.
Status storeSegments(const RunFile& file, const std::vector<SegmentFigures>& figures);

} // namespace penstock::record
