// What the window is made of; what its parts do to each other is in main_window_joints.cpp.
#include "ui/window/main_window.h"

#include "ui/charts/chart_board.h"
#include "ui/figures/figure_strip.h"
#include "ui/knobs/knob_panel.h"
#include "ui/theme/theme.h"
#include "ui/window/actions.h"
#include "ui/window/banner.h"
#include "ui/window/kept_key.h"
#include "ui/window/resume_offer.h"
#include "ui/window/run_files.h"
#include "ui/window/runs_dock.h"
#include "ui/window/status_line.h"
#include "ui/window/tables_pane.h"
#include "ui/window/time_slider.h"
#include "ui/window/top_bar.h"

#include <QApplication>
#include <QCloseEvent>
#include <QElapsedTimer>
#include <QMenuBar>
#include <QMimeData>
#include <QSettings>
#include <QSplitter>
#include <QVBoxLayout>

namespace penstock::ui {

namespace {

const QString group = QStringLiteral("window");
constexpr int lowWindow = 760; // pixels: below, the tables begin collapsed to their tabs

} // namespace

MainWindow::MainWindow(const Parts& parts)
    : parts_(parts)
    , session_(parts.session) {
    setWindowTitle(tr("Penstock"));
    setAcceptDrops(true);
    setDockNestingEnabled(false);
    lay();
    joinActions();
    joinSession();
    restore();
    showTheme();
    showPhase();
    refresh();
    offer_->look();
}

MainWindow::~MainWindow() {
    // Its parts hear of the session no more: they are being destroyed.
    session_.disconnect(this);
}

void MainWindow::lay() {
    actions_ = new Actions(undo_, this);
    actions_->fill(*menuBar());

    key_ = new KeptKey(session_, parts_.keys, this);
    topBar_ = new TopBar(session_, {actions_->target, actions_->workload, actions_->startOrPause, actions_->stop, actions_->pin});
    figures_ = new FigureStrip;
    figures_->setHistory(&session_.history());
    banner_ = new Banner;
    offerBar_ = new Banner;
    offer_ = new ResumeOffer(session_, *offerBar_, this);
    knobs_ = new KnobPanel(&undo_);
    charts_ = new ChartBoard;
    charts_->setHistory(&session_.history());
    files_ = new RunFiles(session_, *charts_, this);
    slider_ = new TimeSlider;
    tables_ = new TablesPane(session_);
    runs_ = new RunsDock(session_, this);
    addDockWidget(Qt::RightDockWidgetArea, runs_);
    runs_->hide();
    status_ = new StatusLine(session_, frames_);
    setStatusBar(status_);

    across_ = new QSplitter(Qt::Horizontal);
    across_->addWidget(knobs_);
    across_->addWidget(charts_);
    across_->setStretchFactor(0, 0);
    across_->setStretchFactor(1, 1);
    across_->setCollapsible(1, false);
    across_->setHandleWidth(1);
    auto* upper = new QWidget;
    auto* upperColumn = new QVBoxLayout(upper);
    upperColumn->setContentsMargins(0, 0, 0, 0);
    upperColumn->setSpacing(0);
    upperColumn->addWidget(across_, 1);
    upperColumn->addWidget(slider_);
    down_ = new QSplitter(Qt::Vertical);
    down_->addWidget(upper);
    down_->addWidget(tables_);
    down_->setStretchFactor(0, 1);
    down_->setStretchFactor(1, 0);
    down_->setCollapsible(0, false);
    down_->setHandleWidth(1);

    auto* bannerRow = new QVBoxLayout;
    bannerRow->setContentsMargins(12, 0, 12, 0);
    bannerRow->setSpacing(6);
    bannerRow->addWidget(banner_);
    bannerRow->addWidget(offerBar_);
    auto* whole = new QWidget;
    auto* column = new QVBoxLayout(whole);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(topBar_);
    column->addWidget(figures_);
    column->addLayout(bannerRow);
    column->addWidget(down_, 1);
    setCentralWidget(whole);
}

void MainWindow::restore() {
    QSettings settings;
    settings.beginGroup(group);
    if (!restoreGeometry(settings.value(QStringLiteral("geometry")).toByteArray())) resize(1440, 900);
    restoreState(settings.value(QStringLiteral("state")).toByteArray());
    if (!across_->restoreState(settings.value(QStringLiteral("across")).toByteArray())) across_->setSizes({292, 1148});
    splitChosen_ = down_->restoreState(settings.value(QStringLiteral("down")).toByteArray());
    connect(tables_, &TablesPane::roomWanted, this, [this] { down_->setSizes({down_->height() - 230, 230}); });
    tables_->restoreState(settings.value(QStringLiteral("tables")).toByteArray());
    actions_->showKnobs->setChecked(settings.value(QStringLiteral("knobs"), true).toBool());
    actions_->showTables->setChecked(settings.value(QStringLiteral("show-tables"), true).toBool());
    actions_->showRuns->setChecked(runs_->isVisible());
}

void MainWindow::remember() {
    if (actions_->presentation->isChecked()) setPresentation(false);
    QSettings settings;
    settings.beginGroup(group);
    settings.setValue(QStringLiteral("geometry"), saveGeometry());
    settings.setValue(QStringLiteral("state"), saveState());
    settings.setValue(QStringLiteral("across"), across_->saveState());
    settings.setValue(QStringLiteral("down"), down_->saveState());
    settings.setValue(QStringLiteral("tables"), tables_->saveState());
    settings.setValue(QStringLiteral("knobs"), actions_->showKnobs->isChecked());
    settings.setValue(QStringLiteral("show-tables"), actions_->showTables->isChecked());
}

void MainWindow::setPresentation(bool on) {
    const QSignalBlocker quiet(actions_->presentation);
    actions_->presentation->setChecked(on);
    menuBar()->setVisible(!on);
    knobs_->setVisible(!on && actions_->showKnobs->isChecked());
    tables_->setVisible(!on && actions_->showTables->isChecked());
    status_->setVisible(!on);
    figures_->setScale(on ? 1.6 : 1);
    charts_->setPresentation(on);
    setWindowState(on ? windowState() | Qt::WindowFullScreen : windowState() & ~Qt::WindowFullScreen);
}

bool MainWindow::event(QEvent* event) {
    // A status tip would take the place of the engine's figures while the pointer rests on a button, which has its tooltip.
    if (event->type() == QEvent::StatusTip) return true;
    // How high it is, it learns when it is shown.
    if (event->type() == QEvent::Show && !std::exchange(splitChosen_, true))
        down_->setSizes(height() < lowWindow ? QList<int>{10'000, tables_->minimumHeight()} : QList<int>{520, 230});
    if (event->type() != QEvent::UpdateRequest) return QMainWindow::event(event);
    QElapsedTimer timer;
    timer.start();
    const bool handled = QMainWindow::event(event);
    frames_.painted(std::chrono::nanoseconds(timer.nsecsElapsed()));
    return handled;
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (!mayClose()) return event->ignore();
    remember();
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    for (const auto& url : event->mimeData()->urls())
        if (url.isLocalFile()) return event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    for (const auto& url : event->mimeData()->urls())
        if (url.isLocalFile()) return openFile(url.toLocalFile());
}

std::shared_ptr<LogIntake> MainWindow::logIntake() const { return tables_->logIntake(); }

void MainWindow::bringKey(const QString& account) { key_->fetch(account); }

/// A run file is opened; any other is taken for a workload.
void MainWindow::openFile(const QString& path) {
    if (path.endsWith(QLatin1String(".penstock"))) files_->open(path);
    else chooseWorkload(path);
}

} // namespace penstock::ui
