#include "engine/run/pipeline.h"

#include "tests/run/run_bench.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace penstock;
using namespace penstock::test;
using namespace std::chrono_literals;

namespace {

/// A whole run, with time and network in the test's hands.
class LiveRun {
public:
    explicit LiveRun(Knobs knobs, int prompts = 200) {
        QFile file(dir_.filePath(QStringLiteral("prompts.txt")));
        if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write the workload");
        for (int i = 0; i < prompts; ++i) file.write("Say hello.\n");
        file.close();
        options_.workload.path = file.fileName().toStdString();
        options_.workload.format = WorkloadFormat::Text;
        options_.outputDir = dir_.filePath(QStringLiteral("out")).toStdString();
        options_.target.baseUrl = "http://127.0.0.1:1/v1";
        options_.target.model = "m";
        options_.knobs = std::move(knobs);
        pipeline = std::make_unique<Pipeline>(
            clock, options_,
            [this](const Clock& time, const Target&, const Knobs&) -> Result<std::unique_ptr<Transport>> {
                auto made = std::make_unique<FakeTransport>(time);
                transport = made.get();
                return std::unique_ptr<Transport>(std::move(made));
            },
            Pipeline::Callbacks{[this](std::shared_ptr<const Snapshot> snapshot) { snapshots.push_back(std::move(snapshot)); },
                                [this](RunEnd ended) { end = std::move(ended); }});
    }

    void start() {
        pipeline->start();
        QTRY_VERIFY_WITH_TIMEOUT(transport != nullptr && transport->live() > 0, 60'000);
    }
    /// The snapshot that comes next.
    const Snapshot& next() {
        const auto before = snapshots.size();
        clock.advance(Pipeline::snapshotInterval);
        if (snapshots.size() != before + 1) qFatal("%zu snapshots in one interval", snapshots.size() - before);
        return *snapshots.back();
    }
    /// Answers so many requests, one each `pace`.
    void answer(int count, Nanos pace) {
        for (int i = 0; i < count; ++i) {
            clock.advance(pace);
            transport->nextUnanswered()->answer();
        }
    }

    ManualClock clock;
    FakeTransport* transport = nullptr;
    std::vector<std::shared_ptr<const Snapshot>> snapshots;
    std::optional<RunEnd> end;
    std::unique_ptr<Pipeline> pipeline;

private:
    QTemporaryDir dir_;
    RunOptions options_;
};

Knobs priced(int cap) {
    auto knobs = plainKnobs(cap);
    knobs.costPerHour = 3.6;
    return knobs;
}

} // namespace

/// A person turns knobs while a run goes on.
class TestLiveRun final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aKnobThatWasTurnedIsInForceInTheNextSnapshot() {
        LiveRun run(priced(4));
        run.start();
        const auto& before = run.next();
        QCOMPARE(before.cap, 4);
        QCOMPARE(before.inFlight, 4);
        QCOMPARE(before.segment, 1u);
        QCOMPARE(before.knobsRevision, 0u);
        QCOMPARE(before.segments->size(), std::size_t{1});

        run.pipeline->apply(priced(14));
        QCOMPARE(run.transport->live(), 14); // in the same turn
        QCOMPARE(run.transport->applied.back().maxConcurrency, 14);
        const auto& after = run.next();
        QCOMPARE(after.cap, 14);
        QCOMPARE(after.inFlight, 14);
        QCOMPARE(after.segment, 2u);
        QCOMPARE(after.knobsRevision, 1u);
        QCOMPARE(after.segments->size(), std::size_t{2});
        QCOMPARE(after.segments->back().change, std::string("max-concurrency 4 to 14"));
        QCOMPARE(after.segments->back().start, 0.1);
        QCOMPARE(after.segments->front().end, 0.1);
        QCOMPARE(run.transport->peak(), 14);
    }

    void aLoweredCapDrains() {
        LiveRun run(priced(14));
        run.start();
        run.pipeline->apply(priced(4));
        QCOMPARE(run.next().inFlight, 14);
        for (int left = 13; left >= 4; --left) {
            run.transport->nextUnanswered()->answer();
            QCOMPARE(run.transport->live(), left);
        }
        for (int i = 0; i < 5; ++i) {
            run.transport->nextUnanswered()->answer();
            QCOMPARE(run.transport->live(), 4);
        }
        QCOMPARE(run.next().inFlight, 4);
    }

