// What a chart says: its header, the crosshair's readout, the markers under the mouse, and all of it in words.
#include "ui/charts/chart_face.h"

#include "ui/format/figures.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

#include <cmath>

namespace penstock::ui {

namespace {

using Style = SeriesSpec::Style;

QString tr(const char* text) { return QCoreApplication::translate("ChartFace", text); }
Theme& theme() { return Theme::instance(); }

constexpr double swatchWidth = 14;

} // namespace

QString ChartFace::note() const {
    QStringList parts;
    if (data_.barSeconds > 0)
        parts << (data_.barSeconds < 60 ? tr("per %1 s").arg(data_.barSeconds) : tr("per %1 min").arg(data_.barSeconds / 60));
    if (const auto scaled = AxisFormat::of(spec_.unit, left_, data_.currency).note(); !scaled.isEmpty() && !data_.empty) parts << scaled;
    if (!spec_.unitText.isEmpty() && spec_.rightUnitText.isEmpty()) parts << spec_.unitText;
    if (simulated_) parts << tr("simulated");
    return parts.join(QStringLiteral(" \u00b7 "));
}

std::vector<ChartFace::LegendItem> ChartFace::legend(const ChartReading& reading) const {
    std::vector<LegendItem> out;
    std::size_t bars = 0;
    for (std::size_t i = 0; i < spec_.series.size(); ++i) {
        const auto& series = spec_.series[i];
        LegendItem item;
        item.color = theme().color(series.color);
        item.dash = series.dash;
        item.width = series.width;
        item.name = series.name;
        const auto value = i < reading.values.size() ? reading.values[i] : std::nullopt;
        const auto unit = series.rightAxis ? spec_.rightUnit : spec_.unit;
        if (series.style == Style::Bars) {
            item.box = true;
            item.pattern = bars++;
            // A cause that has no bar in view needs no entry.
            bool inView = false;
            for (const auto& bar : data_.series[i]) inView = inView || bar.value.value_or(0) > 0;
            if (!inView) continue;
        }
        item.minor = series.limit;
        item.value = valueText(value, unit, reading.currency);
        out.push_back(item);
    }
    if (baseline_) {
        LegendItem item;
        item.color = theme().color(ColorRole::TextMuted);
        item.dash = Qt::DashLine;
        item.width = 1.4;
        item.name = baseline_->name;
        item.value = valueText(baseline_->value, spec_.unit, data_.currency);
        out.push_back(item);
    }
    return out;
}

void ChartFace::paintSwatch(QPainter& painter, const LegendItem& item, QPointF left) const {
    if (item.box) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(barBrush(item.color, item.pattern));
        painter.drawRect(QRectF(left.x() + 3, left.y() - 4.5 * scale_, 9 * scale_, 9 * scale_));
        return;
    }
    QPen pen(item.color, std::max(1.4, item.width) * scale_, item.dash, Qt::FlatCap);
    if (item.dash != Qt::SolidLine) pen.setDashPattern(item.dash == Qt::DotLine ? QList<qreal>{1.5, 1.5} : QList<qreal>{2.6, 1.6});
    painter.setPen(pen);
    painter.drawLine(left, left + QPointF(swatchWidth * scale_ - 2, 0));
}

void ChartFace::paintHeader(QPainter& painter, const ChartReading& reading, bool atCrosshair) const {
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont titleFont = theme().font(FontRole::Strong, scale_);
    const QFontMetricsF title(titleFont), metrics(small());
    const auto& header = layout_.header;
    painter.setFont(titleFont);
    painter.setPen(theme().color(ColorRole::Text));
    painter.drawText(header, Qt::AlignLeft | Qt::AlignVCenter, spec_.title);
    double left = header.left() + title.horizontalAdvance(spec_.title) + 8;

    QString note = this->note();
    if (atCrosshair && reading.time) note = tr("at %1").arg(clockText(*reading.time)) + (simulated_ ? tr(" \u00b7 simulated") : QString());
    if (hasHistory_ && !note.isEmpty()) {
        const double baselineShift = title.ascent() - title.height() / 2 - (metrics.ascent() - metrics.height() / 2);
        painter.setFont(small());
        painter.setPen(theme().color(simulated_ && note == tr("simulated") ? ColorRole::Warn : ColorRole::TextMuted));
        painter.drawText(QRectF(left, header.top() + baselineShift, header.right() - left, header.height()),
                         Qt::AlignLeft | Qt::AlignVCenter, metrics.elidedText(note, Qt::ElideRight, header.right() - left));
        left += metrics.horizontalAdvance(note) + 10;
    }
    if (!hasHistory_ || data_.empty) return;

    // What does not fit goes in this order: bounds, then values, then names from the end.
    auto items = legend(reading);
    const double between = 10 * scale_, afterSwatch = 4 + swatchWidth * scale_;
    const auto textOf = [](const LegendItem& item, bool values) {
        return values && !item.value.isEmpty() ? item.name + QLatin1Char(' ') + item.value : item.name;
    };
    const auto widthOf = [&](bool values) {
        double width = -between;
        for (const auto& item : items) width += between + afterSwatch + metrics.horizontalAdvance(textOf(item, values));
        return width;
    };
    const double room = header.right() - left;
    bool values = true;
    if (widthOf(values) > room) std::erase_if(items, [](const auto& item) { return item.minor; });
    if (widthOf(values) > room) values = false;
    while (!items.empty() && widthOf(values) > room) items.pop_back();

    painter.setFont(small());
    double x = header.right() - widthOf(values);
    for (const auto& item : items) {
        paintSwatch(painter, item, {x, header.center().y() + 0.5});
        x += afterSwatch;
        const QString text = textOf(item, values);
        painter.setPen(theme().color(ColorRole::TextMuted));
        painter.drawText(QRectF(x, header.top(), metrics.horizontalAdvance(text) + 2, header.height()),
                         Qt::AlignLeft | Qt::AlignVCenter, text);
        x += metrics.horizontalAdvance(text) + between;
    }
}

