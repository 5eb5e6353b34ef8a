#pragma once

#include "engine/base/run_document.h"

#include <string>

namespace penstock {

/// The result record as record.csv: `metric, unit, baseline, controlled, ratio, ci_low, ci_high, interpretation`, a row a metric,
/// every digit of each figure; what there is none of is empty. Of two settings, rows `verdict` and `compared` follow, which say
/// in their interpretation what the verdict is and what the two are. Each row of a simulated record says so in its interpretation.
std::string recordCsv(const ResultRecord& record);

} // namespace penstock
