#include "ui/charts/chart_board.h"

#include "ui/charts/chart_specs.h"
#include "ui/format/figures.h"

#include <QButtonGroup>
#include <QDir>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QScrollArea>
#include <QLabel>
#include <QScrollBar>
#include <QToolButton>

namespace penstock::ui {

namespace {

constexpr int narrowest = 300; // pixels a chart needs beside others
constexpr int lowest = 130;    // pixels a chart needs above others, or it gives up width for height
constexpr int narrowestOfAll = 200;
constexpr double presentationScale = 1.6;
constexpr int ticksPerSecond = 10; // of the scroll bar

} // namespace

ChartBoard::ChartBoard(QWidget* parent)
    : QWidget(parent) {
    grid_ = new QGridLayout;
    grid_->setSpacing(8);
    for (auto& spec : consoleCharts()) {
        auto* chart = new LiveChart(std::move(spec), view_, this);
        connect(chart, &LiveChart::enlargeRequested, this, [this, chart] { enlarged_ == chart ? showAll() : enlarge(chart); });
        connect(chart, &LiveChart::saveRequested, this, &ChartBoard::save);
        chart->hide();
        charts_.push_back(chart);
    }
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 4, 12, 8);
    column->setSpacing(6);
    column->addWidget(makeBar());
    // On a low window charts keep a height at which they can be read, and the board scrolls.
    auto* all = new QWidget;
    all->setLayout(grid_);
    grid_->setContentsMargins(0, 0, 0, 0);
    area_ = new QScrollArea;
    area_->setWidget(all);
    area_->setWidgetResizable(true);
    area_->setFrameShape(QFrame::NoFrame);
    area_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area_->setFocusPolicy(Qt::NoFocus);
    all->setAutoFillBackground(false);
    area_->viewport()->setAutoFillBackground(false);
    column->addWidget(area_, 1);
    connect(&view_, &TimeView::changed, this, &ChartBoard::showView);
    place();
    showView();
}

QWidget* ChartBoard::makeBar() {
    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    ranges_ = new QButtonGroup(this);
    const std::pair<TimeView::Range, QString> ranges[] = {
        {TimeView::Range::HalfMinute, tr("30 s")}, {TimeView::Range::FiveMinutes, tr("5 min")}, {TimeView::Range::WholeRun, tr("Whole run")}};
    for (const auto& [range, words] : ranges) {
        auto* button = new QToolButton;
        button->setText(words);
        button->setCheckable(true);
        button->setAccessibleName(tr("Time range %1").arg(words));
        button->setToolTip(tr("Show this stretch of time (+ and - on a chart)"));
        ranges_->addButton(button, static_cast<int>(range));
        row->addWidget(button);
    }
    freeze_ = new QToolButton;
    freeze_->setCheckable(true);
    freeze_->setText(tr("Freeze"));
    freeze_->setAccessibleName(tr("Freeze the charts"));
    freeze_->setToolTip(tr("Hold the charts still while the run goes on; once more follows it again"));
    frozen_ = new QLabel;
    frozen_->setObjectName(QStringLiteral("frozen"));
    frozen_->setProperty("badge", true);
    frozen_->setToolTip(tr("The charts show the run up to this moment; figures and tables go on"));
    scroll_ = new QScrollBar(Qt::Horizontal);
    scroll_->setAccessibleName(tr("Scroll back in time"));
    scroll_->setToolTip(tr("Scroll back in time"));
    scroll_->setFocusPolicy(Qt::StrongFocus);
    back_ = new QToolButton;
    back_->setText(tr("All charts"));
    back_->setToolTip(tr("From the enlarged chart back to all (Esc)"));
    row->addSpacing(6);
    row->addWidget(freeze_);
    row->addWidget(frozen_);
    row->addSpacing(6);
    row->addWidget(scroll_, 1);
    row->addWidget(back_);
    connect(ranges_, &QButtonGroup::idClicked, this, [this](int id) { view_.setRange(static_cast<TimeView::Range>(id)); });
    connect(freeze_, &QToolButton::clicked, this, [this](bool frozen) { view_.setFollowing(!frozen); });
    connect(scroll_, &QScrollBar::valueChanged, this, [this](int value) {
        if (!settingBar_) view_.scrollTo(view_.runStart() + value / double(ticksPerSecond) + view_.span());
    });
    connect(back_, &QToolButton::clicked, this, &ChartBoard::showAll);
    return bar;
}

void ChartBoard::showView() {
    if (auto* button = ranges_->button(static_cast<int>(view_.range()))) button->setChecked(true);
    const bool frozen = !view_.following();
    freeze_->setChecked(frozen);
    frozen_->setText(tr("frozen at %1").arg(clockText(view_.to())));
    frozen_->setVisible(frozen);
    settingBar_ = true;
    const double length = view_.runEnd() - view_.runStart(), span = view_.span();
    scroll_->setRange(0, static_cast<int>(std::max(0.0, length - span) * ticksPerSecond));
    scroll_->setPageStep(std::max(1, static_cast<int>(span * ticksPerSecond)));
    scroll_->setSingleStep(ticksPerSecond);
    scroll_->setValue(static_cast<int>((view_.from() - view_.runStart()) * ticksPerSecond));
    scroll_->setEnabled(length > span);
    settingBar_ = false;
}

