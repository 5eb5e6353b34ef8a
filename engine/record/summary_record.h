#pragma once

#include "engine/base/summary.h"

#include <string>

namespace penstock {

/// The result record of a single run as CSV: `metric, unit, baseline, controlled, ratio, ci_low, ci_high,
/// interpretation`. The run fills the side `controlled`; what takes two runs is empty. The seed's seven metrics come
/// first, then the cost. Each row of a simulated run says so in its interpretation.
std::string recordCsv(const Summary& summary);

} // namespace penstock
