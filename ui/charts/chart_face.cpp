#include "ui/charts/chart_face.h"

#include "ui/format/figures.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <cmath>

namespace penstock::ui {

namespace {

using Style = SeriesSpec::Style;

QString tr(const char* text) { return QCoreApplication::translate("ChartFace", text); }
Theme& theme() { return Theme::instance(); }
bool filled(Style style) { return style == Style::Area || style == Style::StepArea; }

constexpr double margin = 12;
constexpr double radius = 8;
constexpr double pixelsPerColumn = 3; // finer than that costs drawing time and shows nothing
constexpr double pixelsPerBar = 12;
constexpr double swatchWidth = 14;

} // namespace

QBrush barBrush(const QColor& color, std::size_t n) {
    if (n % 3 == 0) return color;
    // Qt's own hatch patterns leave the ground empty; these keep it in a quieter tone of the same colour.
    constexpr int side = 6;
    QImage tile(side, side, QImage::Format_ARGB32_Premultiplied);
    const QColor ground = theme().dark() ? color.darker(165) : color.lighter(150);
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x) {
            const int along = n % 3 == 1 ? (x + y) % side : (x - y + side) % side;
            tile.setPixelColor(x, y, along < 3 ? color : ground);
        }
    return QBrush(tile);
}

ChartFace::ChartFace(ChartSpec spec)
    : spec_(std::move(spec))
    , plot_(spec_.series.size()) {
    dress();
}

QFont ChartFace::small() const { return theme().font(FontRole::Small, scale_); }

void ChartFace::dress() {
    std::size_t bars = 0;
    for (std::size_t i = 0; i < spec_.series.size(); ++i) {
        const auto& series = spec_.series[i];
        Plot::Look look;
        look.rightAxis = series.rightAxis;
        if (series.style == Style::Bars) {
            look.fill = barBrush(theme().color(series.color), bars++);
        } else {
            look.pen = QPen(theme().color(series.color), series.width * scale_, series.dash, Qt::FlatCap, Qt::BevelJoin);
            if (series.dash != Qt::SolidLine) look.pen.setDashPattern(series.dash == Qt::DotLine ? QList<qreal>{1.5, 1.5} : QList<qreal>{4, 3});
            if (filled(series.style)) look.fill = theme().color(series.color, theme().dark() ? 0.20 : 0.16);
        }
        plot_.setLook(i, look);
    }
}

void ChartFace::setMarkers(std::vector<ChartMarker> markers) { markers_ = std::move(markers); }

ChartLayout ChartFace::layoutFor(QSizeF size) const {
    const QFontMetricsF metrics(small());
    const QFontMetricsF title(theme().font(FontRole::Strong, scale_));
    const auto widest = [&](const AxisTicks& ticks, ChartUnit unit) {
        const auto format = AxisFormat::of(unit, ticks, data_.currency);
        double width = 0;
        for (int i = 0; i <= ticks.count(); ++i) width = std::max(width, metrics.horizontalAdvance(format.text(i * ticks.step)));
        return width;
    };
    bool right = false;
    for (const auto& series : spec_.series) right = right || series.rightAxis;

    ChartLayout out;
    out.card = QRectF(QPointF(), size).adjusted(0.5, 0.5, -0.5, -0.5);
    const double edge = margin * std::sqrt(scale_);
    out.header = QRectF(edge, edge * 0.7, size.width() - 2 * edge, title.height() + 4);
    // Room for the markers' labels is kept always: a plot that jumps when a knob is turned cannot be read.
    out.strip = QRectF(0, out.header.bottom() + 2, size.width(), metrics.height() + 2);
    const double left = edge + std::max(16.0, widest(left_, spec_.unit)) + 8;
    const double rightMargin = right ? widest(right_, spec_.rightUnit) + 8 + edge : edge + 4;
    const double bottom = metrics.height() + 6 + edge * 0.6;
    out.plot = QRectF(QPointF(std::round(left), std::round(out.strip.bottom() + 2)),
                      QPointF(std::round(size.width() - rightMargin), std::round(size.height() - bottom)));
    if (out.plot.width() < 10) out.plot.setWidth(10);
    if (out.plot.height() < 10) out.plot.setHeight(10);
    out.strip.setLeft(out.plot.left());
    out.strip.setRight(size.width() - edge);
    return out;
}

void ChartFace::read(const SnapshotHistory* history, double from, double to, bool whole, bool following, QSizeF size) {
    size_ = size;
    ago_ = following && !whole;
    hasHistory_ = history != nullptr && !history->empty();
    layout_ = layoutFor(size);
    if (hasHistory_) {
        data_ = ChartData::read(spec_, *history, from, to, std::max(1, static_cast<int>(layout_.plot.width() / pixelsPerColumn)),
                                std::max(4, static_cast<int>(layout_.plot.width() / (pixelsPerBar * scale_))));
    } else {
        data_ = {};
        data_.from = from;
        data_.to = to;
        data_.series.resize(spec_.series.size());
    }
    const auto whole_ = [](ChartUnit unit) { return unit == ChartUnit::Count; };
    const int wanted = std::clamp(static_cast<int>(layout_.plot.height() / (34 * scale_)), 2, 6);
    double largest = data_.largestLeft;
    if (baseline_ && baseline_->value <= 4 * std::max(largest, baseline_->value / 4)) largest = std::max(largest, baseline_->value);
    left_ = AxisTicks::steady(left_, largest, wanted, whole_(spec_.unit));
    right_ = AxisTicks::steady(right_, data_.largestRight, wanted, whole_(spec_.rightUnit));
    // Both axes have the same lines.
    if (data_.largestRight > 0 && right_.count() != left_.count()) {
        const int lines = left_.count();
        auto step = AxisTicks::above(data_.largestRight, lines, false).step;
        if (step * lines < data_.largestRight) step = AxisTicks::above(data_.largestRight, 1, false).step / lines;
        right_ = {step * lines, step};
    }
    layout_ = layoutFor(size);

    plot_.setFrame(layout_.plot.size(), data_.from - data_.to, 0, left_.top, right_.top);
    for (std::size_t i = 0; i < spec_.series.size(); ++i)
        plot_.setPieces(i, data_.series[i].empty() ? std::vector<Plot::Piece>{} : data_.pieces(spec_, i));

    std::vector<double> xs;
    std::vector<QString> labels;
    firstInView_ = 0;
    while (firstInView_ < markers_.size() && markers_[firstInView_].time < data_.from) ++firstInView_;
    for (std::size_t i = firstInView_; i < markers_.size() && markers_[i].time <= data_.to; ++i) {
        xs.push_back(layout_.x(markers_[i].time, data_));
        labels.push_back(markers_[i].shortLabel);
    }
    const QFontMetricsF metrics(small());
    placed_ = placeMarkers(xs, labels, static_cast<int>(firstInView_) + 1, layout_.strip.left(), layout_.strip.right(),
                           [&](const QString& text) { return metrics.horizontalAdvance(text); });
}

