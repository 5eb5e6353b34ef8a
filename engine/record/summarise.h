#pragma once

#include "engine/base/run_info.h"
#include "engine/base/summary.h"
#include "engine/record/windows.h"

namespace penstock::record {

/// Computes every figure of the run from its file alone, by SQL, in memory that does not grow with the run.
Result<Summary> summarise(const RunFile& file, const RunInfo& info, const Windows& windows);

/// Why attempt `a` (an alias of `attempts`) was followed by another one of its request: the cause that was recorded,
/// `restart` when none was, empty when none followed. Counting it gives `retries`.
inline constexpr const char* followedBecause =
    "CASE WHEN EXISTS(SELECT 1 FROM attempts n WHERE n.request = a.request AND n.attempt = a.attempt + 1)"
    " THEN CASE a.retry_cause WHEN '' THEN 'restart' ELSE a.retry_cause END ELSE '' END";

} // namespace penstock::record
