#include "tests/ui/support/own_settings.h"
#include "tests/ui/support/simulated_session.h"

#include <QSignalSpy>

using namespace penstock;
using namespace penstock::ui;
using namespace penstock::test;

/// The whole way: a session runs the engine against a simulated endpoint on a port, and reads the run file back.
class TestRunSession : public QObject, SimulatedSession {
    Q_OBJECT

    OwnSettings settings_;

public:
    TestRunSession()
        : SimulatedSession(40) {}

private Q_SLOTS:
    void init() { startServer(); }

    void aRunEndsWithTheFiguresThatItsFileHolds() {
        const auto run = newSession();
        QSignalSpy ended(run.get(), &RunSession::ended);
        QVERIFY(run->start().ok());
        QVERIFY(run->live());
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, patience);
        QVERIFY(run->phase() == RunSession::Phase::Ended);
        QTRY_VERIFY_WITH_TIMEOUT(run->overview().has_value() && run->overview()->complete, patience);
        QCOMPARE(run->overview()->requests, 40u);
        QCOMPARE(run->snapshot()->successes, 40u);
        QCOMPARE(run->snapshot()->costPerSuccess, run->end()->summary->costPerSuccess);
        QCOMPARE(requests(), 40);
        QVERIFY(!run->history().empty());
    }

    void theCapIsTurnedWhileItRunsAndTheServerSeesIt() {
        const auto run = newSession(0);
        QVERIFY(run->apply(cap(2)).ok());
        QVERIFY(run->start().ok());
        QVERIFY(QTest::qWaitFor([this] { return live() == 2; }, patience));
        QCOMPARE(peak(), 2);
        QVERIFY(run->apply(cap(9)).ok());
        QVERIFY(QTest::qWaitFor([this] { return live() == 9; }, patience));
        QCOMPARE(peak(), 9);
        QVERIFY(run->apply(cap(3)).ok());
        QVERIFY(QTest::qWaitFor([this] { return live() == 3; }, patience));
        QTRY_VERIFY_WITH_TIMEOUT(run->snapshot()->segments && run->snapshot()->segments->size() == 3, patience);
        run->stop();
        QTRY_VERIFY_WITH_TIMEOUT(run->phase() == RunSession::Phase::Ended, patience);
        QCOMPARE(peak(), 9);
    }

    void pausingLetsStreamsFinishAndAdmitsNothing() {
        const auto run = newSession(0);
        QVERIFY(run->start().ok());
        QTRY_VERIFY_WITH_TIMEOUT(run->snapshot() && run->snapshot()->successes > 0, patience);
        run->setPaused(true);
        QTRY_VERIFY_WITH_TIMEOUT(run->snapshot()->state == RunState::Paused && live() == 0, patience);
        const int before = requests();
        const auto seen = run->snapshot()->sequence;
        QTRY_VERIFY_WITH_TIMEOUT(run->snapshot()->sequence > seen + 3, patience);
        QCOMPARE(requests(), before);
        run->setPaused(false);
        QTRY_VERIFY_WITH_TIMEOUT(requests() > before, patience);
        run->stop();
        QTRY_VERIFY_WITH_TIMEOUT(!run->live(), patience);
    }

    void aFinishedRunIsOpenedAsItWas() {
        QString file;
        std::optional<double> cost;
        {
            const auto run = newSession();
            QVERIFY(run->start().ok());
            QTRY_VERIFY_WITH_TIMEOUT(run->phase() == RunSession::Phase::Ended && run->overview() && run->overview()->complete, patience);
            file = run->file();
            cost = run->snapshot()->costPerSuccess;
        }
        const auto viewer = newSession();
        QSignalSpy opened(viewer.get(), &RunSession::opened);
        QVERIFY(viewer->open(file).ok());
        QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, patience);
        QVERIFY(viewer->phase() == RunSession::Phase::Viewing);
        QVERIFY(viewer->simulated());
        QCOMPARE(viewer->snapshot()->successes, 40u);
        QCOMPARE(viewer->snapshot()->costPerSuccess, cost);
        QTRY_VERIFY_WITH_TIMEOUT(!viewer->history().empty(), patience);
        QVERIFY(!viewer->apply(cap(3)).ok());
    }

    void whatWasStoppedGoesOnInItsOwnFile() {
        const auto run = newSession();
        QVERIFY(run->apply(cap(1)).ok());
        QVERIFY(run->start().ok());
        QTRY_VERIFY_WITH_TIMEOUT(run->snapshot() && run->snapshot()->successes > 2, patience);
        run->stop();
        run->stop(); // cancels
        QTRY_VERIFY_WITH_TIMEOUT(run->phase() == RunSession::Phase::Ended && run->overview() && run->overview()->summary, patience);
        QVERIFY(!run->overview()->complete);
        const QString file = run->file();
        QVERIFY(run->resume().ok());
        QTRY_VERIFY_WITH_TIMEOUT(run->phase() == RunSession::Phase::Ended && run->overview() && run->overview()->complete, patience);
        QCOMPARE(run->file(), file);
        QCOMPARE(run->overview()->requests, 40u);
        QCOMPARE(run->snapshot()->successes, 40u);
    }

    /// As after a crash of the console: another session, which knows nothing but the file.
    void aRunThatWasCutOffGoesOnFromItsFileAlone() {
        QString file;
        {
            const auto run = newSession();
            QVERIFY(run->apply(cap(1)).ok());
            QVERIFY(run->start().ok());
            QTRY_VERIFY_WITH_TIMEOUT(run->snapshot() && run->snapshot()->successes > 2, patience);
            file = run->file();
        } // the engine is cut off in the middle of a stream
        RunSession other(folder_.filePath(QStringLiteral("other")), [this] {
            Target target;
            target.simulated = true;
            target.baseUrl = simulator_->baseUrl();
            return Result<Target>(target);
        });
        QSignalSpy opened(&other, &RunSession::opened);
        QVERIFY(other.open(file).ok());
        QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, patience);
        QVERIFY(!other.overview()->complete);
        const auto resumed = other.resume();
        QVERIFY2(resumed.ok(), resumed ? "" : resumed.error().message.c_str());
        QTRY_VERIFY_WITH_TIMEOUT(other.phase() == RunSession::Phase::Ended && other.overview() && other.overview()->complete, patience);
        QCOMPARE(other.overview()->requests, 40u);
        QCOMPARE(other.snapshot()->successes, 40u);
    }

    void aWorkloadThatIsGoneIsNamedWhenItsRunIsToGoOn() {
        const QString prompts = folder_.filePath(QStringLiteral("gone.jsonl"));
        QVERIFY(QFile::copy(promptsFile(), prompts));
        const auto run = newSession();
        auto setup = run->setup();
        setup.workload.path = prompts.toStdString();
        QVERIFY(run->setSetup(setup).ok());
        QVERIFY(run->apply(cap(1)).ok());
        QVERIFY(run->start().ok());
        QTRY_VERIFY_WITH_TIMEOUT(run->snapshot() && run->snapshot()->successes > 2, patience);
        run->stop();
        run->stop();
        QTRY_VERIFY_WITH_TIMEOUT(run->phase() == RunSession::Phase::Ended && run->overview(), patience);
        QVERIFY(QFile::remove(prompts));
        QSignalSpy opened(run.get(), &RunSession::opened);
        QVERIFY(run->open(run->file()).ok());
        QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, patience);
        const auto resumed = run->resume();
        QVERIFY(!resumed.ok());
        QVERIFY2(resumed.error().message.find("gone.jsonl") != std::string::npos, resumed.error().message.c_str());
    }

    void aSettingIsPinnedAndHeldAgainstTheNext() {
        const auto run = newSession(0);
        QSignalSpy record(run.get(), &RunSession::recordChanged);
        QVERIFY(!run->pin().ok());
        QVERIFY(run->apply(cap(1)).ok());
        QVERIFY(run->start().ok());
        QTRY_VERIFY_WITH_TIMEOUT(run->snapshot() && run->snapshot()->segments && !run->snapshot()->segments->empty()
                                     && run->snapshot()->segments->back().costPerSuccess,
                                 patience);
        QVERIFY(run->pin().ok());
        QCOMPARE(run->baseline()->side.segment, 1u);
        QVERIFY(run->apply(cap(8)).ok());
        QTRY_VERIFY_WITH_TIMEOUT(record.count() > 0, patience);
        run->stop();
        run->stop();
        QTRY_VERIFY_WITH_TIMEOUT(!run->live(), patience);
        const auto rows = record.last().at(0).value<ResultRecord>().rows;
        QVERIFY(!rows.empty());
    }

    void aTargetThatRefusesLeavesASentenceAndTheSetupAsItWas() {
        const auto run = newSession();
        simulator_.reset();
        QSignalSpy problem(run.get(), &RunSession::problem);
        QVERIFY(run->start().ok());
        QTRY_VERIFY_WITH_TIMEOUT(!run->live(), patience);
        QVERIFY(problem.count() > 0);
        QVERIFY(!problem.first().at(0).toString().isEmpty());
        QCOMPARE(run->setup().workloadName, QStringLiteral("prompts"));
    }

    void aDamagedFileGetsASentenceAndWhatIsShownStays() {
        const QString path = folder_.filePath(QStringLiteral("damaged.penstock"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(5000, 'x'));
        file.close();
        const auto run = newSession();
        QSignalSpy problem(run.get(), &RunSession::problem);
        QVERIFY(run->open(path).ok());
        QTRY_COMPARE_WITH_TIMEOUT(problem.count(), 1, patience);
        QVERIFY(problem.first().at(0).toString().contains(QStringLiteral("damaged.penstock")));
        QVERIFY(run->phase() == RunSession::Phase::Ready);
    }

    void aKnobThatCannotBeIsRefusedAndNothingChanges() {
        const auto run = newSession();
        Knobs wrong;
        wrong.firstTokenTimeout = std::chrono::minutes{10};
        wrong.attemptTimeout = std::chrono::minutes{5};
        const auto applied = run->apply(wrong);
        QVERIFY(!applied.ok());
        QVERIFY(run->knobs() == Knobs{});
    }
};

QTEST_GUILESS_MAIN(TestRunSession)
#include "tst_run_session.moc"
