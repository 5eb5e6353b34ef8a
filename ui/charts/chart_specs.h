#pragma once

#include "ui/charts/chart_spec.h"

#include <vector>

namespace penstock::ui {

/// The six charts of the console, in their order: in flight, queue depth, time to first token, retries by cause, cost per
/// success, throughput. Each value is a field of the Snapshot, as the engine computed it.
std::vector<ChartSpec> consoleCharts();

} // namespace penstock::ui
