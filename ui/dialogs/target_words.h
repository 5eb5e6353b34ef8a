#pragma once

#include "engine/base/target_report.h"

#include <QString>

namespace penstock::ui {

/// What a target said of itself, for a person; where it cannot be used, why and what to do.
QString wordsFor(const TargetReport& report, bool simulated);

} // namespace penstock::ui
