#include "ui/charts/live_chart.h"

#include <QAccessibleWidget>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QToolTip>

namespace penstock::ui {

namespace {

/// Reads the chart when it is asked to: telling of ten changes a second would drown whoever listens.
class Accessible final : public QAccessibleWidget {
public:
    explicit Accessible(LiveChart* chart)
        : QAccessibleWidget(chart, QAccessible::Chart) {}

    QString text(QAccessible::Text what) const override {
        const auto* chart = static_cast<LiveChart*>(widget());
        switch (what) {
        case QAccessible::Name: return chart->spec().title;
        case QAccessible::Value:
        case QAccessible::Description: return chart->words();
        case QAccessible::Help: return chart->spec().tip;
        default: return QAccessibleWidget::text(what);
        }
    }
};

QAccessibleInterface* makeAccessible(const QString&, QObject* object) {
    auto* chart = qobject_cast<LiveChart*>(object);
    return chart ? new Accessible(chart) : nullptr;
}

} // namespace

LiveChart::LiveChart(ChartSpec spec, TimeView& view, QWidget* parent)
    : QWidget(parent)
    , view_(view)
    , face_(std::move(spec)) {
    static const bool installed = (QAccessible::installFactory(makeAccessible), true);
    Q_UNUSED(installed);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(face_.spec().title);
    setObjectName(QStringLiteral("chart-") + face_.spec().id);
    connect(&view_, &TimeView::changed, this, &LiveChart::onTime);
    connect(&view_, &TimeView::crosshairMoved, this, qOverload<>(&QWidget::update));
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        face_.dress();
        invalidate();
    });
}

void LiveChart::setHistory(const SnapshotHistory* history) {
    history_ = history;
    invalidate();
}

void LiveChart::setMarkers(const std::vector<ChartMarker>& markers) {
    face_.setMarkers(markers);
    invalidate();
}

void LiveChart::setBaseline(std::optional<ChartBaseline> baseline) {
    baseline_ = baseline;
    face_.setBaseline(std::move(baseline));
    invalidate();
}

void LiveChart::setSimulated(bool simulated) {
    face_.setSimulated(simulated);
    invalidate();
}

void LiveChart::setScale(double scale) {
    scale_ = scale;
    face_.setScale(scale);
    face_.dress();
    invalidate();
}

void LiveChart::refresh() { onTime(); }

void LiveChart::invalidate() {
    stale_ = true;
    if (isVisible()) update();
}

void LiveChart::onTime() {
    const double width = std::max(1.0, face_.layout().plot.width());
    const double span = drawnTo_ - drawnFrom_, pixel = span / width;
    const double stretched = std::abs((view_.to() - view_.from()) - span);
    // Half a pixel is not seen; at 5 minutes and at an hour that saves nearly all of the drawing.
    const bool shows = drawnTo_ < 0 || std::abs(view_.to() - drawnTo_) >= pixel / 2 || stretched >= pixel / 2;
    if (shows || historyShows(pixel)) stale_ = true;
    if (isVisible()) update();
}

/// The axis may rest while the line grows: a whole run of less than 30 s, or what a frozen view has not reached yet.
bool LiveChart::historyShows(double pixel) const {
    if (history_ == nullptr || history_->revision() == drawnRevision_) return false;
    const double end = history_->end();
    if (end <= drawnEnd_) return true; // another history, or another figure for its newest moment
    return std::min(end, view_.to()) - std::min(drawnEnd_, view_.to()) >= pixel / 2;
}

ChartReading LiveChart::readingAt(std::optional<double> time) const {
    if (history_ == nullptr || history_->empty()) return {};
    return ChartReading::at(face_.spec(), *history_, time.value_or(view_.to()), face_.data().barSeconds);
}

ChartReading LiveChart::reading() const { return readingAt(view_.crosshair()); }

void LiveChart::read() {
    face_.read(history_, view_.from(), view_.to(), view_.range() == TimeView::Range::WholeRun, view_.following(), size());
}

