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

constexpr double swatchWidth = 18;
const QString between = QStringLiteral(" \u00b7 ");

const QString above = QStringLiteral(" \u2191"); // of a level line that lies above the picture

/// The window is 10 s, less at the start of a run, more where successes are rare.
QString windowText(const ChartReading& reading) {
    return tr("last %1 s").arg(reading.windowSeconds > 0 ? std::max(1L, std::lround(reading.windowSeconds)) : 10L);
}

QString fullName(const QString& name, const QString& meaning) { return meaning.isEmpty() ? name : tr("%1 (%2)").arg(name, meaning); }

/// As wide as it is whatever its digits are.
QString still(QString text) {
    for (auto& letter : text)
        if (letter.isDigit()) letter = QLatin1Char('0');
    return text;
}

} // namespace

QString ChartFace::note(const ChartReading& reading) const {
    QStringList parts;
    if (data_.barSeconds > 0)
        parts << (data_.barSeconds < 60 ? tr("per %1 s").arg(data_.barSeconds) : tr("per %1 min").arg(data_.barSeconds / 60));
    if (spec_.ofWindow) parts << windowText(reading);
    if (!spec_.unitText.isEmpty() && spec_.rightUnitText.isEmpty()) parts << spec_.unitText;
    return parts.join(between);
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
        item.name = series.ofWindow && reading.time ? windowText(reading) : series.name;
        item.meaning = series.meaning;
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
        item.value = valueText(value, unit, reading.currency);
        if (series.limit && i < data_.limitShown.size() && !data_.limitShown[i]) item.value += above;
        out.push_back(item);
    }
    if (baseline_) {
        LegendItem item;
        item.color = theme().color(ColorRole::TextMuted);
        item.dash = Qt::DashLine;
        item.width = 1.4;
        item.name = baseline_->name;
        item.value = valueText(baseline_->value, spec_.unit, data_.currency);
        if (baseline_->value > left_.top) item.value += above;
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
    if (item.dash != Qt::SolidLine) pen.setDashPattern(item.dash == Qt::DashLine ? QList<qreal>{2.6, 1.6} : dashPattern(item.dash));
    painter.setPen(pen);
    painter.drawLine(left, left + QPointF(swatchWidth * scale_ - 2, 0));
}

LegendLayout ChartFace::layLegend(const std::vector<LegendItem>& items, const LegendLayout::Room& room) const {
    const QFontMetricsF metrics(small());
    std::vector<LegendWidths> widths;
    for (const auto& item : items)
        widths.push_back({4 + swatchWidth * scale_ + metrics.horizontalAdvance(still(item.name)) + 1,
                          item.value.isEmpty() ? 0 : metrics.horizontalAdvance(QLatin1Char(' ') + still(item.value))});
    return LegendLayout::of(widths, room, 10 * scale_);
}

double ChartFace::noteRight(const QString& note) const {
    const QFontMetricsF metrics(small()), title(theme().font(FontRole::Strong, scale_));
    return layout_.header.left() + title.horizontalAdvance(spec_.title) + 8 + (note.isEmpty() ? 0 : metrics.horizontalAdvance(note) + 10);
}

LegendLayout::Room ChartFace::legendRoom(const ChartReading& reading) const {
    QString words = note(reading);
    if (simulated_) words += between + tr("simulated");
    LegendLayout::Room room;
    room.below = layout_.header.width();
    // A row of its own where there is height for it.
    room.beside = size_.height() >= 150 * scale_ ? 0 : layout_.header.right() - noteRight(words);
    room.rowsWithValues = size_.height() >= 160 * scale_ ? 2 : 1;
    return room;
}

