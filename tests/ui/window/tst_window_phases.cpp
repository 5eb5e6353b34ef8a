// What the window says and offers when a run is stopped, opened, followed by another, resumed or left.
#include "tests/ui/support/window_bench.h"
#include "ui/charts/chart_board.h"
#include "ui/figures/figure_card.h"
#include "ui/figures/figure_strip.h"
#include "ui/tables/request_model.h"
#include "ui/tables/requests_view.h"
#include "ui/window/runs_dock.h"
#include "ui/window/tables_pane.h"

#include <QLabel>
#include <QProgressBar>
#include <QSignalSpy>
#include <QSlider>
#include <QTabWidget>

using namespace penstock;
using namespace penstock::ui;
using namespace penstock::test;

class TestWindowPhases : public QObject, WindowBench {
    Q_OBJECT

    RequestModel& requestRows() const { return window_->findChild<TablesPane*>()->requests().model(); }
    QToolButton* bannerButton(const QString& words) const {
        for (auto* found : window_->findChild<Banner*>()->findChildren<QToolButton*>())
            if (found->isVisible() && found->text() == words) return found;
        return nullptr;
    }
    bool shows(const QString& words) const {
        for (auto* label : window_->findChildren<QLabel*>())
            if (label->isVisible() && label->text().contains(words)) return true;
        return false;
    }
    void answerSome() {
        click(QStringLiteral("Start"));
        QTRY_VERIFY_WITH_TIMEOUT(session_->snapshot() && session_->snapshot()->successes > 3, patience);
    }

public:
    TestWindowPhases()
        : WindowBench(60) {}

private Q_SLOTS:
    void init() { startServer(); }
    void cleanup() { closeAll(); }

