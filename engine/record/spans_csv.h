#pragma once

#include "engine/base/run_info.h"
#include "engine/record/run_file.h"

#include <functional>

namespace penstock::record {

/// Writes spans.csv, one row an attempt in the order of requests and attempts, atomically and row by row.
/// Stamps are nanoseconds since the run's start, empty when not reached; `status_code` is empty when no status came,
/// token counts when unknown. `retry_cause` stands on an attempt that another one followed.
/// `onRow`, where given, is told the rows so far and returns false to end it.
Status writeSpansCsv(const RunFile& file, const RunInfo& info, const std::string& path,
                     const std::function<bool(std::uint64_t)>& onRow = {});

} // namespace penstock::record
