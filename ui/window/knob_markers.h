#pragma once

#include "engine/base/segment_figures.h"
#include "ui/charts/chart_board.h"

#include <vector>

namespace penstock::ui {

/// A mark on the time axis for each time that a knob was turned.
std::vector<ChartMarker> markersOf(const std::vector<SegmentFigures>& segments);

} // namespace penstock::ui
