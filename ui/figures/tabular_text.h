#pragma once

#include <QFont>
#include <QString>

class QPainter;

namespace penstock::ui {

// Text whose digits all have the same width, so that a figure that changes ten times a second does not tremble. (Fonts have
// such digits as a feature, which Qt can ask for from 6.7 on.)

/// In pixels.
double tabularWidth(const QString& text, const QFont& font);
/// Draws from `x` on with its base line at `y`, in the painter's pen.
void drawTabular(QPainter& painter, double x, double y, const QString& text, const QFont& font);

} // namespace penstock::ui
