// What the parts of the window do to each other.
#include "ui/window/main_window.h"

#include "ui/charts/chart_board.h"
#include "ui/dialogs/shortcuts_dialog.h"
#include "ui/dialogs/target_dialog.h"
#include "ui/dialogs/workload_dialog.h"
#include "ui/figures/figure_strip.h"
#include "ui/format/figures.h"
#include "ui/knobs/knob_panel.h"
#include "ui/session/end_words.h"
#include "ui/theme/theme.h"
#include "ui/window/actions.h"
#include "ui/window/banner.h"
#include "ui/window/kept_key.h"
#include "ui/window/resume_offer.h"
#include "ui/window/knob_markers.h"
#include "ui/window/run_files.h"
#include "ui/window/runs_dock.h"
#include "ui/window/status_line.h"
#include "ui/window/tables_pane.h"
#include "ui/window/time_slider.h"
#include "ui/window/top_bar.h"

#include <QElapsedTimer>
#include <QMenu>
#include <QMessageBox>
#include <QSettings>

namespace penstock::ui {

void MainWindow::joinActions() {
    const auto on = [this](QAction* action, auto&& act) { connect(action, &QAction::triggered, this, act); };
    on(actions_->newRun, [this] { report(session_.newRun()); });
    on(actions_->close, [this] { report(session_.newRun()); });
    on(actions_->open, [this] { files_->openWithDialog(); });
    connect(actions_->recent, &QMenu::aboutToShow, this, [this] { files_->fillRecent(*actions_->recent); });
    on(actions_->saveAs, [this] { files_->saveAsWithDialog(); });
    on(actions_->exportRecord, [this] { files_->exportRecordWithDialog(); });
    on(actions_->exportSpans, [this] { files_->exportSpansWithDialog(); });
    on(actions_->exportCharts, [this] { files_->exportChartsWithDialog(); });
    on(actions_->exportAll, [this] { files_->exportAllWithDialog(); });
    on(actions_->quit, [this] { close(); });

    on(actions_->startOrPause, [this] { startOrPause(); });
    on(actions_->stop, [this] { session_.stop(); });
    on(actions_->resume, [this] { resume(); });
    on(actions_->pin, [this] { report(session_.pin()); });
    on(actions_->unpin, [this] { session_.unpin(); });
    on(actions_->target, [this] { chooseTarget(); });
    on(actions_->workload, [this] { chooseWorkload(); });
    on(actions_->raiseCap, [this] { changeCap(1); });
    on(actions_->lowerCap, [this] { changeCap(-1); });

    on(actions_->presentation, [this](bool checked) { setPresentation(checked); });
    on(actions_->leaveEnlarged, [this] { charts_->showAll(); });
    connect(actions_->showKnobs, &QAction::toggled, knobs_, &QWidget::setVisible);
    connect(actions_->showTables, &QAction::toggled, tables_, &QWidget::setVisible);
    connect(actions_->showRuns, &QAction::toggled, runs_, &QWidget::setVisible);
    connect(runs_, &QDockWidget::visibilityChanged, actions_->showRuns, [this](bool visible) {
        if (visible || runs_->isHidden()) actions_->showRuns->setChecked(visible);
    });
    using Tab = TablesPane::Tab;
    const std::pair<QAction*, Tab> tabs[] = {{actions_->requests, Tab::Requests}, {actions_->segments, Tab::Segments}, {actions_->record, Tab::Record}, {actions_->log, Tab::Log}};
    for (const auto& [action, tab] : tabs)
        on(action, [this, tab = tab] {
            actions_->showTables->setChecked(true);
            tables_->show(tab);
        });
    for (auto* action : {actions_->themeSystem, actions_->themeLight, actions_->themeDark}) on(action, [this] { setTheme(); });
    on(actions_->shortcuts, [this] {
        auto* dialog = new ShortcutsDialog(actions_->all(), this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    });
    on(actions_->about, [this] {
        QMessageBox::about(this, tr("About Penstock"),
                           tr("<b>Penstock %1</b><p>Shows and lowers what a successful LLM completion costs.</p><p>Free software under the GNU General "
                              "Public License, version 3 or later.</p>")
                               .arg(QStringLiteral(PENSTOCK_VERSION)));
    });
    connect(files_, &RunFiles::problem, this, [this](const QString& words) { banner_->say(Banner::Kind::Problem, words); });
    connect(files_, &RunFiles::done, this, [this](const QString& words) { status_->showMessage(words, 8000); });
}

void MainWindow::joinSession() {
    connect(&session_, &RunSession::phaseChanged, this, &MainWindow::showPhase);
    connect(&session_, &RunSession::setupChanged, this, [this] {
        showPhase();
        tellNext();
    });
    connect(&session_, &RunSession::snapshotChanged, this, &MainWindow::refresh);
    connect(&session_, &RunSession::baselineChanged, this, &MainWindow::showBaseline);
    connect(&session_, &RunSession::baselineFiguresChanged, this, &MainWindow::showBaseline);
    connect(&session_, &RunSession::ended, this, &MainWindow::onEnded);
    connect(&session_, &RunSession::problem, this, [this](const QString& words) { banner_->say(Banner::Kind::Problem, words); });
    connect(&session_, &RunSession::historyReplaced, this, [this] {
        markersShown_ = 0;
        charts_->setMarkers({});
        charts_->setSimulated(session_.simulated());
        charts_->historyReplaced();
        refresh();
        showBaseline(); // its name is another one beside another run
    });
    connect(&session_, &RunSession::knobsChanged, this, &MainWindow::showKnobs);
    connect(&session_, &RunSession::overviewChanged, this, [this] {
        showPhase();
        showBaseline();
        if (session_.overview() && !session_.live()) slider_->setLength(session_.overview()->lengthSeconds);
    });
    connect(&session_, &RunSession::opened, this, &MainWindow::tellOpened);
    connect(knobs_, &KnobPanel::applyRequested, this, &MainWindow::applyKnobs);
    connect(runs_, &RunsDock::openRequested, files_, &RunFiles::open);
    connect(runs_, &RunsDock::problem, this, [this](const QString& words) { banner_->say(Banner::Kind::Problem, words); });
    connect(offer_, &ResumeOffer::problem, this, [this](const QString& words) { banner_->say(Banner::Kind::Problem, words); });
    connect(tables_, &TablesPane::problem, this, [this](const QString& words) { banner_->say(Banner::Kind::Problem, words); });
    connect(knobs_, &KnobPanel::problem, this, [this](const QString& words) { banner_->say(Banner::Kind::Problem, words); });
    connect(charts_, &ChartBoard::problem, this, [this](const QString& words) { banner_->say(Banner::Kind::Problem, words); });
    connect(key_, &KeptKey::waiting, this, [this](const QString& words) {
        banner_->say(Banner::Kind::Note, words, tr("Target..."), [this] { chooseTarget(); });
    });
    connect(key_, &KeptKey::problem, this, &MainWindow::sayOfTarget);
    connect(key_, &KeptKey::startDue, this, [this] { report(session_.start()); });
    connect(charts_, &ChartBoard::saved, this, [this](const QString& path) { status_->showMessage(tr("Written: %1").arg(path), 8000); });
    // Later: everybody hears that it was opened before it goes on.
    connect(offer_, &ResumeOffer::resumeDue, this, &MainWindow::resume, Qt::QueuedConnection);
    connect(runs_, &RunsDock::compared, this, [this] {
        actions_->showTables->setChecked(true);
        tables_->show(TablesPane::Tab::Record);
    });
    connect(slider_, &TimeSlider::timeChosen, this, [this](std::optional<double> seconds) {
        session_.showTime(seconds);
        // The charts' own line stands at that time, and is brought into view; their playhead stays when the pointer takes the line.
        auto& view = charts_->view();
        view.setShownTime(seconds);
        if (seconds) view.moveCrosshair(*seconds - view.crosshair().value_or(view.to()));
        else view.setCrosshair(std::nullopt);
    });
    connect(&Theme::instance(), &Theme::changed, this, &MainWindow::showTheme);
    showKnobs();
}

void MainWindow::refresh() {
    QElapsedTimer timer;
    timer.start();
    topBar_->refresh();
    figures_->setSessionStart(session_.sessionStart());
    figures_->setSnapshot(session_.snapshot());
    showMarkers();
    tellKeyRefusal();
    charts_->refresh();
    const auto snapshot = session_.live() ? session_.snapshot() : nullptr;
    knobs_->setApplied(snapshot ? std::optional(snapshot->knobsRevision) : std::nullopt, snapshot ? snapshot->segment : 0);
    tables_->refresh();
    status_->refresh();
    frames_.refreshed(std::chrono::nanoseconds(timer.nsecsElapsed()));
}

void MainWindow::showMarkers() {
    const auto snapshot = session_.snapshot();
    if (!snapshot || !snapshot->segments) return;
    const auto& pauses = session_.pauses();
    if (snapshot->segments->size() + pauses.size() == markersShown_) return;
    markersShown_ = snapshot->segments->size() + pauses.size();
    charts_->setMarkers(markersOf(*snapshot->segments, pauses));
}

void MainWindow::showPhase() {
    using Phase = RunSession::Phase;
    const auto phase = session_.phase();
    const bool live = session_.live();
    auto* action = actions_->startOrPause;
    const auto read = [&](const QString& text, const QString& tip) {
        action->setText(text);
        QString plain = text;
        action->setIconText(plain.remove(QLatin1Char('&')));
        action->setStatusTip(tip);
        action->setToolTip(tip + QStringLiteral(" (F5)"));
    };
    if (phase == Phase::Paused) read(tr("&Go on"), tr("Admit requests again"));
    else if (live) read(tr("&Pause"), tr("Stop admitting and let streams finish"));
    else if (session_.nextAsksAnother()) {
        read(tr("&Start a new run"), tr("New run on %1 with %2").arg(session_.setup().targetName, session_.setup().workloadName));
        action->setIconText(tr("New run"));
    } else read(tr("&Start"), tr("Start a run on %1 with %2").arg(session_.setup().targetName, session_.setup().workloadName));
    action->setEnabled(phase != Phase::Stopping && phase != Phase::Starting);
    actions_->stop->setEnabled(live);
    actions_->stop->setText(phase == Phase::Stopping ? tr("&Cancel streams") : tr("S&top"));
    actions_->stop->setIconText(phase == Phase::Stopping ? tr("Cancel") : tr("Stop"));
    actions_->resume->setEnabled(session_.canResume());
    // A step that was undone would turn the knobs of a run that is over.
    if (phase == Phase::Viewing) {
        actions_->undo->setEnabled(false);
        actions_->redo->setEnabled(false);
    } else {
        actions_->undo->setEnabled(undo_.canUndo());
        actions_->redo->setEnabled(undo_.canRedo());
    }
    for (auto* changing : {actions_->target, actions_->workload, actions_->open, actions_->newRun, actions_->close}) changing->setEnabled(!live);
    showKnobs();
    slider_->setVisible(phase == Phase::Viewing || phase == Phase::Ended);
    if (phase == Phase::Starting) {
        banner_->dismiss();
        keyRefusalTold_ = false;
        setWindowTitle(tr("Penstock"));
        charts_->setSimulated(session_.simulated());
    }
    if (!live) knobs_->setApplied(std::nullopt);
    topBar_->refresh();
    status_->refresh();
}

/// Those of a run that was opened are looked at; the person's own wait behind them, with their steps of undo.
void MainWindow::showKnobs() {
    figures_->setKnobs(session_.knobs());
    if (session_.phase() == RunSession::Phase::Viewing) return knobs_->view(session_.knobs());
    knobs_->view(std::nullopt);
    knobs_->setKnobs(session_.knobs());
}

void MainWindow::showBaseline() {
    const auto& baseline = session_.baseline();
    actions_->unpin->setEnabled(baseline.has_value());
    if (!baseline) {
        figures_->setBaseline(std::nullopt);
        charts_->setBaseline(std::nullopt, {});
        return;
    }
    auto figures = baselineFigures(session_.baselineName(), baseline->figures);
    figures.runId = baseline->runId;
    figures.segment = baseline->side.segment;
    figures_->setBaseline(std::move(figures));
    charts_->setBaseline(baseline->figures.costPerSuccess, session_.baselineName());
}

void MainWindow::onEnded() {
    showPhase();
    const auto& end = session_.end();
    if (!end) return;
    if (const auto words = endWords(*end); !words.isEmpty()) {
        if (end->kind == RunEnd::Kind::NoTarget) sayOfTarget(words);
        else if (session_.canResume()) banner_->say(Banner::Kind::Problem, words, tr("Resume"), [this] { resume(); });
        return;
    }
    if (session_.snapshot())
        if (const auto words = keyRefusedWords(*session_.snapshot(), session_.shownSetup().target, false); !words.isEmpty()) return sayOfTarget(words);
    if (end->kind == RunEnd::Kind::Interrupted) return tellStopped();
    if (end->kind != RunEnd::Kind::Complete || !end->summary) return;
    QString words = tr("The run is complete: %1 of %2 requests succeeded").arg(countText(end->summary->successes), countText(end->summary->requests));
    if (end->summary->costPerSuccess) words += tr(", at %1 each").arg(moneyText(end->summary->costPerSuccess, end->summary->currency));
    if (end->summary->simulated) words += tr(" (simulated)");
    words += QLatin1Char('.');
    for (const auto& finding : end->findings) words += QLatin1Char('\n') + QString::fromStdString(finding);
    banner_->say(Banner::Kind::Note, words);
}

/// What the person can mend in the target dialog.
void MainWindow::sayOfTarget(const QString& words) {
    banner_->say(Banner::Kind::Problem, words, tr("Target..."), [this] { chooseTarget(); });
}

void MainWindow::tellKeyRefusal() {
    const auto snapshot = session_.snapshot();
    if (keyRefusalTold_ || !session_.live() || !snapshot || session_.phase() == RunSession::Phase::Stopping) return;
    const auto words = keyRefusedWords(*snapshot, session_.shownSetup().target, true);
    if (words.isEmpty()) return;
    keyRefusalTold_ = true;
    banner_->say(Banner::Kind::Problem, words, tr("Stop"), [this] { session_.stop(); });
}

void MainWindow::startOrPause() {
    switch (session_.phase()) {
    case RunSession::Phase::Running: return session_.setPaused(true);
    case RunSession::Phase::Paused: return session_.setPaused(false);
    default:
        knobs_->flush(); // what is being typed counts
        if (!key_->holdsStart()) report(session_.start());
    }
}

void MainWindow::changeCap(int by) { knobs_->changeCap(by); }

void MainWindow::applyKnobs(const Knobs& knobs) {
    if (knobs == session_.knobs()) return;
    const auto applied = session_.apply(knobs);
    if (applied) return;
    report(Error{tr("The knobs stay as they were: %1.").arg(QString::fromStdString(applied.error().message)).toStdString()});
    // Not from inside the step of undo that brought us here: the steps are dropped with the value.
    QMetaObject::invokeMethod(this, [this] { knobs_->setKnobs(session_.knobs()); }, Qt::QueuedConnection);
}

void MainWindow::chooseTarget() {
    TargetDialog dialog(formOf(session_.setup().target, TargetForm::load()), parts_.keys, parts_.simulated, this);
    if (dialog.exec() != QDialog::Accepted) return;
    RunSetup setup = session_.setup();
    setup.target = dialog.target();
    setup.keyAwaited = false;
    const auto form = dialog.form();
    setup.targetName = form.simulated ? tr("Simulated endpoint") : form.baseUrl;
    report(session_.setSetup(std::move(setup)));
    keepKey(dialog);
}

void MainWindow::keepKey(const TargetDialog& dialog) {
    const auto key = dialog.newKey();
    if (!key) return;
    parts_.keys.write(dialog.form().baseUrl, *key, [banner = QPointer<Banner>(banner_)](KeyStore::Answer answer) {
        if (banner && !answer.problem.isEmpty()) banner->say(Banner::Kind::Problem, answer.problem);
    });
}

void MainWindow::chooseWorkload(const QString& file) {
    if (session_.live()) return banner_->say(Banner::Kind::Problem, tr("A run is going on: stop it before choosing another workload."));
    WorkloadDialog dialog(formOf(session_.setup().workload, WorkloadForm::load(), parts_.dataFolder), parts_.dataFolder, this);
    if (!file.isEmpty()) dialog.setFile(file);
    if (dialog.exec() != QDialog::Accepted) return;
    RunSetup setup = session_.setup();
    setup.workload = dialog.options();
    setup.workloadName = dialog.form().name();
    report(session_.setSetup(std::move(setup)));
}

void MainWindow::setTheme() {
    const auto mode = actions_->themeDark->isChecked() ? Theme::Mode::Dark : actions_->themeLight->isChecked() ? Theme::Mode::Light : Theme::Mode::System;
    Theme::instance().setMode(mode);
    QSettings().setValue(QStringLiteral("theme"), static_cast<int>(mode));
}

/// The tick is where the theme is, which the program or its command line chose.
void MainWindow::showTheme() {
    const auto mode = Theme::instance().mode();
    actions_->themeSystem->setChecked(mode == Theme::Mode::System);
    actions_->themeLight->setChecked(mode == Theme::Mode::Light);
    actions_->themeDark->setChecked(mode == Theme::Mode::Dark);
}

void MainWindow::tell(const QString& problem) { banner_->say(Banner::Kind::Problem, problem); }

void MainWindow::report(const Status& status) {
    if (!status) banner_->say(Banner::Kind::Problem, QString::fromStdString(status.error().message));
}

} // namespace penstock::ui