    void aStoppedRunSaysSoOffersTheRestAndShowsNothingLive() {
        open(1, 1);
        answerSome();
        click(QStringLiteral("Stop"));
        click(QStringLiteral("Cancel"));
        QTRY_VERIFY_WITH_TIMEOUT(session_->phase() == RunSession::Phase::Ended && session_->overview(), patience);
        const auto answered = session_->overview()->requests;
        QVERIFY(answered < 60);
        QTRY_COMPARE_WITH_TIMEOUT(requestRows().liveRows(), 0, patience);
        QTRY_COMPARE_WITH_TIMEOUT(requestRows().total(), answered, patience);
        QVERIFY2(banner().startsWith(QStringLiteral("Stopped: %1 of 60 answered (simulated); Resume goes on with the rest.").arg(answered)), qPrintable(banner()));
        QVERIFY(!banner().contains(QStringLiteral("cut off")));
        QVERIFY(action(QStringLiteral("Resume this run"))->isEnabled());
        QVERIFY(shows(QStringLiteral("%1 / 60").arg(answered)));
        picture(QStringLiteral("stopped"));
        QVERIFY(bannerButton(QStringLiteral("Resume")));
        QTest::mouseClick(bannerButton(QStringLiteral("Resume")), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(session_->sessionStart() > 0 && session_->snapshot() && session_->snapshot()->successes > 0, patience);
        QVERIFY(shows(QStringLiteral(" / 60")));
        picture(QStringLiteral("resumed"));
        QTRY_VERIFY_WITH_TIMEOUT(session_->phase() == RunSession::Phase::Ended && session_->overview() && session_->overview()->complete, patience);
    }

    void aStoppedRunThatIsOpenedIsNotCalledCutOffAndHasNoFullBar() {
        open(1, 1);
        answerSome();
        end();
        QTRY_VERIFY_WITH_TIMEOUT(session_->overview(), patience);
        const QString file = session_->file();
        QVERIFY(session_->newRun().ok());
        window_->openFile(file);
        QTRY_VERIFY_WITH_TIMEOUT(session_->phase() == RunSession::Phase::Viewing, patience);
        QVERIFY2(banner().startsWith(QStringLiteral("This run is not complete: ")), qPrintable(banner()));
        QVERIFY(!banner().contains(QStringLiteral("cut off")));
        for (auto* bar : window_->findChildren<QProgressBar*>()) QVERIFY(!bar->isVisible() || bar->value() < bar->maximum());
        QVERIFY(bannerButton(QStringLiteral("Resume")));
    }

    void theTimeSliderTakesTheFiguresAndThePlayheadOfTheChartsToItsTime() {
        open(1);
        click(QStringLiteral("Start"));
        QTRY_VERIFY_WITH_TIMEOUT(session_->phase() == RunSession::Phase::Ended && session_->overview() && session_->overview()->complete, patience);
        QSlider* slider = nullptr;
        for (auto* found : window_->findChildren<QSlider*>())
            if (found->accessibleName() == QStringLiteral("Time of the run")) slider = found;
        QVERIFY(slider && slider->isVisible() && slider->maximum() > 1);
        const auto& view = window_->findChild<ChartBoard*>()->view();
        QVERIFY(!view.shownTime());
        slider->setValue(1);
        QCOMPARE(session_->shownTime(), std::optional(0.1));
        QCOMPARE(view.shownTime(), std::optional(0.1));
        QVERIFY(session_->snapshot()->successes < 60);
        slider->setValue(slider->maximum());
        QVERIFY(!session_->shownTime() && !view.shownTime());
        QCOMPARE(session_->snapshot()->successes, std::uint64_t{60});
        slider->setValue(1);
        QVERIFY(session_->newRun().ok());
        QVERIFY(!view.shownTime());
    }

    void anEndlessRunDoesNotLoopAnyMoreOnceItIsStopped() {
        open(0);
        answerSome();
        QVERIFY(shows(QStringLiteral("loops until stopped")));
        end();
        QTRY_VERIFY_WITH_TIMEOUT(session_->overview(), patience);
        QVERIFY(!shows(QStringLiteral("loops until stopped")));
    }

    void anotherTargetIsForTheNextRunAndIsNamedBeforeItIsAsked() {
        open(1);
        click(QStringLiteral("Start"));
        QTRY_VERIFY_WITH_TIMEOUT(session_->phase() == RunSession::Phase::Ended && session_->overview(), patience);
        RunSetup setup = session_->setup();
        setup.target = {};
        setup.target.baseUrl = "http://127.0.0.1:9/v1";
        setup.targetName = QStringLiteral("http://127.0.0.1:9/v1");
        QVERIFY(session_->setSetup(setup).ok());
        QVERIFY(shows(QStringLiteral("Simulated endpoint")));
        QVERIFY(shows(QStringLiteral("simulated")));
        QCOMPARE(banner(), QStringLiteral("The next run asks http://127.0.0.1:9/v1; the run that is shown asked Simulated endpoint."));
        QVERIFY(button(QStringLiteral("New run")));
        QVERIFY(button(QStringLiteral("New run"))->toolTip().contains(QStringLiteral("New run on http://127.0.0.1:9/v1")));
        QVERIFY(!button(QStringLiteral("Start")));
        picture(QStringLiteral("next_target"));
    }

    void aPauseIsSaid() {
        open(0);
        answerSome();
        click(QStringLiteral("Pause"));
        QVERIFY(shows(QStringLiteral("paused")));
        click(QStringLiteral("Go on"));
        QVERIFY(!shows(QStringLiteral("paused")));
        end();
    }

    void aStartThatFindsNobodySaysWhatToDoAndRecordsNothing() {
        open(1);
        simulator_.reset();
        click(QStringLiteral("Start"));
        QTRY_VERIFY_WITH_TIMEOUT(!session_->live(), patience);
        QVERIFY(!banner().isEmpty());
        QVERIFY(bannerButton(QStringLiteral("Target...")));
        QVERIFY(!shows(QStringLiteral("recording")));
        QVERIFY(!shows(QStringLiteral("setting 1 of this run")));
        QVERIFY(!window_->findChild<FigureStrip*>()->card(Figure::InFlight)->toolTip().contains(QStringLiteral("0 / 0")));
    }

    void closingLetsStreamsFinishWhenThatIsChosen() {
        open(0);
        answerSome();
        window_->setLeaveAnswer([] { return MainWindow::Leave::KeepRunning; });
        QVERIFY(!window_->close());
        QVERIFY(session_->phase() == RunSession::Phase::Running);
        window_->setLeaveAnswer([] { return MainWindow::Leave::LetFinish; });
        QVERIFY(!window_->close());
        QVERIFY(session_->phase() == RunSession::Phase::Stopping);
        QVERIFY2(banner().contains(QStringLiteral("Streams are finishing")), qPrintable(banner()));
        QTRY_VERIFY_WITH_TIMEOUT(!window_->isVisible(), patience);
        QVERIFY(!session_->live());
        QVERIFY(session_->end() && session_->end()->summary);
        QCOMPARE(session_->end()->summary->cancelled, 0u);
    }

    void closingCancelsWhenThatIsChosenAndTheRecordIsConcluded() {
        open(0);
        answerSome();
        window_->setLeaveAnswer([] { return MainWindow::Leave::Cancel; });
        QVERIFY(!window_->close());
        QTRY_VERIFY_WITH_TIMEOUT(!window_->isVisible(), patience);
        QVERIFY(session_->end() && session_->end()->summary);
    }

    void comparingTwoRunsShowsTheirRecord() {
        open(1);
        auto* tabs = window_->findChild<TablesPane*>()->findChild<QTabWidget*>();
        tabs->setCurrentIndex(0);
        Q_EMIT window_->findChild<RunsDock*>()->compared();
        QCOMPARE(tabs->tabText(tabs->currentIndex()), QStringLiteral("Result record"));
    }

    void theTickIsAtTheThemeThatIsShown() {
        Theme::instance().setMode(Theme::Mode::Light);
        open(1);
        QVERIFY(action(QStringLiteral("Light"))->isChecked());
        QVERIFY(!action(QStringLiteral("As the system"))->isChecked());
        Theme::instance().setMode(Theme::Mode::System);
    }

    void undoOutlivesALookAtAnotherRun() {
        open(1);
        answerSome();
        end();
        QTRY_VERIFY_WITH_TIMEOUT(session_->overview(), patience);
        const QString file = session_->file();
        QVERIFY(session_->newRun().ok());
        action(QStringLiteral("Raise the cap by one"))->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(session_->knobs().maxConcurrency, 5, patience);
        window_->openFile(file);
        QTRY_VERIFY_WITH_TIMEOUT(session_->phase() == RunSession::Phase::Viewing, patience);
        QCOMPARE(session_->knobs().maxConcurrency, 4);
        QVERIFY(session_->newRun().ok());
        QCOMPARE(session_->knobs().maxConcurrency, 5);
        action(QStringLiteral("Undo In-flight cap 4 to 5"))->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(session_->knobs().maxConcurrency, 4, patience);
    }
};

QTEST_MAIN(TestWindowPhases)
#include "tst_window_phases.moc"
