#pragma once

#include "engine/base/run_document.h"

#include <memory>

namespace penstock::ui {

/// The end of a recorded run in the form that the figures are drawn from: each figure is the recorded summary's own.
/// `last` is the newest snapshot of the run where this console ran it; it serves what a summary does not hold. `total`: the
/// requests of the whole workload, where that is known; of a complete run they are those that were answered.
std::shared_ptr<const Snapshot> finalSnapshot(const RunOverview& run, const std::shared_ptr<const Snapshot>& last, std::optional<std::uint64_t> total = {});

} // namespace penstock::ui
