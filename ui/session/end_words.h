#pragma once

#include "engine/base/run_end.h"
#include "engine/base/snapshot.h"
#include "engine/base/target.h"

#include <QString>

namespace penstock::ui {

/// Why a run ended before its time, and what to do, as one sentence. Empty for one that is complete or was stopped by a
/// person.
QString endWords(const RunEnd& end);

/// That the target refuses the key, and where to set another: one sentence. Empty when `snapshot` has no such answer.
/// `live`: the run goes on.
QString keyRefusedWords(const Snapshot& snapshot, const Target& target, bool live);

} // namespace penstock::ui
