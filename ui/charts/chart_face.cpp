#include "ui/charts/chart_face.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <cmath>

namespace penstock::ui {

namespace {

using Style = SeriesSpec::Style;

Theme& theme() { return Theme::instance(); }
/// Charts of this height keep a row for their legend, so that the plots beside each other begin at the same height.
bool tall(QSizeF size) { return size.height() >= 150; } // in any type: presentation has few and large charts
bool filled(Style style) { return style == Style::Area || style == Style::StepArea; }

constexpr double margin = 12;
constexpr double radius = 8;
constexpr double pixelsPerColumn = 3; // finer than that costs drawing time and shows nothing
constexpr double pixelsPerBar = 12;
constexpr double baselineWithin = 8; // one farther above the figures would press them flat: the legend says it

} // namespace

QList<qreal> dashPattern(Qt::PenStyle style) {
    switch (style) {
    case Qt::DotLine: return {1.5, 1.5};
    case Qt::DashLine: return {4, 3};
    case Qt::DashDotLine: return {7, 2.5, 1.5, 2.5};
    default: return {};
    }
}

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
            if (series.dash != Qt::SolidLine) look.pen.setDashPattern(dashPattern(series.dash));
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
    out.legend = QRectF(edge, out.header.bottom(), size.width() - 2 * edge, legendRows_ * (metrics.height() + 2));
    // Room for the markers' labels is kept always: a plot that jumps when a knob is turned cannot be read.
    out.strip = QRectF(0, out.legend.bottom() + 2, size.width(), metrics.height() + 2);
    const double left = edge + std::max(16.0, widest(left_, spec_.unit)) + 8;
    const double rightMargin = right ? widest(right_, spec_.rightUnit) + 8 + edge : edge + 4;
    const double bottom = metrics.height() + 6 + edge * 0.6;
    out.plot = QRectF(QPointF(std::round(left), std::round(out.strip.bottom() + 2)),
                      QPointF(std::round(size.width() - rightMargin), std::round(size.height() - bottom)));
    if (out.plot.width() < 10) out.plot.setWidth(10);
    if (out.plot.height() < 10) out.plot.setHeight(10);
    out.strip.setLeft(out.plot.left());
    out.strip.setRight(out.plot.right()); // beyond it the right axis has its figures
    return out;
}

