#pragma once

#include "engine/base/pauses.h"
#include "engine/record/run_file.h"

namespace penstock::record {

/// A session's pauses; its times count from `originNs` of the file's columns.
Result<Pauses> readPauses(const RunFile& file, int session, std::int64_t originNs);

} // namespace penstock::record
