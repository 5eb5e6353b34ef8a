#pragma once

#include "engine/base/segment_figures.h"
#include "ui/charts/chart_board.h"

#include <vector>

namespace penstock::ui {

/// A mark on the time axis for each time that a knob was turned, and each at which the run was paused (`pauses`, run time).
std::vector<ChartMarker> markersOf(const std::vector<SegmentFigures>& segments, const std::vector<double>& pauses = {});

} // namespace penstock::ui
