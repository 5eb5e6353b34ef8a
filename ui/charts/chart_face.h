#pragma once

#include "ui/charts/axis_ticks.h"
#include "ui/charts/chart_data.h"
#include "ui/charts/legend_layout.h"
#include "ui/charts/marker_layout.h"

#include <QRectF>

class QPainter;

namespace penstock::ui {

/// Where the parts of a chart lie, in logical pixels.
struct ChartLayout {
    QRectF card, header, legend, strip, plot; ///< `legend`: the rows below the title; of no height where there are none

    double x(double time, const ChartData& data) const {
        return plot.left() + (time - data.from) / (data.to - data.from) * plot.width();
    }
    double time(double x, const ChartData& data) const {
        return data.from + (x - plot.left()) / plot.width() * (data.to - data.from);
    }
};

/// How a chart looks: all that is drawn of it, on a screen, into a PNG and into an SVG. Holds what is to be drawn; knows no
/// widget. Colours and fonts are the Theme's. GUI thread.
class ChartFace {
public:
    explicit ChartFace(ChartSpec spec);

    const ChartSpec& spec() const { return spec_; }
    const ChartData& data() const { return data_; }

    /// Reads the history anew for a picture of this size.
    void read(const SnapshotHistory* history, double from, double to, bool whole, bool following, QSizeF size);

    void setMarkers(std::vector<ChartMarker> markers); ///< of the whole run, in the order of time
    const std::vector<ChartMarker>& markers() const { return markers_; }
    void setBaseline(std::optional<ChartBaseline> baseline) { baseline_ = std::move(baseline); }
    void setSimulated(bool simulated) { simulated_ = simulated; }
    bool simulated() const { return simulated_; }
    void setScale(double scale) { scale_ = scale; }
    /// Colours and pens of the theme as it is now.
    void dress();

    const ChartLayout& layout() const { return layout_; }

    /// Everything that stays while the crosshair moves: card, axes, series, markers.
    void paintBody(QPainter& painter);
    /// The moment that the rest of the window shows, where it is not the newest one.
    void paintPlayhead(QPainter& painter, double time) const;
    /// Title, and each series with its value in `reading`; `frozen`: the charts are held still at that moment.
    void paintHeader(QPainter& painter, const ChartReading& reading, bool atCrosshair, bool frozen = false) const;
    void paintCrosshair(QPainter& painter, double time, const ChartReading& reading, bool withPanel) const;

    /// The marker whose line or label is at this point.
    std::vector<std::size_t> markersAt(QPointF point) const;
    /// One line of words: `In flight: in flight 14, cap 14`.
    QString describe(const ChartReading& reading) const;

private:
    struct LegendItem {
        QColor color;
        Qt::PenStyle dash = Qt::SolidLine;
        double width = 2;
        bool box = false;
        std::size_t pattern = 0;
        QString name, value;
        QString meaning; ///< of a name that is a code
    };

    ChartLayout layoutFor(QSizeF size) const;
    std::vector<LegendItem> legend(const ChartReading& reading) const;
    void paintAxes(QPainter& painter) const;
    void paintMarkers(QPainter& painter) const;
    /// Marks where a line goes on above the plot, with the height that it reaches.
    void paintOverflow(QPainter& painter) const;
    LegendLayout layLegend(const std::vector<LegendItem>& items, const LegendLayout::Room& room) const;
    LegendLayout::Room legendRoom(const ChartReading& reading) const;
    double noteRight(const QString& note) const;
    void paintSwatch(QPainter& painter, const LegendItem& item, QPointF left) const;
    QString note(const ChartReading& reading) const;
    double yOf(double value, bool rightAxis) const;
    QFont small() const;

    ChartSpec spec_;
    ChartData data_;
    ChartLayout layout_;
    AxisTicks left_, right_;
    Plot plot_;
    std::vector<ChartMarker> markers_;
    std::vector<PlacedMarker> placed_;
    std::size_t firstInView_ = 0;
    std::optional<ChartBaseline> baseline_;
    bool hasHistory_ = false;
    bool ago_ = true;
    bool following_ = true;
    int legendRows_ = 0;
    bool simulated_ = false;
    double scale_ = 1;
    QSizeF size_;
};

/// The dashes of a pen, in widths of it; empty for a solid line.
QList<qreal> dashPattern(Qt::PenStyle style);

/// The brush of the n-th bar of a stack: each has a pattern of its own, so that they differ without their colours too.
QBrush barBrush(const QColor& color, std::size_t n);

} // namespace penstock::ui
