#pragma once

#include "engine/base/run_document.h"
#include "engine/record/run_file.h"
#include "engine/record/run_times.h"

#include <vector>

namespace penstock::record {

/// The rows of `ids`, in that order, with their attempts. Ids that have no result are left out.
Result<std::vector<RequestRow>> readRequestRows(const RunFile& file, const RunTimes& times,
                                                const std::vector<RequestId>& ids);

} // namespace penstock::record
