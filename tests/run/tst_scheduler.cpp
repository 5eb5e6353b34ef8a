#include "tests/run/run_bench.h"

#include <QTest>

#include <algorithm>
#include <set>

using namespace penstock;
using namespace penstock::test;
using namespace std::chrono_literals;

class TestScheduler final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void neverHasMoreInFlightThanTheCapAndAlwaysAsManyWhileWorkIsQueued() {
        RunBench run(100, plainKnobs(14));
        run.scheduler->start();
        QCOMPARE(run.transport.live(), 14);
        int answered = 0;
        while (auto peer = run.transport.nextUnanswered()) {
            peer->answer();
            ++answered;
            QCOMPARE(run.transport.live(), std::min(14, 100 - answered));
        }
        QCOMPARE(run.transport.peak(), 14);
        QCOMPARE(run.recorder.results.size(), std::size_t{100});
    }

    void aFreedSlotStartsTheNextRequestInTheSameTurn() {
        RunBench run(3, plainKnobs(1));
        run.scheduler->start();
        run.clock.advance(1s);
        run.peer(0).answer(); // no event loop runs in between
        QCOMPARE(run.transport.started(), std::uint64_t{2});
        QCOMPARE(run.gap.gap(run.clock.now()), Nanos(0));
    }

    void everyRequestEndsExactlyOnceAndIsReportedToItsSourceOnce() {
        RunBench run(50, plainKnobs(5));
        run.scheduler->start();
        run.answerAll();
        std::set<std::string> ids;
        for (const auto& result : run.recorder.results) QVERIFY(ids.insert(result.customId).second);
        QCOMPARE(ids.size(), std::size_t{50});
        QCOMPARE(run.source.reports.size(), std::size_t{50});
        QVERIFY(run.scheduler->complete());
        QCOMPARE(run.idleCalls, 0); // never from inside
        run.clock.advance(0ns);
        QCOMPARE(run.idleCalls, 1);
    }

    void raisingTheCapAdmitsAtOnceAndLoweringItDrains() {
        RunBench run(100, plainKnobs(4));
        run.scheduler->start();
        QCOMPARE(run.transport.live(), 4);
        run.scheduler->apply({2, plainKnobs(14), {}});
        QCOMPARE(run.transport.live(), 14);
        run.scheduler->apply({3, plainKnobs(2), {}});
        QCOMPARE(run.transport.live(), 14);
        for (int left = 13; left >= 2; --left) {
            run.transport.nextUnanswered()->answer();
            QCOMPARE(run.transport.live(), left);
        }
        run.transport.nextUnanswered()->answer();
        QCOMPARE(run.transport.live(), 2);
    }

    void aSpanCarriesTheSegmentInWhichItWasAdmitted() {
        RunBench run(3, plainKnobs(1));
        run.scheduler->start();
        run.scheduler->apply({2, plainKnobs(1), {}});
        run.answerAll();
        QCOMPARE(run.recorder.spans.at(0).segment, 1u);
        QCOMPARE(run.recorder.spans.at(1).segment, 2u);
    }

    void theQueueIsBoundedAndTheSourceWaits() {
        auto knobs = plainKnobs(2);
        knobs.queueCapacity = 5;
        RunBench run(1000, knobs);
        run.scheduler->start();
        Snapshot snapshot;
        run.scheduler->fill(snapshot);
        QCOMPARE(snapshot.inFlight, 2);
        QCOMPARE(snapshot.queueDepth, 5);
        QCOMPARE(snapshot.requestsSeen, std::uint64_t{7});
    }

    void aFullQueueShedsWhereItsPolicySaysSo() {
        auto knobs = plainKnobs(2);
        knobs.queueCapacity = 5;
        knobs.queuePolicy = QueuePolicy::Shed;
        RunBench run(20, knobs);
        run.scheduler->start();
        QCOMPARE(run.recorder.results.size(), std::size_t{13});
        for (const auto& result : run.recorder.results) QCOMPARE(word(result.outcome.kind), word(OutcomeKind::Shed));
        run.answerAll();
        QCOMPARE(run.recorder.results.size(), std::size_t{20});
        QCOMPARE(run.transport.started(), std::uint64_t{7});
    }

    void aFullQueueDegradesWhereItsPolicySaysSoAndCountsIt() {
        auto knobs = plainKnobs(1);
        knobs.queueCapacity = 1;
        knobs.queuePolicy = QueuePolicy::Degrade;
        knobs.degradeOverrides = R"({"model":"small"})";
        RunBench run(4, knobs);
        run.scheduler->start();
        run.answerAll();
        // One in flight and one queued found room; the others did not.
        QVERIFY(run.peer(0).request().body->find("\"big\"") != std::string::npos);
        QVERIFY(run.peer(1).request().body->find("\"big\"") != std::string::npos);
        QVERIFY(run.peer(2).request().body->find("\"small\"") != std::string::npos);
        QVERIFY(run.peer(3).request().body->find("\"small\"") != std::string::npos);
        QVERIFY(run.resultOf("r3").degraded);
        QVERIFY(!run.resultOf("r1").degraded);
        Snapshot snapshot;
        run.scheduler->fill(snapshot);
        QCOMPARE(snapshot.degraded, std::uint64_t{2});
    }

    void aRetryGivesItsSlotBackFirstAndGoesAheadOfNewWork() {
        auto knobs = plainKnobs(1);
        knobs.backoffInitial = 500ms;
        RunBench run(4, knobs);
        run.scheduler->start();
        run.peer(0).fail(OutcomeKind::ConnectionLost);
        QCOMPARE(run.transport.live(), 1); // r1 has the slot while r0 backs off
        Snapshot snapshot;
        run.scheduler->fill(snapshot);
        QCOMPARE(snapshot.backingOff, 1);
        run.clock.advance(500ms);
        run.peer(1).answer();
        QCOMPARE(run.recorder.spans.at(0).retryCause, std::string("network"));
        run.peer(2).answer();
        QCOMPARE(run.recorder.results.at(1).customId, std::string("r0"));
        QCOMPARE(run.recorder.results.at(1).attempts, 2);
        QVERIFY(run.recorder.results.at(1).outcome.success());
    }

    void requestsThatBackOffKeepTheirPlacesInTheBoundedQueue() {
        auto knobs = plainKnobs(1);
        knobs.queueCapacity = 3;
        knobs.backoffInitial = 30s;
        knobs.maxAttempts = 2;
        RunBench run(1000, knobs);
        run.scheduler->start();
        for (int i = 0; i < 10; ++i)
            if (auto peer = run.transport.nextUnanswered()) peer->fail(OutcomeKind::ConnectionLost);
        Snapshot snapshot;
        run.scheduler->fill(snapshot);
        // One more than the capacity: the one that was in flight when the places ran out.
        QCOMPARE(snapshot.backingOff + snapshot.queueDepth, 4);
        QCOMPARE(snapshot.requestsSeen, std::uint64_t{4});
    }

    void aRetryAfterAStaleConnectionOpensItsOwn() {
        RunBench run(2, plainKnobs(1));
        run.scheduler->start();
        QVERIFY(!run.peer(0).request().fresh);
        run.peer(0).fail(OutcomeKind::StaleConnection);
        QVERIFY(run.peer(1).request().fresh); // at once, and ahead of r1
        run.peer(1).answer();
        QVERIFY(!run.peer(2).request().fresh);
        QCOMPARE(run.recorder.spans.at(0).retryCause, std::string("stale_connection"));
    }

    void attemptsAreCountedExactly() {
        auto knobs = plainKnobs(1);
        knobs.maxAttempts = 3;
        RunBench run(1, knobs);
        run.scheduler->start();
        for (int i = 0; i < 3; ++i) {
            run.peer(static_cast<std::size_t>(i)).fail(OutcomeKind::ConnectFailed, "refused");
            run.clock.advance(1s);
        }
        QCOMPARE(run.transport.started(), std::uint64_t{3});
        QCOMPARE(run.recorder.spans.size(), std::size_t{3});
        QCOMPARE(run.recorder.spans.at(2).attempt, 3);
        QCOMPARE(run.recorder.spans.at(2).retryCause, std::string());
        const auto& result = run.resultOf("r0");
        QCOMPARE(result.attempts, 3);
        QCOMPARE(word(result.outcome.kind), word(OutcomeKind::ConnectFailed));
        QCOMPARE(result.outcome.message, std::string("refused (given up after 3 attempts)"));
        QCOMPARE(run.scheduler->unreached(), std::uint64_t{1});
    }

    void theNextTurnOfADialogueGoesAheadOfNewWorkWithTheAnswerInIt() {
        RunBench run(3, plainKnobs(1));
        run.source.followUps[0] = 100;
        run.scheduler->start();
        run.peer(0).answer("hello");
        run.peer(1).answer(); // r1 had the freed slot already
        QCOMPARE(*run.peer(2).request().body, std::string(R"({"after":"hello"})"));
        run.answerAll();
        QVERIFY(run.resultOf("r100").outcome.success());
    }

    void aTurnWhoseTurnBeforeItFailedIsCancelledAndNotSent() {
        RunBench run(1, plainKnobs(1));
        run.source.followUps[0] = 100;
        run.source.followUps[100] = 101;
        run.scheduler->start();
        run.peer(0).sent();
        run.peer(0).head(400, "application/json");
        run.peer(0).end();
        QCOMPARE(run.transport.started(), std::uint64_t{1});
        QCOMPARE(word(run.resultOf("r0").outcome.kind), word(OutcomeKind::Rejected));
        QCOMPARE(word(run.resultOf("r100").outcome.kind), word(OutcomeKind::CancelledUpstream));
        QCOMPARE(word(run.resultOf("r101").outcome.kind), word(OutcomeKind::CancelledUpstream));
        QVERIFY(run.scheduler->complete());
    }

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

    void spansNeverOverlapBeyondTheCap() {
        RunBench run(200, plainKnobs(7));
        run.scheduler->start();
        while (auto peer = run.transport.nextUnanswered()) {
            run.clock.advance(3ms);
            peer->answer();
        }
        std::vector<std::pair<Instant, int>> steps;
        for (const auto& span : run.recorder.spans) {
            steps.emplace_back(*span.stamps.admitted, 1);
            steps.emplace_back(*span.stamps.released, -1);
        }
        std::sort(steps.begin(), steps.end()); // at the same instant, the release first
        int inFlight = 0, peak = 0;
        for (const auto& [at, step] : steps) peak = std::max(peak, inFlight += step);
        QCOMPARE(peak, 7);
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

    void aDialogueOfAnyLengthEndsWhenItsFirstTurnFails() {
        RunBench run(1, plainKnobs(1));
        constexpr RequestId turns = 100'000;
        for (RequestId id = 0; id < turns; ++id) run.source.followUps[id] = id + 1;
        run.scheduler->start();
        run.peer(0).sent();
        run.peer(0).head(400, "application/json");
        run.peer(0).end();
        QCOMPARE(run.recorder.results.size(), std::size_t{turns + 1});
    }

    void aRequestThatBacksOffLeavesNoSlotIdle() {
        auto knobs = plainKnobs(4);
        knobs.queueCapacity = 1;
        knobs.backoffInitial = 10s;
        RunBench run(100, knobs);
        run.scheduler->start();
        run.peer(0).fail(OutcomeKind::ConnectionLost);
        QCOMPARE(run.transport.live(), 4);
        run.peer(1).answer();
        QCOMPARE(run.transport.live(), 4);
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

    void aFullRecordStopsAdmissionUntilItHasRoom() {
        RunBench run(5, plainKnobs(2));
        run.recorder.setRoom(false);
        run.scheduler->start();
        QCOMPARE(run.transport.live(), 0);
        run.recorder.setRoom(true);
        QCOMPARE(run.transport.live(), 2);
    }

    void aTransportWithoutRoomIsWaitedForAndTheTimeIsAGap() {
        RunBench run(5, plainKnobs(4));
        run.transport.setRoom(1);
        run.scheduler->start();
        QCOMPARE(run.transport.live(), 1);
        run.clock.advance(2s);
        run.transport.setRoom(-1);
        QCOMPARE(run.transport.live(), 4);
        QCOMPARE(run.gap.gap(run.clock.now()), Nanos(2s));
    }

    void aReaderThatIsBehindIsWaitedFor() {
        RunBench run(3, plainKnobs(4));
        run.source.behind = true;
        run.scheduler->start();
        QCOMPARE(run.transport.live(), 0);
        run.clock.advance(3s);
        run.source.catchUp();
        QCOMPARE(run.transport.live(), 3);
        QCOMPARE(run.gap.gap(run.clock.now()), Nanos(0)); // nothing was queued meanwhile
    }

    void stampsComeFromTheSchedulersOwnClock() {
        RunBench run(2, plainKnobs(1));
        const auto start = run.clock.now();
        run.scheduler->start();
        run.clock.advance(100ms);
        run.peer(0).sent(true, 30ms);
        run.clock.advance(200ms);
        run.peer(0).head();
        run.peer(0).bytes("data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n");
        run.clock.advance(50ms);
        run.peer(0).bytes("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n");
        run.clock.advance(40ms);
        run.peer(0).bytes("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\"}}]}\n\n");
        run.clock.advance(10ms);
        run.peer(0).bytes("data: [DONE]\n\n");
        run.clock.advance(5ms);
        run.peer(0).end();

        const auto& span = run.recorder.spans.at(0);
        QCOMPARE(*span.stamps.queued, start);
        QCOMPARE(*span.tQueue(), Nanos(0));
        QVERIFY(span.connectionNew);
        QCOMPARE(span.connect, Nanos(30ms));
        QCOMPARE(*span.stamps.sent - start, Nanos(100ms));
        QCOMPARE(*span.stamps.firstEvent - start, Nanos(300ms)); // a role is an event,
        QCOMPARE(*span.tFirstToken(), Nanos(250ms));             // but not a token
        QCOMPARE(*span.tStream(), Nanos(40ms));
        QCOMPARE(*span.tPost(), Nanos(15ms));
        QCOMPARE(*span.tInFlight(), Nanos(405ms));
        QCOMPARE(word(span.usage.kind), word(UsageKind::Estimated));
        QCOMPARE(*span.usage.output, 2);
        run.peer(1).answer();
        QCOMPARE(*run.recorder.spans.at(1).tQueue(), Nanos(405ms));
    }

    void aSourceThatBreaksStopsTheRun() {
        struct Broken final : RequestSource {
            Next next() override { return Error{"w.jsonl changed while it was read"}; }
            void setOnReady(std::function<void()>) override {}
            std::optional<Request> finished(RequestId, const Completion*) override { return std::nullopt; }
        } source;
        RunBench run(0);
        Scheduler scheduler({run.clock, source, run.transport, run.recorder, *run.policy, run.decoders, run.secrets, run.aggregates, run.gap},
                            {1, {}, {}}, std::string(32, 'a'), "/", {}, [&] { ++run.idleCalls; });
        scheduler.start();
        run.clock.advance(0ns);
        QCOMPARE(run.idleCalls, 1);
        QCOMPARE(scheduler.failure()->message, std::string("w.jsonl changed while it was read"));
    }
};

QTEST_APPLESS_MAIN(TestScheduler)
#include "tst_scheduler.moc"
