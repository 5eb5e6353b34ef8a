#pragma once

#include "engine/base/result.h"
#include "engine/experiment/experiment.h"

#include <cstdint>
#include <string>

namespace penstock {

/// What a comparison needs, from a run file: of one segment's window (by the rule of SegmentFigures), or of the whole run
/// (segment 0), whose figures then are the summary's. The window is cut into up to 32 blocks of half a second or more that
/// cover it wholly. A run that goes on is read as far as it has come. Blocks on the disk.
Result<MeasuredSetting> readSetting(const std::string& path, std::uint32_t segment);

} // namespace penstock