    void aSetThatChangesNothingCountsAsAppliedAndOpensNoSegment() {
        LiveRun run(priced(4));
        run.start();
        run.pipeline->apply(priced(4));
        const auto& snapshot = run.next();
        QCOMPARE(snapshot.knobsRevision, 1u);
        QCOMPARE(snapshot.segment, 1u);
        QCOMPARE(snapshot.segments->size(), std::size_t{1});
    }

    void whileTheRunIsPausedKnobsTakeForceAndNothingIsAdmitted() {
        LiveRun run(priced(2));
        run.start();
        run.pipeline->setPaused(true);
        QVERIFY(run.next().state == RunState::Paused);
        run.pipeline->apply(priced(6));
        const auto& turned = run.next();
        QCOMPARE(turned.cap, 6);
        QCOMPARE(turned.segment, 2u);
        QCOMPARE(turned.inFlight, 2);
        run.transport->nextUnanswered()->answer(); // streams finish
        run.transport->nextUnanswered()->answer();
        run.clock.advance(5s);
        const auto& paused = run.next();
        QCOMPARE(paused.inFlight, 0);
        QCOMPARE(paused.successes, 2u);
        QCOMPARE(paused.gapSeconds, 0.0); // a person keeps the slots empty
        run.pipeline->setPaused(false);
        const auto& resumed = run.next();
        QVERIFY(resumed.state == RunState::Running);
        QCOMPARE(resumed.inFlight, 6);
        QCOMPARE(resumed.gapSeconds, 0.0);
    }

    void theSettingsFiguresComeOnceASecond() {
        LiveRun run(priced(4));
        run.start();
        const auto first = run.next().segments;
        int changes = 0;
        auto present = first;
        for (int i = 0; i < 30; ++i) {
            const auto now = run.next().segments;
            changes += now != present;
            present = now;
        }
        QCOMPARE(changes, 3);
        QVERIFY(present->back().end > 2.0);
    }

    /// What the last snapshot shows is what the record's summary says: the window of R_success ends with the last attempt.
    void theLastSnapshotAgreesWithTheSummary() {
        LiveRun run(priced(1), 5);
        run.start();
        run.answer(3, 2s);
        run.pipeline->setPaused(true);
        run.answer(1, 2s); // the stream that was under way finishes: at 8 s
        run.clock.advance(10min);
        run.pipeline->stop(1s);
        run.clock.advance(0ns);
        QVERIFY(run.end && run.end->summary);
        const auto& summary = *run.end->summary;
        const auto& last = *run.snapshots.back();
        QCOMPARE(summary.windowSeconds, 8.0);
        QCOMPARE(summary.successes, 4u);
        QCOMPARE(*summary.costPerSuccess, 0.002);
        QVERIFY(last.state == RunState::Finished);
        QCOMPARE(*last.costPerSuccess, *summary.costPerSuccess);
        QCOMPARE(*last.successesPerHour, *summary.successesPerHour);
        QCOMPARE(last.gapFraction, summary.gapFraction);
        const auto& segment = last.segments->back();
        QCOMPARE(segment.end, 8.0);
        // The pause is paid for, and no property of the setting.
        QCOMPARE(summary.pausedSeconds, 2.0);
        QCOMPARE(segment.pausedSeconds, 2.0);
        QCOMPARE(segment.windowSeconds, 6.0);
        QCOMPARE(segment.successes, 4u);
        QCOMPARE(*segment.costPerSuccess, 0.0015);
        QVERIFY(last.active && last.active->empty());
    }