void ChartBoard::setHistory(const SnapshotHistory* history) {
    history_ = history;
    for (auto* chart : charts_) chart->setHistory(history);
    historyReplaced();
}

void ChartBoard::setMarkers(const std::vector<ChartMarker>& markers) {
    for (auto* chart : charts_) chart->setMarkers(markers);
}

void ChartBoard::setBaseline(std::optional<double> costPerSuccess, const QString& name) {
    for (auto* chart : charts_)
        if (chart->spec().id == QLatin1String("cost_per_success"))
            chart->setBaseline(costPerSuccess ? std::optional(ChartBaseline{*costPerSuccess, tr("baseline %1").arg(name)}) : std::nullopt);
}

void ChartBoard::setSimulated(bool simulated) {
    for (auto* chart : charts_) chart->setSimulated(simulated);
}

void ChartBoard::historyReplaced() {
    drawn_ = 0;
    view_.setCrosshair(std::nullopt);
    view_.setShownTime(std::nullopt);
    view_.setRun(0, 0);
    view_.setFollowing(true);
    for (auto* chart : charts_) chart->refresh();
    refresh();
}

void ChartBoard::refresh() {
    if (history_ == nullptr || history_->empty()) return;
    if (history_->revision() == drawn_) return;
    drawn_ = history_->revision();
    const double from = view_.from(), to = view_.to();
    view_.setRun(history_->start(), history_->end());
    // The view did not move (frozen): the newest figures in the headers do.
    if (view_.from() == from && view_.to() == to)
        for (auto* chart : charts_) chart->refresh();
}

std::vector<LiveChart*> ChartBoard::wanted() const {
    if (enlarged_ != nullptr) return {enlarged_};
    if (!presentation_) return charts_;
    std::vector<LiveChart*> out;
    for (auto* chart : charts_)
        for (const char* id : {"in_flight", "time_to_first_token", "cost_per_success"})
            if (chart->spec().id == QLatin1String(id)) out.push_back(chart);
    return out;
}

int ChartBoard::columnsFor(std::size_t charts) const {
    if (charts == 1) return 1;
    const int fit = std::max(1, width() / narrowest);
    if (charts == 3) return fit >= 3 ? 3 : 1;
    const int columns = std::min(fit, 3);
    const int rows = 6 / columns;
    const bool low = height() / rows < lowest;
    return low && columns == 2 && width() / 3 >= narrowestOfAll ? 3 : columns;
}

QSize ChartBoard::minimumSizeHint() const {
    return {420, 60 + 70}; // the board scrolls
}

void ChartBoard::place() {
    const auto charts = wanted();
    const int columns = columnsFor(charts.size());
    if (charts == placed_ && columns == columns_) return;
    placed_ = charts;
    columns_ = columns;
    for (auto* chart : charts_) {
        grid_->removeWidget(chart);
        if (std::find(charts.begin(), charts.end(), chart) == charts.end()) chart->hide();
    }
    for (int i = 0; i < 6; ++i) {
        grid_->setColumnStretch(i, 0);
        grid_->setRowStretch(i, 0);
    }
    for (std::size_t i = 0; i < charts.size(); ++i) {
        const int row = static_cast<int>(i) / columns, column = static_cast<int>(i) % columns;
        grid_->addWidget(charts[i], row, column);
        grid_->setColumnStretch(column, 1);
        grid_->setRowStretch(row, 1);
        charts[i]->show();
        charts[i]->refresh();
    }
    back_->setVisible(enlarged_ != nullptr);
}

void ChartBoard::enlarge(LiveChart* chart) {
    enlarged_ = chart;
    place();
    chart->setFocus();
    area_->ensureWidgetVisible(chart);
}

void ChartBoard::showAll() {
    if (enlarged_ == nullptr) return;
    auto* was = enlarged_;
    enlarged_ = nullptr;
    place();
    was->setFocus();
}

void ChartBoard::setPresentation(bool on) {
    presentation_ = on;
    for (auto* chart : charts_) chart->setScale(on ? presentationScale : 1);
    place();
}

void ChartBoard::save(const Document& document) {
    writer_.write({document}, {{}, [this, path = document.path](const Status& written) {
                                   if (written) Q_EMIT saved(path);
                                   else Q_EMIT problem(QString::fromStdString(written.error().message));
                               }});
}

void ChartBoard::exportAll(const QString& folder, std::optional<double> until, DocumentWriter::Told told) {
    std::vector<Document> documents;
    for (const auto* chart : charts_) {
        const QString stem = QDir(folder).absoluteFilePath(chart->spec().id);
        documents.push_back(chart->png(stem + QStringLiteral(".png"), {1200, 600}, LiveChart::Extent::WholeRun, until));
        documents.push_back(chart->csv(stem + QStringLiteral(".csv"), LiveChart::Extent::WholeRun, until));
    }
    writer_.write(std::move(documents), std::move(told));
}

void ChartBoard::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    place();
}

void ChartBoard::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && enlarged_ != nullptr) return showAll();
    QWidget::keyPressEvent(event);
}

} // namespace penstock::ui