void ChartFace::paintCrosshair(QPainter& painter, double time, const ChartReading& reading, bool withPanel) const {
    if (time < data_.from || time > data_.to || !reading.time) return;
    painter.setRenderHint(QPainter::Antialiasing);
    const auto& plot = layout_.plot;
    const double x = std::round(layout_.x(time, data_)) + 0.5;
    painter.setPen(QPen(theme().color(ColorRole::Text, 0.6), 1));
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    for (std::size_t i = 0; i < spec_.series.size(); ++i) {
        const auto& series = spec_.series[i];
        if (series.style == Style::Bars || series.limit || !reading.values[i]) continue;
        const double y = yOf(*reading.values[i], series.rightAxis);
        if (y < plot.top() - 2) continue;
        painter.setPen(QPen(theme().color(ColorRole::Panel), 1.5));
        painter.setBrush(theme().color(series.color));
        painter.drawEllipse(QPointF(x, y), 3.5 * scale_, 3.5 * scale_);
    }
    if (!withPanel) return;

    const QFontMetricsF metrics(small());
    const auto items = legend(reading);
    const QString when = clockText(*reading.time);
    const double swatch = 4 + swatchWidth * scale_, padding = 8;
    double names = 0, values = 0;
    for (const auto& item : items) {
        names = std::max(names, metrics.horizontalAdvance(item.name));
        values = std::max(values, metrics.horizontalAdvance(item.value));
    }
    const double width = std::max(swatch + names + 12 + values, metrics.horizontalAdvance(when)) + 2 * padding;
    const double line = metrics.height() + 2;
    const double height = line * (static_cast<double>(items.size()) + 1) + 2 * padding - 4;
    // On the side where there is more of it to see.
    double panelLeft = x + 12 + width <= plot.right() ? x + 12 : x - 12 - width;
    panelLeft = std::clamp(panelLeft, 4.0, std::max(4.0, size_.width() - width - 4));
    const double panelTop = std::clamp(plot.top() + 4, 2.0, std::max(2.0, size_.height() - height - 2));
    const QRectF panel(panelLeft, panelTop, width, height);
    painter.setPen(theme().color(ColorRole::Border));
    painter.setBrush(theme().color(ColorRole::Raised, 0.96));
    painter.drawRoundedRect(panel, 6, 6);
    painter.setFont(small());
    painter.setPen(theme().color(ColorRole::TextMuted));
    double y = panel.top() + padding - 2;
    painter.drawText(QPointF(panel.left() + padding, y + metrics.ascent()), when);
    for (const auto& item : items) {
        y += line;
        paintSwatch(painter, item, {panel.left() + padding, y + line / 2 - 1});
        painter.setPen(theme().color(ColorRole::TextMuted));
        painter.drawText(QPointF(panel.left() + padding + swatch, y + metrics.ascent()), item.name);
        painter.setPen(theme().color(ColorRole::Text));
        painter.drawText(QPointF(panel.right() - padding - metrics.horizontalAdvance(item.value), y + metrics.ascent()), item.value);
    }
}

std::vector<std::size_t> ChartFace::markersAt(QPointF point) const {
    std::vector<std::size_t> out;
    for (const auto& placed : placed_) {
        const QRectF label(placed.left - 2, layout_.strip.top(), placed.width + 4, layout_.strip.height());
        bool hit = label.contains(point);
        for (auto i = placed.first; i <= placed.last; ++i) {
            const double x = layout_.x(markers_[firstInView_ + i].time, data_);
            const bool onLine = std::abs(point.x() - x) <= 4 && point.y() >= layout_.strip.top() && point.y() <= layout_.plot.bottom();
            if (hit || onLine) out.push_back(firstInView_ + i);
        }
    }
    return out;
}

QString ChartFace::describe(const ChartReading& reading) const {
    if (!hasHistory_) return spec_.title + QStringLiteral(": ") + spec_.emptyText;
    QStringList parts;
    for (const auto& item : legend(reading)) parts << item.name + QLatin1Char(' ') + item.value;
    const QString text = parts.isEmpty() ? spec_.quietText : parts.join(QStringLiteral(", "));
    return spec_.title + QStringLiteral(": ") + text + (simulated_ ? tr(" (simulated)") : QString());
}

} // namespace penstock::ui
