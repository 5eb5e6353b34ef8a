#include "ui/figures/sparkline.h"

#include <QColor>
#include <QPainter>
#include <QPainterPath>

#include <cmath>

namespace penstock::ui {

void drawSparkline(QPainter& painter, const QRectF& box, const std::vector<SnapshotHistory::Point>& points, const QColor& color) {
    std::optional<double> least, most;
    std::size_t values = 0;
    for (const auto& point : points) {
        if (!point.value || !std::isfinite(*point.value)) continue;
        ++values;
        least = std::min(least.value_or(*point.value), *point.value);
        most = std::max(most.value_or(*point.value), *point.value);
    }
    if (values < 2) return;
    const double from = points.front().time, span = points.back().time - from;
    if (span <= 0) return;
    const double range = *most - *least;
    const auto place = [&](const SnapshotHistory::Point& point) {
        const double y = range > 0 ? (*point.value - *least) / range : 0.5;
        return QPointF(box.left() + (point.time - from) / span * box.width(), box.bottom() - y * box.height());
    };
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath line, area;
    bool open = false;
    QPointF first, last; // of the stretch that is open
    const auto close = [&] {
        if (!open) return;
        area.lineTo(last.x(), box.bottom() + 2);
        area.lineTo(first.x(), box.bottom() + 2);
        area.closeSubpath();
        open = false;
    };
    for (const auto& point : points) {
        if (!point.value || !std::isfinite(*point.value)) {
            close();
            continue;
        }
        const QPointF at = place(point);
        if (open) {
            line.lineTo(at);
            area.lineTo(at);
        } else {
            line.moveTo(at);
            area.moveTo(at);
            first = at;
            open = true;
        }
        last = at;
    }
    close();
    QColor fill = color;
    fill.setAlphaF(0.12f);
    painter.fillPath(area, fill);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(color, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(line);
    if (!line.isEmpty()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawEllipse(last, 2, 2);
    }
    painter.restore();
}

} // namespace penstock::ui
