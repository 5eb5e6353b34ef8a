// What the session shows besides the run that goes on: runs resumed, opened and left, and what is pinned in them.
#include "tests/ui/support/own_settings.h"
#include "tests/ui/support/simulated_session.h"

#include <QDir>
#include <QSignalSpy>

using namespace penstock;
using namespace penstock::ui;
using namespace penstock::test;

using Phase = RunSession::Phase;

class TestShownRun : public QObject, SimulatedSession {
    Q_OBJECT

    OwnSettings settings_;

    static void answerSome(RunSession& run) {
        QVERIFY(run.apply(cap(1)).ok());
        QVERIFY(run.start().ok());
        QTRY_VERIFY_WITH_TIMEOUT(run.snapshot() && run.snapshot()->successes > 2, patience);
    }
    static void stopAtOnce(RunSession& run) {
        run.stop();
        run.stop();
        QTRY_VERIFY_WITH_TIMEOUT(run.phase() == Phase::Ended && run.overview() && run.overview()->summary, patience);
    }
    static void open(RunSession& run, const QString& file) {
        QSignalSpy opened(&run, &RunSession::opened);
        QVERIFY(run.open(file).ok());
        QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, patience);
    }
    static RunSetup server(const RunSession& run) {
        RunSetup setup = run.setup();
        setup.target = {};
        setup.target.baseUrl = "http://127.0.0.1:9/v1";
        setup.targetName = QStringLiteral("http://127.0.0.1:9/v1");
        return setup;
    }
    int folders() const { return static_cast<int>(QDir(runsFolder()).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size()); }

public:
    TestShownRun()
        : SimulatedSession(40) {}