void LiveChart::paintEvent(QPaintEvent*) {
    const double density = devicePixelRatioF();
    const QSize pixels = (QSizeF(size()) * density).toSize();
    if (stale_ || body_.size() != pixels) {
        read();
        body_ = QPixmap(pixels);
        body_.setDevicePixelRatio(density);
        body_.fill(Qt::transparent);
        QPainter painter(&body_);
        face_.paintBody(painter);
        stale_ = false;
        drawnFrom_ = view_.from();
        drawnTo_ = view_.to();
        drawnEnd_ = history_ == nullptr ? 0 : history_->end();
        drawnRevision_ = history_ == nullptr ? 0 : history_->revision();
    }
    QPainter painter(this);
    painter.drawPixmap(0, 0, body_);
    const auto now = reading();
    const bool frozen = !view_.following();
    face_.paintHeader(painter, now, view_.crosshair().has_value(), frozen);
    if (const auto shown = view_.shownTime()) face_.paintPlayhead(painter, *shown);
    else if (frozen) face_.paintPlayhead(painter, view_.to());
    if (const auto at = view_.crosshair()) face_.paintCrosshair(painter, *at, now, hovered_ || hasFocus());
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(Theme::instance().color(ColorRole::Accent), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 8, 8);
    }
}

void LiveChart::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    stale_ = true;
}

bool LiveChart::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        QStringList lines;
        for (const auto at : face_.markersAt(help->pos())) lines << face_.markers()[at].text;
        if (lines.isEmpty() && face_.layout().header.contains(help->pos())) lines << face_.spec().tip;
        if (lines.isEmpty()) QToolTip::hideText();
        else QToolTip::showText(help->globalPos(), lines.join(QLatin1Char('\n')), this);
        return true;
    }
    return QWidget::event(event);
}

void LiveChart::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) dragFrom_ = event->position().x();
    QWidget::mousePressEvent(event);
}

void LiveChart::mouseMoveEvent(QMouseEvent* event) {
    hovered_ = true;
    const auto& plot = face_.layout().plot;
    if (dragFrom_ && (event->buttons() & Qt::LeftButton) && plot.width() > 0) {
        const double moved = event->position().x() - *dragFrom_;
        if (std::abs(moved) >= 2) {
            view_.scrollBy(-moved / plot.width() * view_.span(), true);
            dragFrom_ = event->position().x();
            setCursor(Qt::ClosedHandCursor);
        }
        return;
    }
    if (history_ == nullptr || history_->empty() || !plot.adjusted(0, -20, 0, 20).contains(event->position())) return view_.setCrosshair(std::nullopt);
    view_.setCrosshair(face_.layout().time(event->position().x(), face_.data()));
}

void LiveChart::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    dragFrom_.reset();
    unsetCursor();
    view_.scrollBy(0); // follows again when the drag ended at the newest moment
}

void LiveChart::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) Q_EMIT enlargeRequested();
}

void LiveChart::wheelEvent(QWheelEvent* event) {
    const int across = event->angleDelta().x(), along = event->angleDelta().y();
    if (event->modifiers() & Qt::ControlModifier) {
        along > 0 ? view_.zoomIn() : view_.zoomOut();
    } else if (const int turned = across != 0 ? across : along) {
        view_.scrollBy(-turned / 120.0 * view_.span() / 8);
    }
    event->accept();
}

void LiveChart::keyPressEvent(QKeyEvent* event) {
    const double step = view_.span() / (event->modifiers() & Qt::ShiftModifier ? 8 : 60);
    switch (event->key()) {
    case Qt::Key_Left: view_.moveCrosshair(-step); break;
    case Qt::Key_Right: view_.moveCrosshair(step); break;
    case Qt::Key_Plus:
    case Qt::Key_Equal: view_.zoomIn(); break;
    case Qt::Key_Minus: view_.zoomOut(); break;
    case Qt::Key_Home: view_.toStart(); break;
    case Qt::Key_End: view_.toEnd(); break;
    case Qt::Key_Return:
    case Qt::Key_Enter: Q_EMIT enlargeRequested(); break;
    default: return QWidget::keyPressEvent(event);
    }
    QAccessibleEvent told(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&told);
}

void LiveChart::leaveEvent(QEvent*) {
    hovered_ = false;
    view_.setCrosshair(std::nullopt);
}

} // namespace penstock::ui
