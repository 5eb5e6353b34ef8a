#include "tests/run/run_bench.h"

#include <QTest>

#include <algorithm>
#include <functional>
#include <random>
#include <tuple>

using namespace penstock;
using namespace penstock::test;
using namespace std::chrono_literals;

namespace {

/// A turn of the knobs, as a record keeps it.
struct Turn {
    std::uint32_t number;
    Knobs knobs;
    Instant at;
    SegmentMeter::Totals totals;
};

SegmentMeter::Totals totalsOf(const SessionTotals& totals) { return {toSeconds(totals.gap), totals.connectionsOpened}; }

/// The figures of the settings from what was recorded alone, in the order that SegmentMeter asks for.
std::vector<SegmentFigures> replay(const RunBench& run, const std::vector<Turn>& turns, Instant end, SegmentMeter::Totals last) {
    Instant epoch = *run.recorder.spans.front().stamps.queued;
    for (const auto& span : run.recorder.spans) epoch = std::min(epoch, *span.stamps.queued);
    SegmentMeter meter;
    struct Event {
        std::tuple<Instant, int, std::uint32_t, int> order;
        std::function<void()> feed;
    };
    std::vector<Event> events;
    for (std::size_t i = 0; i < run.recorder.spans.size(); ++i) {
        const Span& span = run.recorder.spans[i];
        const auto& stamps = span.stamps;
        if (const auto after = span.tFirstToken())
            events.push_back({{*stamps.firstToken, 0, 0, 0}, [&meter, &span, epoch, after] { meter.firstToken(span.segment, *span.stamps.firstToken - epoch, *after); }});
        events.push_back({{*stamps.released, 1, 0, 0}, [&meter, &span, epoch, totals = totalsOf(run.recorder.spanTotals[i])] { meter.closed(span, epoch, totals); }});
        events.push_back({{*stamps.admitted, 3, span.segment, 1}, [&meter, &span] { meter.admitted(span.segment); }});
    }
    for (const auto& pause : run.recorder.pauses)
        if (pause.end) {
            meter.pause(pause.begin - epoch);
            meter.resume(*pause.end - epoch);
        }
    for (const auto& result : run.recorder.results)
        events.push_back({{result.ended, 2, 0, 0}, [&meter, &result, epoch] { meter.ended(result.segment, result.outcome.kind, result.ended - epoch); }});
    for (const auto& turn : turns)
        events.push_back({{turn.at, 3, turn.number, 0}, [&meter, &turn, epoch] { meter.open(turn.number, turn.knobs, turn.at - epoch, turn.totals); }});
    std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.order < b.order; });
    for (const auto& event : events) event.feed();
    return meter.figures(end - epoch, last);
}

void compare(const SegmentFigures& live, const SegmentFigures& recorded) {
    QCOMPARE(recorded.number, live.number);
    QCOMPARE(recorded.change, live.change);
    QVERIFY(recorded.start == live.start && recorded.end == live.end);
    QVERIFY(recorded.pausedSeconds == live.pausedSeconds && recorded.ended == live.ended);
    QVERIFY(recorded.upperBoundPerHour == live.upperBoundPerHour);
    // "R_success ~ cap / E[t_in_flight] * 3600" is a bound.
    if (live.upperBoundPerHour) QVERIFY(*live.upperBoundPerHour >= *live.successesPerHour);
    QVERIFY(recorded.settlingSeconds == live.settlingSeconds && recorded.windowSeconds == live.windowSeconds);
    QCOMPARE(recorded.successes, live.successes);
    QCOMPARE(recorded.failures, live.failures);
    QCOMPARE(recorded.attempts, live.attempts);
    QCOMPARE(recorded.retries, live.retries);
    QVERIFY(recorded.successRate == live.successRate);
    QVERIFY(recorded.successesPerHour == live.successesPerHour);
    QVERIFY(recorded.costPerSuccess == live.costPerSuccess);
    QCOMPARE(recorded.costInterval.has_value(), live.costInterval.has_value());
    if (live.costInterval) QVERIFY(recorded.costInterval->low == live.costInterval->low && recorded.costInterval->high == live.costInterval->high);
    QCOMPARE(recorded.tFirstToken.count, live.tFirstToken.count);
    QVERIFY(recorded.tFirstToken.p50 == live.tFirstToken.p50 && recorded.tFirstToken.p99 == live.tFirstToken.p99);
    QVERIFY(recorded.gapSeconds == live.gapSeconds && recorded.gapFraction == live.gapFraction);
    QVERIFY(recorded.newConnectionsPerSuccess == live.newConnectionsPerSuccess);
}

