#include "ui/charts/plot.h"

#include <QChart>
#include <QGraphicsLayout>
#include <QGraphicsScene>
#include <QLegend>
#include <QLineSeries>
#include <QPainter>
#include <QPolygonF>
#include <QValueAxis>

namespace penstock::ui {

class Plot::Chart {
public:
    explicit Chart(std::size_t seriesCount)
        : chart(new QChart)
        , x(new QValueAxis)
        , left(new QValueAxis)
        , right(new QValueAxis)
        , series(seriesCount) {
        scene.setItemIndexMethod(QGraphicsScene::NoIndex);
        scene.addItem(chart);
        chart->legend()->hide();
        chart->setAnimationOptions(QChart::NoAnimation);
        chart->setBackgroundVisible(false);
        chart->setMargins({});
        chart->layout()->setContentsMargins(0, 0, 0, 0);
        for (auto* axis : {x, left, right}) {
            axis->setVisible(false);
            axis->setLabelsVisible(false);
            axis->setTickCount(2);
        }
        chart->addAxis(x, Qt::AlignBottom);
        chart->addAxis(left, Qt::AlignLeft);
        chart->addAxis(right, Qt::AlignRight);
    }

    struct Series {
        Look look;
        std::vector<QLineSeries*> lines; ///< one a piece; the chart's
        std::vector<QPolygonF> areas;    ///< one a piece, in values: QAreaSeries fills an area of many points wrongly (6.4)
    };

    static bool filled(const Look& look) { return look.fill.style() != Qt::NoBrush; }
    static bool lined(const Look& look) { return look.pen.style() != Qt::NoPen; }

    QLineSeries* make(const Look& look) {
        auto* line = new QLineSeries;
        chart->addSeries(line);
        line->attachAxis(x);
        line->attachAxis(look.rightAxis ? right : left);
        // Only now: Qt Charts gives a series a colour of its own theme when it is added.
        line->setPen(look.pen);
        return line;
    }

    void remove(QLineSeries* line) {
        chart->removeSeries(line);
        delete line;
    }

    QGraphicsScene scene;
    QChart* chart; // the scene's
    QValueAxis *x, *left, *right; // the chart's
    std::vector<Series> series;
    QSizeF size;
};

Plot::Plot(std::size_t seriesCount)
    : chart_(std::make_unique<Chart>(seriesCount)) {}

Plot::~Plot() = default;

void Plot::setFrame(QSizeF size, double xFrom, double xTo, double leftTop, double rightTop) {
    if (size != chart_->size) {
        chart_->size = size;
        const QRectF whole(0, 0, size.width() + 2 * bleed, size.height() + 2 * bleed);
        chart_->chart->setGeometry(whole);
        chart_->chart->setPlotArea(whole);
        chart_->scene.setSceneRect(whole);
    }
    const double perX = (xTo - xFrom) / std::max(1.0, size.width()) * bleed;
    const double perY = bleed / std::max(1.0, size.height());
    chart_->x->setRange(xFrom - perX, xTo + perX);
    chart_->left->setRange(-leftTop * perY, leftTop * (1 + perY));
    chart_->right->setRange(-rightTop * perY, rightTop * (1 + perY));
}

void Plot::setLook(std::size_t at, const Look& look) {
    auto& series = chart_->series[at];
    const bool another = Chart::lined(series.look) != Chart::lined(look) || series.look.rightAxis != look.rightAxis;
    series.look = look;
    if (another) {
        for (auto* line : series.lines) chart_->remove(line);
        series.lines.clear();
    }
    for (auto* line : series.lines) line->setPen(look.pen);
}

void Plot::setPieces(std::size_t at, const std::vector<Piece>& pieces) {
    auto& series = chart_->series[at];
    series.areas.clear();
    if (Chart::filled(series.look))
        for (const auto& piece : pieces) {
            if (piece.upper.isEmpty()) continue;
            QPolygonF area(piece.upper);
            if (piece.lower.isEmpty()) area << QPointF(piece.upper.back().x(), 0) << QPointF(piece.upper.front().x(), 0);
            for (auto it = piece.lower.rbegin(); it != piece.lower.rend(); ++it) area << *it;
            series.areas.push_back(std::move(area));
        }
    if (!Chart::lined(series.look)) return;
    while (series.lines.size() < pieces.size()) series.lines.push_back(chart_->make(series.look));
    for (std::size_t i = 0; i < series.lines.size(); ++i) {
        const bool shown = i < pieces.size();
        if (series.lines[i]->isVisible() != shown) series.lines[i]->setVisible(shown);
        if (shown) series.lines[i]->replace(pieces[i].upper);
    }
}

void Plot::paint(QPainter& painter, QPointF topLeft) {
    const QRectF source = chart_->scene.sceneRect();
    const QRectF target(topLeft - QPointF(bleed, bleed), source.size());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(target, Qt::IntersectClip);
    painter.setPen(Qt::NoPen);
    for (const auto& series : chart_->series) {
        const auto* up = series.look.rightAxis ? chart_->right : chart_->left;
        const double perX = target.width() / (chart_->x->max() - chart_->x->min()), perY = target.height() / (up->max() - up->min());
        painter.setBrush(series.look.fill);
        for (const auto& area : series.areas) {
            QPolygonF polygon = area;
            for (auto& point : polygon) point = {target.left() + (point.x() - chart_->x->min()) * perX, target.bottom() - (point.y() - up->min()) * perY};
            painter.drawPolygon(polygon);
        }
    }
    chart_->scene.render(&painter, target, source, Qt::IgnoreAspectRatio);
    painter.restore();
}

} // namespace penstock::ui
