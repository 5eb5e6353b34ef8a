#pragma once

#include "engine/base/run_document.h"
#include "engine/base/run_options.h"

namespace penstock::ui {

/// What a recorded run asked and whom, so that it can go on: the workload's own path and options, and the target without its
/// key, which no file holds. An Error says what is missing and what to do.
Result<WorkloadOptions> workloadOf(const RunInfo& info);
/// The same to be looked at alone: whatever of it the file tells.
WorkloadOptions toldWorkloadOf(const RunInfo& info);
Target targetOf(const RunInfo& info);

} // namespace penstock::ui
