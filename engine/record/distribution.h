#pragma once

#include "engine/base/snapshot.h"
#include "engine/record/run_file.h"

namespace penstock::record {

/// p50, p95, p99 (nearest rank, exact) and the mean of an SQL expression in nanoseconds over the attempts that have a
/// value. SQLite sorts, beyond its cache in a temporary file: the memory does not grow with the number of attempts.
Result<Percentiles> distributionOf(const RunFile& file, const std::string& expression);

/// p50, p95, p99 of the inter-token gaps, from the sessions' merged histograms; the mean from the spans, exact.
Result<Percentiles> interTokenGaps(const RunFile& file);

} // namespace penstock::record
