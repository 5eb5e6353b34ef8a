#include "ui/session/final_snapshot.h"

#include <QTest>

using namespace penstock;

class TestFinalSnapshot : public QObject {
    Q_OBJECT

    static RunOverview run() {
        RunOverview run;
        run.info.runId = "0123";
        run.info.simulated = true;
        SegmentFigures segment;
        segment.number = 3;
        segment.knobs.queueCapacity = 77;
        run.segments.push_back(segment);
        Summary summary;
        summary.currency = "EUR";
        summary.windowSeconds = 12.5;
        summary.requests = 10;
        summary.successes = 7;
        summary.failures = 2;
        summary.cancelled = 1;
        summary.ended = 9;
        summary.pausedSeconds = 1.5;
        summary.attempts = 13;
        summary.retries = 3;
        summary.retriesByCause = {{"429", 3}};
        summary.maxConcurrency = 14;
        summary.inFlightMean = 13.5;
        summary.gapFraction = 0.25;
        summary.connectionsOpened = 14;
        summary.wastedTokens = 40;
        summary.avoidableCost = 0.5;
        summary.successesPerHour = 2016;
        summary.costPerSuccess = 0.00124;
        summary.upperBoundSuccessesPerHour = 2100;
        summary.tFirstToken.p95 = 0.48;
        run.summary = summary;
        return run;
    }

private Q_SLOTS:
    void eachFigureIsTheSummarysOwn() {
        const auto end = ui::finalSnapshot(run(), nullptr);
        QCOMPARE(end->currency, std::string("EUR"));
        QCOMPARE(end->elapsedSeconds, 12.5);
        QCOMPARE(end->successes, 7u);
        QCOMPARE(end->failures, 2u);
        QCOMPARE(end->cancelled, 1u);
        QCOMPARE(end->ended, 9u);
        QCOMPARE(end->pausedSeconds, 1.5);
        QCOMPARE(end->attempts, 13u);
        QCOMPARE(end->retries, 3u);
        QCOMPARE(end->retriesByCause.at("429"), 3u);
        QCOMPARE(end->cap, 14);
        QCOMPARE(end->inFlightMean, 13.5);
        QCOMPARE(end->gapFraction, 0.25);
        QCOMPARE(end->connectionsOpened, 14u);
        QCOMPARE(*end->avoidableCost, 0.5);
        QCOMPARE(*end->successesPerHour, 2016.0);
        QCOMPARE(*end->costPerSuccess, 0.00124);
        QCOMPARE(*end->upperBoundPerHour, 2100.0);
        QCOMPARE(*end->tFirstToken.p95, 0.48);
        QCOMPARE(end->segment, 3u);
        QCOMPARE(end->queueCapacity, 77);
        QCOMPARE(end->segments->size(), std::size_t{1});
        QVERIFY(end->simulated);
        QVERIFY(end->state == RunState::Finished);
    }

    void nothingIsInFlightAfterTheEnd() {
        auto last = std::make_shared<Snapshot>();
        last->inFlight = 5;
        last->queueDepth = 6;
        last->backingOff = 7;
        last->active = std::make_shared<const std::vector<ActiveRequest>>(3);
        const auto end = ui::finalSnapshot(run(), last);
        QCOMPARE(end->inFlight, 0);
        QCOMPARE(end->queueDepth, 0);
        QCOMPARE(end->backingOff, 0);
        QVERIFY(end->active->empty());
    }

    void aRunThatWasCutOffIsNotShownAsDone() {
        auto cut = run();
        QCOMPARE(ui::finalSnapshot(cut, nullptr)->total, 0u);
        cut.complete = true;
        QCOMPARE(ui::finalSnapshot(cut, nullptr)->total, 10u);
    }

    void whatWasNotMeasuredHasNoValue() {
        RunOverview bare = run();
        bare.summary->costPerSuccess.reset();
        bare.summary->avoidableCost.reset();
        const auto end = ui::finalSnapshot(bare, nullptr);
        QVERIFY(!end->costPerSuccess);
        QVERIFY(!end->avoidableCost);
    }
};

QTEST_GUILESS_MAIN(TestFinalSnapshot)
#include "tst_final_snapshot.moc"
