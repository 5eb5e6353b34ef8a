#pragma once

#include "engine/base/snapshot.h"
#include "engine/record/run_file.h"

#include <vector>

namespace penstock::record {

/// The time series, oldest first, thinned to at most `points`: the first and the last sample, and of each of equal stretches
/// between them the one at which in_flight, the queue, TTFT and cost turn most sharply. `elapsedSeconds` is run time; counts,
/// rates, means and fractions are of the whole run so far, over the windows of all its sessions; percentiles since the start
/// are those of their session, as they were shown. Fields that the file does not hold are empty.
Result<std::vector<Snapshot>> readSamples(RunFile& file, std::size_t points);

} // namespace penstock::record