void ChartFace::read(const SnapshotHistory* history, double from, double to, bool whole, bool following, QSizeF size) {
    size_ = size;
    hasHistory_ = history != nullptr && !history->empty();
    const auto newest = hasHistory_ ? ChartReading::at(spec_, *history, std::min(to, history->end()), 0) : ChartReading{};
    // A run that is over has no now.
    ago_ = following && !whole && !newest.atEnd;
    following_ = following;
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
    legendRows_ = hasHistory_ && !data_.empty ? std::max(layLegend(legend(newest), legendRoom(newest)).rows, tall(size) ? 1 : 0) : 0;
    layout_ = layoutFor(size);
    const auto whole_ = [](ChartUnit unit) { return unit == ChartUnit::Count; };
    const int wanted = std::clamp(static_cast<int>(layout_.plot.height() / (34 * scale_)), 1, 6);
    double largest = data_.largestLeft;
    if (baseline_ && (largest == 0 || baseline_->value <= baselineWithin * largest)) largest = std::max(largest, baseline_->value);
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
    placed_ = placeMarkers(xs, labels, layout_.strip.left(), layout_.strip.right(),
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
    if (!hasHistory_ || data_.empty) {
        // Lines behind words make neither easier to read, and there is nothing to hold against them.
        painter.setFont(theme().font(FontRole::Body, scale_));
        painter.setPen(theme().color(ColorRole::TextMuted));
        const QRectF room(layout_.card.left() + margin, layout_.header.bottom(), layout_.card.width() - 2 * margin,
                          layout_.card.bottom() - layout_.header.bottom() - margin);
        painter.drawText(room, Qt::AlignCenter | Qt::TextWordWrap, hasHistory_ ? spec_.quietText : spec_.emptyText);
        return;
    }
    paintAxes(painter);
    plot_.paint(painter, layout_.plot.topLeft());
    if (baseline_ && baseline_->value <= left_.top) {
        QPen pen(theme().color(ColorRole::TextMuted), 1.4 * scale_, Qt::DashLine);
        pen.setDashPattern(dashPattern(Qt::DashLine));
        painter.setPen(pen);
        const double y = std::round(yOf(baseline_->value, false)) + 0.5;
        painter.drawLine(QPointF(layout_.plot.left(), y), QPointF(layout_.plot.right(), y));
    }
    paintOverflow(painter);
    paintMarkers(painter);
}

void ChartFace::paintOverflow(QPainter& painter) const {
    if (!spec_.scales) return;
    const auto& plot = layout_.plot;
    double peak = 0, from = 0, to = 0;
    for (std::size_t i = 0; i < spec_.series.size(); ++i)
        for (const auto& point : data_.series[i]) {
            if (spec_.series[i].rightAxis || point.value.value_or(0) <= left_.top || point.time < data_.from || point.time > data_.to) continue;
            if (peak == 0) from = to = point.time;
            from = std::min(from, point.time);
            to = std::max(to, point.time);
            peak = std::max(peak, *point.value);
        }
    if (peak == 0) return;
    const QFontMetricsF metrics(small());
    const double x = std::clamp((layout_.x(from, data_) + layout_.x(to, data_)) / 2, plot.left() + 4, plot.right() - 4);
    const double side = 4 * scale_, y = plot.top() + 2;
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().color(ColorRole::TextMuted));
    painter.drawPolygon(QPolygonF({{x, y}, {x - side, y + 1.6 * side}, {x + side, y + 1.6 * side}}));
    const QString words = QCoreApplication::translate("ChartFace", "up to %1").arg(valueText(peak, spec_.unit, data_.currency));
    const double width = metrics.horizontalAdvance(words);
    const double left = x + side + 4 + width <= plot.right() ? x + side + 4 : x - side - 4 - width;
    painter.setBrush(theme().color(ColorRole::Panel, 0.85)); // a line may pass behind it
    painter.drawRect(QRectF(left - 2, y, width + 4, metrics.height()));
    painter.setFont(small());
    painter.setPen(theme().color(ColorRole::TextMuted));
    painter.drawText(QPointF(left, y + metrics.ascent()), words);
}

void ChartFace::paintPlayhead(QPainter& painter, double time) const {
    if (!hasHistory_ || data_.empty || time < data_.from || time > data_.to) return;
    const auto& plot = layout_.plot;
    const double x = std::min(std::round(layout_.x(time, data_)) + 0.5, plot.right() - 0.5), side = 4 * scale_;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme().color(ColorRole::Warn), 1.6));
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().color(ColorRole::Warn));
    painter.drawPolygon(QPolygonF({{x - side, plot.top() - side}, {x + side, plot.top() - side}, {x, plot.top() + side * 0.6}}));
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
        painter.setPen(theme().color(ColorRole::TextMuted));
        painter.drawText(QRectF(0, y - half, plot.left() - 8, metrics.height()), Qt::AlignRight | Qt::AlignVCenter,
                         leftFormat.text(i * left_.step));
        if (data_.largestRight > 0)
            painter.drawText(QRectF(plot.right() + 8, y - half, size_.width() - plot.right() - 8, metrics.height()),
                             Qt::AlignLeft | Qt::AlignVCenter, rightFormat.text(i * right_.step));
    }
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
            painter.drawLine(QPointF(x, placed.badge || placed.text.isEmpty() ? layout_.strip.bottom() : layout_.strip.top()), QPointF(x, plot.bottom()));
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

} // namespace penstock::ui
