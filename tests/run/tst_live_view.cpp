#include "tests/run/run_bench.h"

#include <QTest>

using namespace penstock;
using namespace penstock::test;
using namespace std::chrono_literals;

namespace {

std::string chunk(const std::string& text) {
    return R"(data: {"choices":[{"index":0,"delta":{"content":")" + text + "\"}}]}\n\n";
}

} // namespace

/// What a person sees of a run while it goes on.
class TestLiveView final : public QObject {
    Q_OBJECT

    static Snapshot seen(RunBench& run) {
        Snapshot out;
        run.aggregates.fill(out, run.clock.now(), 1, 1);
        run.scheduler->fill(out);
        return out;
    }

private Q_SLOTS:
    void requestsInFlightAreNamedWithWhatTheyHaveReached() {
        RunBench run(10, plainKnobs(3));
        run.scheduler->start();
        run.clock.advance(1s);
        run.peer(0).sent();
        run.peer(1).sent();
        run.clock.advance(1s);
        run.peer(0).head();
        run.peer(0).bytes(chunk("Hel"));
        const auto snapshot = seen(run);
        const auto& active = *snapshot.active;
        QCOMPARE(active.size(), std::size_t{3});
        QVERIFY(active[0].stage == ActiveRequest::Stage::Streaming);
        QCOMPARE(*active[0].admitted, 0.0);
        QCOMPARE(*active[0].sent, 1.0);
        QCOMPARE(*active[0].firstToken, 2.0);
        QCOMPARE(active[0].contentEvents, 1u);
        QVERIFY(active[1].stage == ActiveRequest::Stage::AwaitingToken);
        QVERIFY(!active[1].firstToken);
        QVERIFY(active[2].stage == ActiveRequest::Stage::Connecting);
        QVERIFY(!active[2].sent);
    }

    void aRefusedKeyIsCountedApartFromWhatElseIsRejected() {
        RunBench run(5, plainKnobs(1));
        run.scheduler->start();
        const auto answer = [&](std::size_t index, int status) {
            run.peer(index).sent();
            run.peer(index).head(status);
            run.peer(index).end();
        };
        answer(0, 404);
        QCOMPARE(seen(run).keyRefusals, 0u);
        answer(1, 401);
        QCOMPARE(seen(run).keyRefusals, 1u);
        QCOMPARE(seen(run).keyRefusalStatus, 401);
        answer(2, 403);
        run.peer(3).answer();
        QCOMPARE(seen(run).keyRefusals, 2u);
        QCOMPARE(seen(run).keyRefusalStatus, 403);
        QCOMPARE(seen(run).failures, 3u);
        QCOMPARE(seen(run).successes, 1u);
    }

    void aRequestThatBacksOffIsNamedToo() {
        auto knobs = plainKnobs(1);
        knobs.backoffInitial = 4s;
        RunBench run(1, knobs);
        run.scheduler->start();
        run.peer(0).sent();
        run.peer(0).head(503);
        run.peer(0).end();
        const auto snapshot = seen(run);
        QCOMPARE(snapshot.active->size(), std::size_t{1});
        QVERIFY(snapshot.active->front().stage == ActiveRequest::Stage::BackingOff);
        const auto& waiting = snapshot.active->front();
        QCOMPARE(*waiting.retryAt, 4.0);
        QCOMPARE(waiting.attempt, 1); // the one that was made
        QCOMPARE(*waiting.admitted, 0.0);
        QCOMPARE(*waiting.sent, 0.0);
        QVERIFY(!waiting.firstToken);
        run.clock.advance(4s); // its second attempt is under way
        const auto again = seen(run).active->front();
        QVERIFY(again.stage == ActiveRequest::Stage::Connecting);
        QCOMPARE(again.attempt, 2);
        QCOMPARE(again.queued, 4.0);
        QVERIFY(!again.sent && !again.retryAt);
        run.peer(1).answer();
        QVERIFY(seen(run).active->empty());
    }

