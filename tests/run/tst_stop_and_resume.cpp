#include "tests/run/run_bench.h"

#include <QTest>

using namespace penstock;
using namespace penstock::test;
using namespace std::chrono_literals;

/// What a pause, a stop and a resumed run do to requests: none is lost and none is sent without need.
class TestStopAndResume final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aPausedRunAdmitsNothingAndItsStreamsFinish() {
        RunBench run(5, plainKnobs(2));
        run.scheduler->start();
        run.scheduler->setPaused(true);
        run.peer(0).answer();
        run.peer(1).answer();
        QCOMPARE(run.transport.live(), 0);
        QCOMPARE(run.recorder.results.size(), std::size_t{2});
        run.scheduler->setPaused(false);
        QCOMPARE(run.transport.live(), 2);
    }

    void aStoppedRunFinishesItsStreamsAndLeavesTheRestUnfinished() {
        RunBench run(5, plainKnobs(2));
        run.scheduler->start();
        run.scheduler->stopAdmitting();
        run.peer(0).answer();
        run.clock.advance(0ns);
        QCOMPARE(run.idleCalls, 0);
        run.peer(1).fail(OutcomeKind::ConnectionLost); // would be retried: is left for a resumed run
        run.clock.advance(0ns);
        QCOMPARE(run.idleCalls, 1);
        QCOMPARE(run.recorder.results.size(), std::size_t{1});
        QCOMPARE(run.recorder.spans.size(), std::size_t{2});
        QVERIFY(!run.scheduler->complete());
    }

    void aRunWhoseLastRequestWasCancelledIsNotComplete() {
        RunBench run(1, plainKnobs(2));
        run.scheduler->start();
        run.scheduler->stopAdmitting();
        run.scheduler->cancelInFlight();
        run.clock.advance(0ns);
        QCOMPARE(run.idleCalls, 1);
        QVERIFY(!run.scheduler->complete());
    }

    void aPauseAndAStopAreNoGap() {
        RunBench run(50, plainKnobs(2));
        run.scheduler->start();
        run.scheduler->setPaused(true);
        run.peer(0).answer();
        run.clock.advance(5s);
        run.scheduler->setPaused(false);
        run.scheduler->stopAdmitting();
        run.clock.advance(0ns);
        run.transport.peers.at(1)->answer();
        run.clock.advance(5s);
        QCOMPARE(run.gap.gap(run.clock.now()), Nanos(0));
    }

    void whatIsCancelledFreesItsSlotAndKeepsNoResult() {
        RunBench run(5, plainKnobs(2));
        run.scheduler->start();
        run.scheduler->stopAdmitting();
        run.scheduler->cancelInFlight();
        QCOMPARE(run.transport.live(), 0);
        QCOMPARE(run.recorder.results.size(), std::size_t{0});
        QCOMPARE(word(run.recorder.spans.at(0).outcome.kind), word(OutcomeKind::CancelledByUser));
        run.clock.advance(0ns);
        QCOMPARE(run.idleCalls, 1);
    }

    void aResumedRunSendsOnlyWhatHasNoResult() {
        Resumed resumed;
        resumed.finished = {true, false, true, true};
        resumed.attempts[1] = 2;
        RunBench run(6, plainKnobs(10), std::move(resumed));
        run.scheduler->start();
        run.answerAll();
        QCOMPARE(run.recorder.results.size(), std::size_t{3});
        QCOMPARE(run.resultOf("r1").attempts, 3); // its attempts go on counting
        QCOMPARE(run.resultOf("r5").attempts, 1);
        QVERIFY(run.scheduler->complete());
        Snapshot snapshot;
        run.scheduler->fill(snapshot);
        QCOMPARE(snapshot.requestsSeen, std::uint64_t{3}); // what has its result is not seen again
    }

    void aResumedDialogueGoesOnFromItsStoredAnswer() {
        Resumed resumed;
        resumed.finished = {true};
        resumed.storedAnswer = [](RequestId) {
            Completion completion;
            completion.text = "stored";
            return std::optional(completion);
        };
        RunBench run(1, plainKnobs(1), std::move(resumed));
        run.source.followUps[0] = 100;
        run.scheduler->start();
        QCOMPARE(*run.peer(0).request().body, std::string(R"({"after":"stored"})"));
    }
};

QTEST_APPLESS_MAIN(TestStopAndResume)
#include "tst_stop_and_resume.moc"
