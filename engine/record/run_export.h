#pragma once

#include "engine/base/result.h"
#include "engine/base/run_document.h"
#include "engine/record/run_file.h"

#include <functional>
#include <string>

namespace penstock::record {

enum class Document { RunFile, ResultsJsonl, SpansCsv, RecordCsv, SummaryJson };

/// Told how much is done (0..1); returns false to end the work.
using Pace = std::function<bool(double)>;

/// Writes a document of the run anew from its file to `path`, whole or not at all: of one moment, also while the run goes on.
/// What stood at `path` is replaced, but for the run file itself; the folder of a run that goes on is refused.
Status exportDocument(RunFile& file, Document document, const std::string& path, const Pace& pace);

/// Writes `text` to `path` in the same way.
Status exportText(const std::string& text, const std::string& path);

/// Makes the record of the run file at this path.
using RecordOf = std::function<Result<ResultRecord>(const std::string& path)>;

/// Writes all of them, under the names of a run's folder, into `folder`, which is made when missing and must hold none of
/// them: all of one moment, also while the run goes on. What was made is removed when it does not come to its
/// end. `record`, when there is one, makes record.csv's content from the copy of the run.
Status exportEverything(RunFile& file, const std::string& folder, const Pace& pace, const RecordOf& record = {});

} // namespace penstock::record
