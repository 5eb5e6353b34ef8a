#pragma once

#include <QBrush>
#include <QPen>
#include <QPointF>
#include <QRectF>

#include <memory>
#include <vector>

class QPainter;

namespace penstock::ui {

/// Lines, areas and bars in a rectangle, drawn by Qt Charts. The one class that knows it: Qt Charts is deprecated from
/// Qt 6.10 on, and another library can take its place here. Axes and text are not its business.
///
/// There is no QChartView: the scene is painted straight into the caller's picture, once a change and not once a repaint,
/// which is what makes a crosshair, a hover and a window that moves over the chart cost nothing. GUI thread.
class Plot {
public:
    struct Look {
        QPen pen{Qt::NoPen}; ///< of the upper edge
        QBrush fill;         ///< no style: a line without an area
        bool rightAxis = false;
    };
    /// Unbroken stretches of a series, each in the order of x. Of an area or a bar, `lower` has the other edge; empty: 0.
    struct Piece {
        QList<QPointF> upper, lower;
    };

    explicit Plot(std::size_t seriesCount);
    ~Plot();
    Plot(const Plot&) = delete;
    Plot& operator=(const Plot&) = delete;

    /// The size in pixels and what its edges mean; values start at 0 on both axes.
    void setFrame(QSizeF size, double xFrom, double xTo, double leftTop, double rightTop);
    void setLook(std::size_t series, const Look& look);
    void setPieces(std::size_t series, const std::vector<Piece>& pieces);
    void paint(QPainter& painter, QPointF topLeft);

    /// How far beyond its frame a line may reach, so that one that lies on the edge is not cut in half.
    static constexpr double bleed = 2;

private:
    class Chart;
    std::unique_ptr<Chart> chart_;
};

} // namespace penstock::ui
