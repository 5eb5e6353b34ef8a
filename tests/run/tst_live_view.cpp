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
        QCOMPARE(*snapshot.active->front().retryAt, 4.0);
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
        QVERIFY(segments[1].successes >= 19u);
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