    void theOldestIsTheOneThatBeganFirst() {
        RunBench run(2, plainKnobs(1));
        run.source.followUps = {{0, 100}}; // a dialogue's next turn goes ahead of new requests
        run.scheduler->start();
        run.scheduler->setPaused(true);
        run.peer(0).answer();
        run.scheduler->apply({2, plainKnobs(3), {}});
        run.scheduler->setPaused(false);
        const auto snapshot = seen(run);
        QCOMPARE(snapshot.active->size(), std::size_t{2});
        QCOMPARE(snapshot.active->front().id, RequestId{100});
        QCOMPARE(snapshot.active->back().id, RequestId{1});
    }

    void requestsThatOnlyWaitAreNotNamed() {
        RunBench run(5, plainKnobs(1));
        run.scheduler->start();
        run.scheduler->setPaused(true);
        run.peer(0).sent();
        run.peer(0).head(503);
        run.peer(0).end();
        run.clock.advance(10min); // its backoff is over, but a person holds the run
        QVERIFY(seen(run).active->empty());
        QCOMPARE(seen(run).gapSeconds, 0.0);
    }

    void atMostFiveHundredAndTwelveAreNamedTheOldestFirst() {
        RunBench run(700, plainKnobs(600));
        run.scheduler->start();
        const auto snapshot = seen(run);
        QCOMPARE(snapshot.inFlight, 600);
        QCOMPARE(snapshot.active->size(), std::size_t{512});
        QCOMPARE(snapshot.active->front().id, RequestId{0});
        QCOMPARE(snapshot.active->back().id, RequestId{511});
    }

    void theWatchedStreamIsWhatHasArrivedUntilItEnds() {
        RunBench run(2, plainKnobs(2));
        run.scheduler->start();
        run.scheduler->watch(RequestId{1});
        QVERIFY(seen(run).watched);
        QCOMPARE(seen(run).watched->text, std::string());
        run.peer(1).sent();
        run.peer(1).head();
        run.peer(1).bytes(chunk("Hel") + chunk("lo"));
        QCOMPARE(seen(run).watched->text, std::string("Hello"));
        QVERIFY(!seen(run).watched->cut);
        run.peer(0).answer();
        QCOMPARE(seen(run).watched->text, std::string("Hello"));
        run.peer(1).bytes("data: [DONE]\n\n");
        run.peer(1).end();
        QVERIFY(!seen(run).watched);
    }

    void aLongStreamIsShownByItsEndFromAWholeCharacter() {
        RunBench run(1, plainKnobs(1));
        run.scheduler->start();
        run.scheduler->watch(RequestId{0});
        run.peer(0).sent();
        run.peer(0).head();
        std::string piece;
        for (int i = 0; i < 1000; ++i) piece += "\xc3\xa9"; // two bytes each
        run.peer(0).bytes(chunk("x"));
        for (int i = 0; i < 200; ++i) run.peer(0).bytes(chunk(piece));
        const auto watched = seen(run).watched;
        QVERIFY(watched->cut);
        QVERIFY(watched->text.size() <= 256u << 10);
        QVERIFY(watched->text.size() >= (256u << 10) - 2);
        QCOMPARE(watched->text.substr(0, 2), std::string("\xc3\xa9"));
    }

    void theBodyGoesIntoTheRecordWithTheResult() {
        RunBench run(1, plainKnobs(1));
        run.scheduler->start();
        run.answerAll();
        QVERIFY(run.recorder.results.front().requestBody);
        QVERIFY(!run.recorder.results.front().requestBody->empty());
    }

