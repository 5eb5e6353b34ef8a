#include "ui/charts/plot.h"

#include <QAreaSeries>
#include <QChart>
#include <QGraphicsLayout>
#include <QGraphicsScene>
#include <QLegend>
#include <QLineSeries>
#include <QPainter>
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

    /// One piece as Qt Charts has it. An area's own pen would draw its sides and its bottom too, so its line is apart.
    struct Drawn {
        QLineSeries* line = nullptr;
        QAreaSeries* area = nullptr;
        QLineSeries *upper = nullptr, *lower = nullptr; ///< the area's

        void setVisible(bool visible) const {
            for (QAbstractSeries* shown : {static_cast<QAbstractSeries*>(area), static_cast<QAbstractSeries*>(line)})
                if (shown != nullptr && shown->isVisible() != visible) shown->setVisible(visible);
        }
    };
    struct Series {
        Look look;
        std::vector<Drawn> drawn;
    };

    static bool filled(const Look& look) { return look.fill.style() != Qt::NoBrush; }
    static bool lined(const Look& look) { return look.pen.style() != Qt::NoPen; }

    Drawn make(const Look& look) {
        Drawn out;
        const auto add = [&](QAbstractSeries* shown) {
            chart->addSeries(shown);
            shown->attachAxis(x);
            shown->attachAxis(look.rightAxis ? right : left);
        };
        if (filled(look)) {
            out.upper = new QLineSeries;
            out.lower = new QLineSeries;
            out.area = new QAreaSeries(out.upper, out.lower);
            out.upper->setParent(out.area);
            out.lower->setParent(out.area);
            add(out.area);
        }
        if (lined(look)) {
            out.line = new QLineSeries;
            add(out.line);
        }
        // Only now: Qt Charts gives a series a colour of its own theme when it is added.
        dress(out, look);
        return out;
    }

    void remove(const Drawn& drawn) {
        for (QAbstractSeries* shown : {static_cast<QAbstractSeries*>(drawn.area), static_cast<QAbstractSeries*>(drawn.line)}) {
            if (shown == nullptr) continue;
            chart->removeSeries(shown);
            delete shown;
        }
    }

    static void dress(const Drawn& drawn, const Look& look) {
        if (drawn.area) {
            drawn.area->setPen(QPen(Qt::NoPen));
            drawn.area->setBrush(look.fill);
        }
        if (drawn.line) drawn.line->setPen(look.pen);
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
    const bool another = Chart::filled(series.look) != Chart::filled(look) || Chart::lined(series.look) != Chart::lined(look) ||
                         series.look.rightAxis != look.rightAxis;
    series.look = look;
    if (another) {
        for (const auto& drawn : series.drawn) chart_->remove(drawn);
        series.drawn.clear();
    }
    for (const auto& drawn : series.drawn) Chart::dress(drawn, look);
}

void Plot::setPieces(std::size_t at, const std::vector<Piece>& pieces) {
    auto& series = chart_->series[at];
    while (series.drawn.size() < pieces.size()) series.drawn.push_back(chart_->make(series.look));
    for (std::size_t i = 0; i < series.drawn.size(); ++i) {
        const auto& drawn = series.drawn[i];
        drawn.setVisible(i < pieces.size());
        if (i >= pieces.size()) continue;
        const auto& piece = pieces[i];
        if (drawn.area) {
            auto lower = piece.lower;
            if (lower.isEmpty() && !piece.upper.isEmpty())
                lower = {{piece.upper.front().x(), 0}, {piece.upper.back().x(), 0}};
            drawn.lower->replace(lower);
            drawn.upper->replace(piece.upper);
        }
        if (drawn.line) drawn.line->replace(piece.upper);
    }
}

void Plot::paint(QPainter& painter, QPointF topLeft) {
    const QRectF source = chart_->scene.sceneRect();
    const QRectF target(topLeft - QPointF(bleed, bleed), source.size());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    chart_->scene.render(&painter, target, source, Qt::IgnoreAspectRatio);
    painter.restore();
}

} // namespace penstock::ui