    /// To the last digit, whatever was turned meanwhile: cap, price, pause.
    void theLastSnapshotIsTheSummaryAfterKnobsWereTurned() {
        auto knobs = priced(3);
        knobs.outputTokenPrice = 7;
        LiveRun run(knobs, 60);
        run.start();
        run.answer(7, 1234567ns);
        knobs.maxConcurrency = 1;
        knobs.costPerHour = 1.1;
        knobs.outputTokenPrice = 0.3;
        run.pipeline->apply(knobs);
        run.clock.advance(333ms);
        run.transport->nextUnanswered()->fail(OutcomeKind::ConnectionLost);
        run.answer(9, 77777777ns);
        run.pipeline->setPaused(true);
        run.clock.advance(5s);
        run.pipeline->setPaused(false);
        knobs.maxConcurrency = 4;
        run.pipeline->apply(knobs);
        run.answer(13, 91919191ns);
        knobs.maxConcurrency = 2;
        run.pipeline->apply(knobs); // never gets to do anything
        run.pipeline->stop(1s);
        while (run.transport->live() > 0) run.answer(1, 3333ns);
        run.clock.advance(0ns);
        QVERIFY(run.end && run.end->summary);
        const auto& summary = *run.end->summary;
        const auto& last = *run.snapshots.back();
        QVERIFY(summary.successes > 25 && summary.pausedSeconds > 4.9 && summary.gapSeconds >= 0);
        QVERIFY(*last.successesPerHour == *summary.successesPerHour);
        QVERIFY(*last.costPerSuccess == *summary.costPerSuccess);
        QVERIFY(*last.upperBoundPerHour == *summary.upperBoundSuccessesPerHour);
        QVERIFY(*last.upperBoundPerHour >= *last.successesPerHour);
        QVERIFY(*last.avoidableCost == *summary.avoidableCost);
        QVERIFY(last.inFlightMean == summary.inFlightMean);
        QVERIFY(last.inFlightPeak == summary.inFlightPeak);
        QVERIFY(last.gapSeconds == summary.gapSeconds && last.gapFraction == summary.gapFraction);
        QVERIFY(last.pausedSeconds == summary.pausedSeconds);
        QCOMPARE(last.ended, summary.ended);
        QCOMPARE(last.successes, summary.successes);
        QCOMPARE(last.failures, summary.failures);
        QCOMPARE(last.attempts, summary.attempts);
        QCOMPARE(last.retries, summary.retries);
        QCOMPARE(last.retriesByCause, summary.retriesByCause);
        QCOMPARE(last.connectionsOpened, summary.connectionsOpened);
        for (const auto& [live, told] : {std::pair{&last.tFirstToken, &summary.tFirstToken}, {&last.tQueue, &summary.tQueue}}) {
            QCOMPARE(live->count, told->count);
            QVERIFY(live->p50 == told->p50 && live->p95 == told->p95 && live->p99 == told->p99 && live->mean == told->mean);
        }
        // The settings are the record's too; the pause lies between the second and the third.
        QCOMPARE(last.segments->size(), std::size_t{4});
        std::uint64_t firstTokens = 0;
        for (const auto& segment : *last.segments) {
            firstTokens += segment.tFirstToken.count;
            if (segment.upperBoundPerHour) QVERIFY(*segment.upperBoundPerHour >= *segment.successesPerHour);
        }
        QVERIFY(firstTokens > 20);
        QCOMPARE(last.segments->at(1).pausedSeconds, 5.0);
        QCOMPARE(last.segments->at(2).pausedSeconds, 0.0);
    }

    void aStreamCanBeAskedForBeforeTheRunHasBegun() {
        LiveRun run(priced(2));
        run.pipeline->watch(RequestId{1});
        run.start();
        const auto& snapshot = run.next();
        QVERIFY(snapshot.watched);
        QCOMPARE(snapshot.watched->id, RequestId{1});
        run.pipeline->watch(std::nullopt);
        QVERIFY(!run.next().watched);
    }

    void beforeItIsRecordedARunHasNoSettingsAndAfterwardsAlways() {
        LiveRun run(priced(2));
        run.pipeline->start();
        QVERIFY(!run.snapshots.back()->segments && !run.snapshots.back()->active);
        QTRY_VERIFY_WITH_TIMEOUT(run.transport != nullptr && run.transport->live() > 0, 60'000);
        for (int i = 0; i < 20; ++i) {
            const auto& snapshot = run.next();
            QVERIFY(snapshot.segments && snapshot.active);
            QVERIFY(snapshot.engineLoad >= 0 && snapshot.engineLoad <= 1);
        }
    }

    void whatIsAskedAfterTheEndChangesNothing() {
        LiveRun run(priced(1), 2);
        run.start();
        run.answer(2, 1s);
        run.clock.advance(0ns);
        QVERIFY(run.end);
        const auto count = run.snapshots.size();
        run.pipeline->apply(priced(9));
        run.pipeline->setPaused(true);
        run.pipeline->stop(0s);
        run.clock.advance(1s);
        QCOMPARE(run.snapshots.size(), count);
        QVERIFY(run.end->kind == RunEnd::Kind::Complete);
    }
};

QTEST_GUILESS_MAIN(TestLiveRun)
#include "tst_live_run.moc"