    void eachSettingHasItsOwnFigures() {
        auto knobs = plainKnobs(1);
        knobs.costPerHour = 3.6;
        RunBench run(100, knobs);
        run.scheduler->start();
        for (int i = 0; i < 10; ++i) {
            run.clock.advance(1s);
            run.transport.nextUnanswered()->answer();
        }
        knobs.maxConcurrency = 2;
        run.scheduler->apply({2, knobs, {}});
        run.clock.advance(1s);
        run.peer(10).answer(); // admitted under the first setting
        for (int i = 0; i < 10; ++i) {
            run.clock.advance(1s);
            for (int k = 0; k < 2; ++k)
                if (auto peer = run.transport.nextUnanswered(); peer && peer->live()) peer->answer();
        }
        const auto segments = run.aggregates.segmentFigures(run.clock.now(), run.scheduler->segmentTotals());
        QCOMPARE(segments.size(), std::size_t{2});
        QCOMPARE(segments[0].successes, 10u);
        QCOMPARE(*segments[0].costPerSuccess, 0.001);
        QCOMPARE(segments[1].settlingSeconds, 1.0);
        QCOMPARE(segments[1].change, std::string("max-concurrency 1 to 2"));
        QCOMPARE(segments[1].windowSeconds, 10.0);
        QCOMPARE(segments[1].successes, 19u); // one was answered while the first setting's request was in flight
    }

    void whatAStopLeavesIsNoFailureOfItsSetting() {
        RunBench run(5, plainKnobs(3));
        run.scheduler->start();
        run.clock.advance(1s);
        run.peer(0).sent();
        run.peer(0).head(400);
        run.peer(0).end(); // a failure
        run.scheduler->stopAdmitting();
        run.peer(1).fail(OutcomeKind::ConnectionLost); // is sent again when the run is resumed
        run.scheduler->cancelInFlight();
        const auto snapshot = seen(run);
        const auto segment = run.aggregates.segmentFigures(run.clock.now(), run.scheduler->segmentTotals()).front();
        QCOMPARE(segment.attempts, 4u);
        QCOMPARE(segment.failures, 1u);
        QCOMPARE(snapshot.failures, 1u);
        QVERIFY(snapshot.active->empty());
    }

    void aRequestWhoseTimeRunsOutBetweenAttemptsIsAFailureOfItsSetting() {
        auto knobs = plainKnobs(1);
        knobs.deadline = 5s;
        knobs.backoffInitial = 3s;
        RunBench run(1, knobs);
        run.scheduler->start();
        run.clock.advance(1s);
        run.peer(0).sent();
        run.peer(0).head(503);
        run.peer(0).end();
        run.scheduler->setPaused(true);
        run.clock.advance(5s);
        QCOMPARE(seen(run).failures, 1u);
        const auto segment = run.aggregates.segmentFigures(run.clock.now(), run.scheduler->segmentTotals()).front();
        QCOMPARE(segment.failures, 1u);
        QCOMPARE(segment.attempts, 1u);
    }

    void wastedTokensCostWhatTheirSettingSays() {
        auto knobs = plainKnobs(1);
        knobs.maxAttempts = 1;
        knobs.outputTokenPrice = 1'000'000; // 1 a token
        RunBench run(2, knobs);
        run.scheduler->start();
        run.peer(0).sent();
        run.peer(0).head();
        run.peer(0).bytes(chunk("a") + chunk("b") + chunk("c"));
        run.peer(0).fail(OutcomeKind::CutStream);
        QCOMPARE(*seen(run).avoidableCost, 3.0);
        // In flight under the old price when it is turned: that is the price of what it wastes.
        knobs.outputTokenPrice = 7'000'000;
        run.peer(1).sent();
        run.peer(1).head();
        run.peer(1).bytes(chunk("a"));
        run.scheduler->apply({2, knobs, {}});
        run.peer(1).fail(OutcomeKind::CutStream);
        QCOMPARE(*seen(run).avoidableCost, 4.0);
    }

    void withATokenPriceAndNothingWastedTheAvoidableCostIsKnownToBeNone() {
        auto knobs = plainKnobs(1);
        knobs.outputTokenPrice = 2;
        RunBench run(1, knobs);
        run.scheduler->start();
        QCOMPARE(*seen(run).avoidableCost, 0.0);
        run.answerAll();
        QCOMPARE(*seen(run).avoidableCost, 0.0);
    }

    void withoutATokenPriceNothingIsSaidOfAvoidableCost() {
        RunBench run(1, plainKnobs(1));
        run.scheduler->start();
        run.answerAll();
        QVERIFY(!seen(run).avoidableCost);
    }
};

QTEST_GUILESS_MAIN(TestLiveView)
#include "tst_live_view.moc"
