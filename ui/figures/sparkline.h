#pragma once

#include "ui/history/snapshot_history.h"

#include <QRectF>

#include <vector>

class QColor;
class QPainter;

namespace penstock::ui {

/// Draws the points into `box`, first to last from edge to edge, its least value at the bottom; a flat line lies in the middle.
/// Broken where a point has no value. Nothing with fewer than two values.
void drawSparkline(QPainter& painter, const QRectF& box, const std::vector<SnapshotHistory::Point>& points, const QColor& color);

} // namespace penstock::ui
