#pragma once

#include "engine/base/run_document.h"
#include "engine/record/run_file.h"

namespace penstock::record {

/// How much of the figures to work out where the file does not hold them: both read every attempt.
enum class Recompute { Yes, No };

/// Everything of a run but its requests. The summary and the settings' figures are those that its end wrote down; a run
/// that was cut off, or is being written, has them worked out from its attempts.
Result<RunOverview> readOverview(RunFile& file, Recompute recompute = Recompute::Yes);

/// What a person said of the run.
Result<RunLabel> readLabel(const RunFile& file);
/// Writes it into the file at `path`: beside a writer too, which waits at most for the moment of one commit. Name and note
/// are cut to 200 and 10,000 bytes. Returns what was kept.
Result<RunLabel> writeLabel(const std::string& path, const RunLabel& label);

/// The line of a list of runs. Never an Error: why a file cannot be read stands in `problem`.
RunListing readListing(const std::string& path);

} // namespace penstock::record