/// A server that does as it likes, and a person who turns the cap.
class Play {
public:
    explicit Play(unsigned seed)
        : random_(seed) {
        knobs_ = plainKnobs(3);
        knobs_.backoffInitial = 200ms;
        knobs_.deadline = 4s;
        run = std::make_unique<RunBench>(100'000, knobs_);
        turns.push_back({1, knobs_, run->clock.now(), {}});
        run->scheduler->start();
    }

    void step() {
        run->clock.advance(std::chrono::microseconds{1 + random_() % 60'000});
        run->transport.counts.connectionsOpened += random_() % 3 == 0;
        auto& peers = run->transport.peers;
        std::erase_if(peers, [](const auto& peer) { return !peer->live(); });
        if (peers.empty()) return;
        const auto peer = peers[random_() % peers.size()];
        const auto id = peer.get();
        if (std::erase(begun_, id) > 0) {
            if (random_() % 4 == 0) return peer->fail(OutcomeKind::CutStream);
            peer->bytes("data: [DONE]\n\n");
            return peer->end();
        }
        switch (random_() % 8) {
        case 0:
            peer->sent();
            peer->head(503);
            return peer->end();
        case 1: return peer->fail(OutcomeKind::ConnectionLost);
        case 2:
            peer->sent();
            peer->head(400);
            return peer->end();
        case 3:
        case 4:
            peer->sent();
            run->clock.advance(std::chrono::microseconds{1 + random_() % 9000});
            if (!peer->live()) return;
            peer->head();
            peer->bytes("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n");
            begun_.push_back(id);
            return;
        default: return peer->answer();
        }
    }

    void turn() {
        run->clock.advance(1us);
        knobs_.maxConcurrency = 1 + static_cast<int>(random_() % 9);
        knobs_.costPerHour = 1.0 + static_cast<double>(random_() % 9);
        const auto number = turns.back().number + 1;
        turns.push_back({number, knobs_, run->clock.now(), run->scheduler->segmentTotals()});
        run->scheduler->apply({number, knobs_, {}});
    }

    std::unique_ptr<RunBench> run;
    std::vector<Turn> turns;

private:
    std::mt19937 random_;
    Knobs knobs_;
    std::vector<FakeTransport::Peer*> begun_;
};

} // namespace

/// The figures of a setting are the same whether they are made as things happen or from the record afterwards.
class TestRecordedSegments final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theRecordGivesExactlyTheLiveFigures_data() {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 8; ++seed) QTest::addRow("seed %u", seed) << seed;
    }
    void theRecordGivesExactlyTheLiveFigures() {
        QFETCH(unsigned, seed);
        Play play(seed);
        auto& run = *play.run;
        for (int setting = 0; setting < 6; ++setting) {
            for (int i = 0; i < 400; ++i) {
                play.step();
                if (i % 100 == 50) play.run->scheduler->setPaused(true);
                if (i % 100 == 55) play.run->scheduler->setPaused(false);
            }
            play.turn();
            if (setting == 3) play.turn(); // a slider that moves on before anything settled
        }
        for (int i = 0; i < 200; ++i) play.step();
        run.scheduler->stopAdmitting();
        run.clock.advance(1ms);
        run.scheduler->cancelInFlight();
        const auto end = *run.aggregates.lastCompleted();
        const auto last = run.scheduler->segmentTotals();
        const auto live = run.aggregates.segmentFigures(end, last);
        const auto recorded = replay(run, play.turns, end, last);
        QCOMPARE(live.size(), std::size_t{8});
        QCOMPARE(recorded.size(), live.size());
        std::uint64_t successes = 0, failures = 0, intervals = 0, settling = 0, paused = 0;
        for (std::size_t i = 0; i < live.size(); ++i) {
            compare(live[i], recorded[i]);
            successes += live[i].successes;
            failures += live[i].failures;
            intervals += live[i].costInterval.has_value();
            paused += live[i].pausedSeconds > 0;
            settling += live[i].settlingSeconds > 0;
        }
        // The play has to bring what the test is about.
        QVERIFY(successes > 300 && failures > 30 && intervals >= 3 && settling >= 4 && paused >= 5);
    }
};

QTEST_GUILESS_MAIN(TestRecordedSegments)
#include "tst_recorded_segments.moc"
