#pragma once

#include "engine/base/segment_figures.h"
#include "engine/engine.h"

#include <QString>

#include <optional>
#include <string>

namespace penstock::ui {

/// The setting that others are held against.
struct Baseline {
    RunArchive::Side side; ///< run file and segment
    std::string runId;     ///< of its run: a file may be moved or copied, the run stays the same
    SegmentFigures figures;
};

/// `cap 14, setting 2`, and with its run where another one is shown: `run c28a2d27, cap 14, setting 2`.
QString baselineName(const Baseline& baseline, const std::string& shownRunId);

/// The baseline that a person pinned while a run was shown, kept with the program's settings by the run's id, so that it is
/// there again when the run is opened another day. Of the fifty runs last pinned in. What is read was perhaps edited by
/// anybody: it is bounded, and nothing when it makes no baseline.
void keepBaseline(const std::string& runId, const Baseline& baseline);
void forgetBaseline(const std::string& runId);
std::optional<Baseline> keptBaseline(const std::string& runId);

} // namespace penstock::ui