private Q_SLOTS:
    void init() { startServer(); }

    void aResumedRunIsToldWholeWhileItGoesOn() {
        const auto run = newSession();
        answerSome(*run);
        stopAtOnce(*run);
        const auto before = run->overview()->requests;
        QVERIFY(before < 40);
        QCOMPARE(run->answered(), before);
        QCOMPARE(run->workloadTotal(), std::optional<std::uint64_t>(40));
        QVERIFY(run->canResume());
        const auto first = run->overview()->segments.front();
        const double length = first.end;
        QVERIFY(run->resume().ok());
        QTRY_VERIFY_WITH_TIMEOUT(run->sessionStart() > 0 && run->sessionSnapshot() && run->sessionSnapshot()->successes > 0, patience);
        QVERIFY(run->live());
        QCOMPARE(run->segments()->size(), std::size_t{2});
        QCOMPARE(run->segments()->front().number, 1u);
        QCOMPARE(run->segments()->front().successes, first.successes);
        QCOMPARE(run->segments()->back().number, 2u);
        QCOMPARE(run->answered(), before + run->sessionSnapshot()->successes);
        QCOMPARE(run->workloadTotal(), std::optional<std::uint64_t>(40));
        QVERIFY(run->snapshot()->elapsedSeconds >= length * 0.9);
        QCOMPARE(run->snapshot()->elapsedSeconds, run->sessionSnapshot()->elapsedSeconds + run->sessionStart());
        // The charts' series goes on: it begins with the first session, and counts all.
        QVERIFY(run->history().start() < run->sessionStart());
        QVERIFY(run->history().newest()->successes > run->sessionSnapshot()->successes);
        QTRY_VERIFY_WITH_TIMEOUT(run->phase() == Phase::Ended && run->overview() && run->overview()->complete, patience);
        QCOMPARE(run->answered(), 40u);
        QCOMPARE(run->sessionStart(), 0.0);
        QCOMPARE(run->segments()->size(), std::size_t{2});
    }

    void aResumeThatFindsNobodyGoesBackToTheRun() {
        QString file;
        {
            const auto run = newSession();
            auto setup = run->setup();
            setup.target.simulated = false;
            QVERIFY(run->setSetup(setup).ok());
            answerSome(*run);
            stopAtOnce(*run);
            file = run->file();
        }
        const auto run = newSession();
        open(*run, file);
        const auto answered = run->answered();
        Target target;
        target.baseUrl = run->overview()->info.targetUrl;
        simulator_.reset();
        QSignalSpy problem(run.get(), &RunSession::problem);
        QSignalSpy opened(run.get(), &RunSession::opened);
        QVERIFY(run->resumeWith(target).ok());
        QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, patience);
        QVERIFY(run->phase() == Phase::Viewing);
        QCOMPARE(run->file(), file);
        QCOMPARE(run->answered(), answered);
        QVERIFY(run->canResume());
        QVERIFY(run->end() && run->end()->kind == RunEnd::Kind::NoTarget);
        QCOMPARE(problem.count(), 1);
    }

    void aRunThatAskedAServerGoesOnOnlyWithThatServersTarget() {
        QString file;
        {
            const auto run = newSession();
            auto setup = run->setup();
            setup.target.simulated = false;
            setup.target.apiKey = "k-1";
            QVERIFY(run->setSetup(setup).ok());
            answerSome(*run);
            stopAtOnce(*run);
            file = run->file();
        }
        const auto run = newSession(); // set up for the simulated endpoint
        open(*run, file);
        QVERIFY(run->resumeNeedsTarget());
        const auto refused = run->resume();
        QVERIFY(!refused.ok());
        QVERIFY(!run->resumeWith(server(*run).target).ok());
        Target lent;
        lent.baseUrl = run->overview()->info.targetUrl;
        lent.apiKey = "k-1";
        lent.headers = {{"X-Team", "blue"}};
        QVERIFY(run->resumeWith(lent).ok());
        QCOMPARE(run->shownSetup().target.apiKey, std::string("k-1"));
        QCOMPARE(run->shownSetup().target.headers.size(), std::size_t{1});
        QVERIFY(run->setup().target.simulated); // what the next new run asks is not touched
        QTRY_VERIFY_WITH_TIMEOUT(run->phase() == Phase::Ended && run->overview() && run->overview()->complete, patience);
    }

    void theNextTargetDoesNotChangeWhatTheShownRunIs() {
        const auto run = newSession();
        QVERIFY(run->start().ok());
        QTRY_VERIFY_WITH_TIMEOUT(run->phase() == Phase::Ended && run->overview(), patience);
        QVERIFY(!run->nextAsksAnother());
        QVERIFY(run->setSetup(server(*run)).ok());
        QVERIFY(run->simulated());
        QCOMPARE(run->shownSetup().targetName, QStringLiteral("Simulated endpoint"));
        QVERIFY(run->nextAsksAnother());
        QVERIFY(run->newRun().ok());
        QVERIFY(!run->simulated());
        QCOMPARE(run->shownSetup().targetName, QStringLiteral("http://127.0.0.1:9/v1"));
    }

    void anOpenedRunsKnobsAreNotThePersons() {
        QString file;
        {
            const auto run = newSession();
            QVERIFY(run->apply(cap(3)).ok());
            QVERIFY(run->start().ok());
            QTRY_VERIFY_WITH_TIMEOUT(run->phase() == Phase::Ended && run->overview(), patience);
            file = run->file();
        }
        const auto run = newSession();
        QVERIFY(run->apply(cap(11)).ok());
        open(*run, file);
        QCOMPARE(run->knobs().maxConcurrency, 3);
        QVERIFY(run->newRun().ok());
        QCOMPARE(run->knobs().maxConcurrency, 11);
        open(*run, file);
        QVERIFY(run->start().ok());
        QCOMPARE(run->knobs().maxConcurrency, 11);
        QTRY_VERIFY_WITH_TIMEOUT(run->phase() == Phase::Ended && run->overview(), patience);
        QCOMPARE(run->overview()->segments.front().knobs.maxConcurrency, 11);
    }

    void aPinnedBaselineIsThereWhenItsRunIsOpenedAgain() {
        QString file;
        double cost = 0;
        std::string id;
        {
            const auto run = newSession();
            QVERIFY(run->start().ok());
            QTRY_VERIFY_WITH_TIMEOUT(run->phase() == Phase::Ended && run->overview(), patience);
            QVERIFY(run->pin().ok());
            QCOMPARE(run->baselineName(), QStringLiteral("cap 14, setting 1"));
            file = run->file();
            id = run->runId();
            cost = *run->baseline()->figures.costPerSuccess;
        }
        const auto run = newSession();
        open(*run, file);
        QVERIFY(run->baseline());
        QCOMPARE(run->pinnedHere(), std::optional<std::uint32_t>(1));
        QCOMPARE(*run->baseline()->figures.costPerSuccess, cost);
        // Held against another run it has its run's name, and no star there.
        QVERIFY(run->start().ok());
        QTRY_VERIFY_WITH_TIMEOUT(run->phase() == Phase::Ended && run->overview(), patience);
        QCOMPARE(run->pinnedHere(), std::optional<std::uint32_t>());
        QCOMPARE(run->baselineName(), QStringLiteral("run %1, cap 14, setting 1").arg(QString::fromStdString(id.substr(0, 8))));
        const QString second = run->file();
        const auto other = newSession();
        open(*other, second);
        QVERIFY(other->baseline());
        QCOMPARE(other->baseline()->runId, id);
        QCOMPARE(*other->baseline()->figures.costPerSuccess, cost);
        other->unpin();
        const auto third = newSession();
        open(*third, second);
        QVERIFY(!third->baseline());
    }

    void anotherBaselineTakesTheOldRecordAway() {
        const auto run = newSession(0);
        QVERIFY(run->apply(cap(1)).ok());
        QVERIFY(run->start().ok());
        const auto priced = [&](std::size_t count) {
            const auto segments = run->segments();
            return segments && segments->size() == count && segments->back().costPerSuccess;
        };
        QTRY_VERIFY_WITH_TIMEOUT(priced(1), patience);
        QVERIFY(run->pin().ok());
        QVERIFY(run->apply(cap(8)).ok());
        QTRY_VERIFY_WITH_TIMEOUT(run->record(), patience);
        QTRY_VERIFY_WITH_TIMEOUT(priced(2), patience);
        QSignalSpy missing(run.get(), &RunSession::recordMissing);
        QVERIFY(run->pin().ok()); // the present setting itself
        QVERIFY(!run->record());
        QVERIFY(missing.count() > 0);
        QVERIFY2(missing.last().at(0).toString().contains(QStringLiteral("baseline itself")), qPrintable(missing.last().at(0).toString()));
        // While its setting is in force its figures go on.
        const auto pinned = run->baseline()->figures.successes;
        QSignalSpy newer(run.get(), &RunSession::baselineFiguresChanged);
        QTRY_VERIFY_WITH_TIMEOUT(newer.count() > 0, patience);
        QVERIFY(run->baseline()->figures.successes >= pinned);
        run->stop();
        run->stop();
        QTRY_VERIFY_WITH_TIMEOUT(!run->live(), patience);
    }

    void aStartThatFindsNobodyLeavesNothingBehind() {
        const auto run = newSession();
        const int before = folders();
        simulator_.reset();
        QSignalSpy problem(run.get(), &RunSession::problem);
        QVERIFY(run->start().ok());
        QTRY_VERIFY_WITH_TIMEOUT(!run->live(), patience);
        QVERIFY(run->phase() == Phase::Ready);
        QCOMPARE(problem.count(), 1);
        QCOMPARE(folders(), before);
        QVERIFY(run->file().isEmpty());
        QVERIFY(!run->snapshot());
    }

    void aFileThatCannotBeOpenedLeavesTheShownRunReadable() {
        const auto run = newSession();
        QVERIFY(run->start().ok());
        QTRY_VERIFY_WITH_TIMEOUT(run->phase() == Phase::Ended && run->overview(), patience);
        QSignalSpy problem(run.get(), &RunSession::problem);
        QVERIFY(run->open(folder_.filePath(QStringLiteral("nothing.penstock"))).ok());
        QTRY_COMPARE_WITH_TIMEOUT(problem.count(), 1, patience);
        QVERIFY(run->phase() == Phase::Ended);
        std::optional<std::uint64_t> rows;
        run->archive().requests({}, [&](Result<RequestPage> page) { rows = page ? page->total : 0; });
        QTRY_VERIFY_WITH_TIMEOUT(rows, patience);
        QCOMPARE(*rows, 40u);
    }

    void atItsBeginningNothingOfTheRunHasHappened() {
        const auto run = newSession();
        QVERIFY(run->apply(cap(2)).ok());
        QVERIFY(run->start().ok());
        QTRY_VERIFY_WITH_TIMEOUT(run->snapshot() && run->snapshot()->successes > 2, patience);
        QVERIFY(run->apply(cap(5)).ok());
        QTRY_VERIFY_WITH_TIMEOUT(run->phase() == Phase::Ended && run->overview(), patience);
        QCOMPARE(run->segments()->size(), std::size_t{2});
        run->showTime(0);
        QCOMPARE(run->answered(), 0u);
        QCOMPARE(run->snapshot()->successes, 0u);
        QCOMPARE(run->snapshot()->cap, 2);
        QCOMPARE(run->segments()->size(), std::size_t{1});
        QCOMPARE(run->segments()->front().successes, 0u);
        QCOMPARE(run->segments()->front().windowSeconds, 0.0);
        run->showTime(run->overview()->segments.back().start);
        QCOMPARE(run->segments()->size(), std::size_t{2});
        QCOMPARE(run->segments()->front().successes, run->overview()->segments.front().successes);
        run->showTime(std::nullopt);
        QCOMPARE(run->answered(), 40u);
        QVERIFY(run->segments()->back().windowSeconds > 0);
    }

    void aPauseIsMarkedAtItsTime() {
        const auto run = newSession(0);
        QVERIFY(run->start().ok());
        QTRY_VERIFY_WITH_TIMEOUT(run->snapshot() && run->snapshot()->successes > 0, patience);
        const double at = run->snapshot()->elapsedSeconds;
        run->setPaused(true);
        QCOMPARE(run->pauses(), std::vector<double>{at});
        stopAtOnce(*run);
        QVERIFY(run->newRun().ok());
        QVERIFY(run->pauses().empty());
    }
};

QTEST_GUILESS_MAIN(TestShownRun)
#include "tst_shown_run.moc"
