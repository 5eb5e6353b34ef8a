#pragma once

#include "engine/base/result.h"
#include "engine/record/run_file.h"

#include <functional>
#include <string>

namespace penstock::record {

enum class Document { RunFile, ResultsJsonl, SpansCsv, RecordCsv, SummaryJson };

/// Told how much is done (0..1); returns false to end the work.
using Pace = std::function<bool(double)>;

/// Writes a document of the run anew from its file to `path`, whole or not at all: of one moment, also while the run goes on.
/// What stood at `path` is replaced, but for the run file itself or one that is being written.
Status exportDocument(RunFile& file, Document document, const std::string& path, const Pace& pace);

/// Writes all of them, under the names of a run's folder, into `folder`, which is made when missing and must hold none of
/// them. What was written is removed when it does not come to its end.
Status exportEverything(RunFile& file, const std::string& folder, const Pace& pace);

} // namespace penstock::record