double ChartFace::yOf(double value, bool rightAxis) const {
    return layout_.plot.bottom() - value / (rightAxis ? right_.top : left_.top) * layout_.plot.height();
}

void ChartFace::paintBody(QPainter& painter) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme().color(ColorRole::Border));
    painter.setBrush(theme().color(ColorRole::Panel));
    painter.drawRoundedRect(layout_.card, radius, radius);
    paintAxes(painter);
    if (!hasHistory_ || data_.empty) {
        painter.setFont(theme().font(FontRole::Body, scale_));
        painter.setPen(theme().color(ColorRole::TextMuted));
        painter.drawText(layout_.plot.adjusted(8, 0, -8, 0), Qt::AlignCenter | Qt::TextWordWrap,
                         hasHistory_ ? spec_.quietText : spec_.emptyText);
        if (!hasHistory_) return;
    }
    if (!data_.empty) plot_.paint(painter, layout_.plot.topLeft());
    if (baseline_ && baseline_->value <= left_.top) {
        painter.setPen(QPen(theme().color(ColorRole::TextMuted), 1.4 * scale_, Qt::DashLine));
        const double y = std::round(yOf(baseline_->value, false)) + 0.5;
        painter.drawLine(QPointF(layout_.plot.left(), y), QPointF(layout_.plot.right(), y));
    }
    paintMarkers(painter);
}

void ChartFace::paintAxes(QPainter& painter) const {
    const auto& plot = layout_.plot;
    const QFontMetricsF metrics(small());
    painter.setFont(small());
    const QPen grid(theme().color(ColorRole::Grid), 1);
    const auto leftFormat = AxisFormat::of(spec_.unit, left_, data_.currency);
    const auto rightFormat = AxisFormat::of(spec_.rightUnit, right_, data_.currency);
    const double half = metrics.height() / 2;
    for (int i = 0; i <= left_.count(); ++i) {
        const double y = std::round(yOf(i * left_.step, false)) + 0.5;
        painter.setPen(i == 0 ? QPen(theme().color(ColorRole::Border), 1) : grid);
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
        if (data_.empty) continue;
        painter.setPen(theme().color(ColorRole::TextMuted));
        painter.drawText(QRectF(0, y - half, plot.left() - 8, metrics.height()), Qt::AlignRight | Qt::AlignVCenter,
                         leftFormat.text(i * left_.step));
        if (data_.largestRight > 0)
            painter.drawText(QRectF(plot.right() + 8, y - half, size_.width() - plot.right() - 8, metrics.height()),
                             Qt::AlignLeft | Qt::AlignVCenter, rightFormat.text(i * right_.step));
    }
    if (!hasHistory_) return;
    painter.setPen(theme().color(ColorRole::TextMuted));
    const double y = plot.bottom() + 6;
    for (const auto& tick : timeTicks(data_.from, data_.to, plot.width(), 76 * scale_, ago_)) {
        const double x = layout_.x(tick.time, data_), width = metrics.horizontalAdvance(tick.text);
        const double left = std::clamp(x - width / 2, 2.0, std::max(2.0, plot.right() - width + 1));
        painter.drawText(QRectF(left, y, width + 1, metrics.height()), Qt::AlignLeft | Qt::AlignTop, tick.text);
    }
}

void ChartFace::paintMarkers(QPainter& painter) const {
    const auto& plot = layout_.plot;
    QPen pen(theme().color(ColorRole::Marker), 1);
    pen.setDashPattern({3, 3});
    painter.setFont(small());
    for (const auto& placed : placed_) {
        painter.setPen(pen);
        for (auto i = placed.first; i <= placed.last; ++i) {
            const double x = std::round(layout_.x(markers_[firstInView_ + i].time, data_)) + 0.5;
            painter.drawLine(QPointF(x, placed.badge ? layout_.strip.bottom() : layout_.strip.top()), QPointF(x, plot.bottom()));
        }
        const QRectF box(placed.left, layout_.strip.top(), placed.width, layout_.strip.height());
        if (placed.badge) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(theme().color(ColorRole::Marker, 0.25));
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), box.height() / 2 - 1, box.height() / 2 - 1);
        }
        painter.setPen(theme().color(placed.badge ? ColorRole::Text : ColorRole::TextMuted));
        painter.drawText(box.adjusted(0, 0, 1, 0), (placed.badge ? Qt::AlignHCenter : Qt::AlignLeft) | Qt::AlignVCenter, placed.text);
    }
}

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
