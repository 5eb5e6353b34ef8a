#pragma once

#include "engine/base/run_document.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace penstock::record {

/// The run file at `path` when its last session never came to its end and nobody is writing it: what a crash left. nullopt for any
/// other, and for a file that cannot be read.
std::optional<CutOffRun> readCutOff(const std::string& path);

/// Those below `folders` (see runFilesBelow), newest first. Only files that a resume would find: `run.penstock` in a folder.
/// `stop` ends it early.
std::vector<CutOffRun> cutOffRunsBelow(const std::vector<std::string>& folders, const std::function<bool()>& stop);

} // namespace penstock::record