void ChartFace::paintHeader(QPainter& painter, const ChartReading& reading, bool atCrosshair, bool frozen) const {
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont titleFont = theme().font(FontRole::Strong, scale_);
    const QFontMetricsF title(titleFont), metrics(small());
    const auto& header = layout_.header;
    painter.setFont(titleFont);
    painter.setPen(theme().color(ColorRole::Text));
    painter.drawText(header, Qt::AlignLeft | Qt::AlignVCenter, title.elidedText(spec_.title, Qt::ElideRight, header.width()));
    if (!hasHistory_) return;

    // What the figures are of: the moment first, then the window, then the word that must not be missed.
    double left = noteRight({});
    const double baselineShift = title.ascent() - title.height() / 2 - (metrics.ascent() - metrics.height() / 2);
    painter.setFont(small());
    const auto say = [&](const QString& words, ColorRole color) {
        if (words.isEmpty() || left >= header.right()) return;
        const QString shown = metrics.elidedText(words, Qt::ElideRight, header.right() - left);
        painter.setPen(theme().color(color));
        painter.drawText(QRectF(left, header.top() + baselineShift, header.right() - left, header.height()), Qt::AlignLeft | Qt::AlignVCenter, shown);
        left += metrics.horizontalAdvance(shown);
    };
    const bool held = frozen && !atCrosshair;
    QString moment;
    if (atCrosshair && reading.time) moment = tr("at %1").arg(clockText(*reading.time));
    else if (held && reading.time) moment = tr("frozen at %1").arg(clockText(*reading.time));
    else if (reading.atEnd) moment = tr("at the end");
    const QString window = data_.empty ? QString() : note(reading);
    say(simulated_ ? tr("simulated") : QString(), ColorRole::Warn);
    if (simulated_ && !(moment.isEmpty() && window.isEmpty())) say(between, ColorRole::TextMuted);
    say(moment, held ? ColorRole::Warn : ColorRole::TextMuted);
    if (!moment.isEmpty() && !window.isEmpty()) say(between, ColorRole::TextMuted);
    say(window, ColorRole::TextMuted);
    left += 10;
    if (data_.empty) return;

    const auto items = legend(reading);
    LegendLayout::Room room;
    const bool below = legendRows_ > 0;
    room.beside = below ? 0 : header.right() - left;
    room.below = below ? layout_.legend.width() : std::max(1.0, room.beside);
    room.rows = std::max(1, legendRows_);
    room.rowsWithValues = room.rows;
    const auto layout = layLegend(items, room);
    for (std::size_t i = 0; i < layout.places.size(); ++i) {
        const auto& place = layout.places[i];
        const double line = metrics.height() + 2;
        const QRectF row = below ? QRectF(layout_.legend.left(), layout_.legend.top() + (std::max(1, place.row) - 1) * line, layout_.legend.width(), line)
                                 : QRectF(left, header.top(), header.right() - left, header.height());
        double x = row.left() + place.left;
        paintSwatch(painter, items[i], {x, row.center().y() + 0.5});
        x += 4 + swatchWidth * scale_;
        const double width = place.width - 4 - swatchWidth * scale_;
        painter.setPen(theme().color(ColorRole::TextMuted));
        painter.drawText(QRectF(x, row.top(), width + 2, row.height()), Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(items[i].name, Qt::ElideRight, width + 1));
        if (!place.value || items[i].value.isEmpty()) continue;
        painter.setPen(theme().color(ColorRole::Text));
        painter.drawText(QRectF(x + width, row.top(), row.right() - x - width + 2, row.height()), Qt::AlignLeft | Qt::AlignVCenter,
                         QLatin1Char(' ') + items[i].value);
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
        names = std::max(names, metrics.horizontalAdvance(fullName(item.name, item.meaning)));
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
        painter.drawText(QPointF(panel.left() + padding + swatch, y + metrics.ascent()), fullName(item.name, item.meaning));
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
    for (const auto& item : legend(reading)) parts << fullName(item.name, item.meaning) + QLatin1Char(' ') + item.value;
    const QString text = data_.empty || parts.isEmpty() ? spec_.quietText : parts.join(QStringLiteral(", "));
    return spec_.title + QStringLiteral(": ") + text + (simulated_ ? tr(" (simulated)") : QString());
}

} // namespace penstock::ui
