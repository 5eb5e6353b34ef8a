#include "engine/base/segment_meter.h"

#include "engine/base/bootstrap.h"

#include <QTest>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

const Instant epoch{std::chrono::hours{5}};

Knobs withCap(int cap) {
    Knobs knobs;
    knobs.maxConcurrency = cap;
    knobs.costPerHour = 3.6; // 0.001 a second
    return knobs;
}

Span attempt(std::uint32_t segment, Nanos released, OutcomeKind kind = OutcomeKind::Success, int number = 1, const char* cause = "") {
    Span span;
    span.segment = segment;
    span.attempt = number;
    span.outcome.kind = kind;
    span.retryCause = cause;
    span.stamps.admitted = epoch + released - 1s;
    span.stamps.released = epoch + released;
    return span;
}

} // namespace

class TestSegmentMeter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSettingsFiguresAreThoseOfItsWindow() {
        SegmentMeter meter;
        meter.open(1, withCap(2), 0s, {});
        for (int i = 0; i < 3; ++i) meter.admitted(1);
        meter.firstToken(1, 1s, 200ms);
        meter.closed(attempt(1, 2s), epoch, {});
        meter.closed(attempt(1, 3s, OutcomeKind::Throttled, 1, "429"), epoch, {});
        meter.closed(attempt(1, 4s, OutcomeKind::Rejected, 2), epoch, {});
        meter.ended(1, OutcomeKind::Rejected, 4s);
        const auto figures = meter.figures(10s, {0.5, 2});
        QCOMPARE(figures.size(), std::size_t{1});
        const auto& first = figures[0];
        QCOMPARE(first.change, std::string("start"));
        QCOMPARE(first.windowSeconds, 10.0);
        QCOMPARE(first.settlingSeconds, 0.0);
        QCOMPARE(first.successes, 1u);
        QCOMPARE(first.failures, 1u);
        QCOMPARE(first.attempts, 3u);
        QCOMPARE(first.retries, 1u);
        QCOMPARE(*first.successRate, 0.5);
        QCOMPARE(*first.successesPerHour, 360.0);
        QCOMPARE(*first.costPerSuccess, 0.01);
        QCOMPARE(first.ended, 2u);
        QCOMPARE(*first.upperBoundPerHour, 2400.0); // two slots; one success for three attempts of a second each
        QCOMPARE(first.gapFraction, 0.05);
        QCOMPARE(*first.newConnectionsPerSuccess, 2.0);
        QCOMPARE(first.tFirstToken.count, 1u);
    }

    /// Requests in flight at the change belong to the setting in which they were admitted, and the time until they are gone
    /// to neither.
    void theNextWindowStartsWhenTheRequestsOfTheSettingBeforeAreGone() {
        SegmentMeter meter;
        meter.open(1, withCap(2), 0s, {});
        meter.admitted(1);
        meter.admitted(1);
        meter.open(2, withCap(4), 10s, {1, 2});
        meter.admitted(2);
        meter.closed(attempt(1, 11s), epoch, {1, 2});
        meter.closed(attempt(2, 12s), epoch, {1, 2}); // while one of the first is still in flight: counts for nobody
        auto second = meter.figures(12s, {1, 2})[1];
        QCOMPARE(second.windowSeconds, 0.0);
        QCOMPARE(second.settlingSeconds, 2.0);
        QVERIFY(!second.costPerSuccess);
        meter.admitted(2);
        meter.closed(attempt(1, 14s), epoch, {1.5, 3}); // the last of the first setting
        meter.closed(attempt(2, 15s), epoch, {1.5, 3});
        second = meter.figures(18s, {1.7, 5})[1];
        QCOMPARE(second.change, std::string("max-concurrency 2 to 4"));
        QCOMPARE(second.start, 10.0);
        QCOMPARE(second.settlingSeconds, 4.0);
        QCOMPARE(second.windowSeconds, 4.0);
        QCOMPARE(second.successes, 1u);
        QCOMPARE(*second.costPerSuccess, 0.004);
        QVERIFY(qFuzzyCompare(second.gapSeconds, 0.2));
        QCOMPARE(*second.newConnectionsPerSuccess, 2.0);
        const auto first = meter.figures(18s, {1.7, 5})[0];
        QCOMPARE(first.end, 10.0);
        QCOMPARE(first.successes, 0u); // its two ended after it was over
    }

    void whatWasCancelledShedOrLeftUnfinishedIsNoFailure() {
        SegmentMeter meter;
        meter.open(1, withCap(2), 0s, {});
        for (int i = 0; i < 3; ++i) meter.admitted(1);
        meter.closed(attempt(1, 1s, OutcomeKind::CancelledByUser), epoch, {}); // unfinished: has no result
        meter.closed(attempt(1, 1s, OutcomeKind::ConnectionLost), epoch, {});  // the same, while the run was stopped
        meter.closed(attempt(1, 2s), epoch, {});
        for (const auto kind : {OutcomeKind::CancelledByUser, OutcomeKind::CancelledUpstream, OutcomeKind::Shed})
            meter.ended(1, kind, 2s);
        const auto figures = meter.figures(4s, {})[0];
        QCOMPARE(figures.attempts, 3u);
        QCOMPARE(figures.failures, 0u);
        // One was shed and one had no turn before it: not answered. What a person cancelled counts nowhere.
        QCOMPARE(figures.ended, 3u);
        QCOMPARE(*figures.successRate, 1.0 / 3);
    }

    void aRequestThatEndsBetweenTwoAttemptsIsAFailureOfTheSettingOfItsLast() {
        SegmentMeter meter;
        meter.open(1, withCap(2), 0s, {});
        meter.admitted(1);
        meter.closed(attempt(1, 1s, OutcomeKind::Throttled, 1, "429"), epoch, {});
        QCOMPARE(meter.figures(2s, {})[0].failures, 0u);
        meter.ended(1, OutcomeKind::DeadlineExceeded, 5s);
        QCOMPARE(meter.figures(6s, {})[0].failures, 1u);
        meter.open(2, withCap(3), 6s, {});
        meter.ended(1, OutcomeKind::DeadlineExceeded, 7s); // after its window: counts for nobody
        const auto figures = meter.figures(8s, {});
        QCOMPARE(figures[0].failures, 1u);
        QCOMPARE(figures[1].failures, 0u);
    }

    /// The window of a run that is over ends with its last attempt, which may be before the last turn of a knob.
    void aWindowNeverEndsBeforeItBegins() {
        SegmentMeter meter;
        meter.open(1, withCap(2), 0s, {});
        meter.admitted(1);
        meter.open(2, withCap(3), 5s, {});
        auto second = meter.figures(4s, {})[1];
        QCOMPARE(second.end, 5.0);
        QCOMPARE(second.settlingSeconds, 0.0);
        QCOMPARE(second.windowSeconds, 0.0);
        meter.closed(attempt(1, 8s), epoch, {});
        second = meter.figures(7s, {})[1]; // completed at 7, released at 8
        QCOMPARE(second.end, 7.0);
        QCOMPARE(second.settlingSeconds, 2.0);
        QCOMPARE(second.windowSeconds, 0.0);
    }

    void aSettingWithoutOlderRequestsInFlightStartsAtOnce() {
        SegmentMeter meter;
        meter.open(1, withCap(2), 0s, {});
        meter.open(2, withCap(3), 5s, {});
        QCOMPARE(meter.figures(8s, {})[1].windowSeconds, 3.0);
    }

    /// The seed's bound with the slot time that a success takes: of all attempts, from the window's start at the earliest.
    void noSettingStandsAboveItsUpperBound() {
        SegmentMeter meter;
        meter.open(1, withCap(2), 0s, {});
        meter.admitted(1);
        meter.open(2, withCap(2), 1s, {});
        meter.admitted(2);                             // at 1 s
        meter.closed(attempt(1, 9s), epoch, {});       // its window starts at 9
        auto second = attempt(2, 10s);
        second.stamps.admitted = epoch + 1s;
        meter.closed(second, epoch, {});               // in flight for 9 s, for one of them in the window
        for (int i = 0; i < 100; ++i) {                // refused at once: no success, no promise
            auto refused = attempt(2, 10s, OutcomeKind::Throttled, 1, "429");
            refused.stamps.admitted = epoch + 10s - 1ms;
            meter.admitted(2);
            meter.closed(refused, epoch, {});
        }
        const auto figures = meter.figures(11s, {})[1];
        QCOMPARE(figures.windowSeconds, 2.0);
        QCOMPARE(*figures.successesPerHour, 1800.0);
        QCOMPARE(*figures.upperBoundPerHour, 2 / 1.1 * 3600);
        QVERIFY(!meter.figures(11s, {})[0].upperBoundPerHour);
    }

    /// Capacity is paid for during a pause, but a person's pause is no property of a setting.
    void aPauseIsNoPartOfASettingsWindow() {
        const auto run = [](bool paused) {
            SegmentMeter meter;
            meter.open(1, withCap(2), 0s, {});
            Nanos shift{0};
            for (int second = 0; second < 60; ++second) {
                if (paused && second == 20) {
                    meter.pause(20s);
                    shift = 15s;
                }
                // What was in flight when the pause began counts where it is completed.
                if (paused && second == 21) meter.resume(35s);
                meter.admitted(1);
                auto one = attempt(1, second * 1s + (second > 20 ? shift : Nanos{0}));
                if (second == 20) one.stamps.admitted = epoch + 19s;
                meter.closed(one, epoch, {});
            }
            return meter.figures(60s + shift, {0.6, 0})[0];
        };
        const auto plain = run(false), paused = run(true);
        QCOMPARE(paused.pausedSeconds, 15.0);
        QCOMPARE(plain.pausedSeconds, 0.0);
        QCOMPARE(paused.end, 75.0);
        QCOMPARE(paused.windowSeconds, 60.0);
        QCOMPARE(*paused.costPerSuccess, 0.001);
        QCOMPARE(*paused.costPerSuccess, *plain.costPerSuccess);
        QCOMPARE(paused.costInterval->low, plain.costInterval->low);
        QCOMPARE(paused.costInterval->high, plain.costInterval->high);
        QCOMPARE(*paused.upperBoundPerHour, *plain.upperBoundPerHour);
        QCOMPARE(paused.gapFraction, 0.01);
    }

    void aPauseThatGoesOnCutsTheWindowToo() {
        SegmentMeter meter;
        meter.open(1, withCap(2), 0s, {});
        meter.pause(4s);
        meter.pause(6s); // it has begun
        QCOMPARE(meter.figures(10s, {})[0].windowSeconds, 4.0);
        QCOMPARE(meter.figures(3s, {})[0].windowSeconds, 3.0); // a window that ended before it
        meter.resume(11s);
        meter.resume(12s);
        meter.open(2, withCap(3), 13s, {});
        meter.pause(14s);
        meter.resume(15s);
        QCOMPARE(meter.figures(16s, {})[0].pausedSeconds, 7.0);
        QCOMPARE(meter.figures(16s, {})[0].windowSeconds, 6.0);
        QCOMPARE(meter.figures(16s, {})[1].windowSeconds, 2.0);
        // From one pause to another, and within one.
        QCOMPARE(meter.pauses().between(5s, 14500ms), Nanos(6500ms));
        QCOMPARE(meter.pauses().before(4s), Nanos{0});
    }

    void theIntervalIsOverBlocksOfTimeAndHoldsTheFigure() {
        SegmentMeter meter;
        meter.open(1, withCap(2), 0s, {});
        for (int second = 0; second < 60; ++second)
            for (int i = 0; i < (second % 3 == 0 ? 4 : 7); ++i) {
                meter.admitted(1);
                meter.closed(attempt(1, second * 1s + 100ms * i), epoch, {});
            }
        const auto figures = meter.figures(60s, {})[0];
        QCOMPARE(figures.successes, 360u);
        QVERIFY(figures.costInterval);
        QVERIFY(figures.costInterval->low < *figures.costPerSuccess && *figures.costPerSuccess < figures.costInterval->high);
        QVERIFY(figures.costInterval->high / figures.costInterval->low < 1.5);
    }

    /// An endpoint that is down overnight, or a file that says so of the age of the universe: neither memory nor time grows.
    void blocksStayFewWhenSuccessesStop() {
        TimeBlocks blocks;
        for (int i = 0; i < 8; ++i) blocks.add(i * 500ms);
        blocks.end(std::chrono::hours{24 * 365 * 200});
        QVERIFY(blocks.counts().size() >= 16 && blocks.counts().size() <= TimeBlocks::most);
        QCOMPARE(blocks.counts()[0], 8.0);
        TimeBlocks none;
        none.end(Nanos::max());
        QVERIFY(none.counts().size() <= TimeBlocks::most);

        SegmentMeter meter;
        meter.open(1, withCap(2), 0s, {});
        meter.admitted(1);
        meter.closed(attempt(1, 1s), epoch, {});
        const auto figures = meter.figures(std::chrono::hours{24 * 365 * 200}, {})[0];
        QCOMPARE(figures.successes, 1u);
        QVERIFY(!figures.costInterval);
    }

    void blocksKeepTheirCountsAsTheyPairUp() {
        TimeBlocks blocks;
        for (int i = 0; i < 40; ++i) blocks.add(i * 500ms); // the 33rd halves their number
        QCOMPARE(blocks.seconds(), 1.0);
        QCOMPARE(blocks.counts(), std::vector<double>(20, 2.0));
        blocks.end(19500ms); // the last one is half full
        QCOMPARE(blocks.counts(), std::vector<double>(19, 2.0));
    }

    void fewerThanEightBlocksHaveNoInterval() {
        SegmentMeter meter;
        meter.open(1, withCap(2), 0s, {});
        meter.admitted(1);
        meter.closed(attempt(1, 1s), epoch, {});
        QVERIFY(!meter.figures(3s, {})[0].costInterval);
    }

    void theBootstrapIsTheSameEachTimeAndNarrowForEqualBlocks() {
        const auto equal = intervalOfMean(std::vector<double>(20, 3.0));
        QCOMPARE(equal->low, 3.0);
        QCOMPARE(equal->high, 3.0);
        const std::vector<double> swaying{1, 5, 2, 6, 1, 5, 2, 6, 3, 4};
        const auto once = intervalOfMean(swaying), again = intervalOfMean(swaying);
        QCOMPARE(once->low, again->low);
        // Computed apart from this code, in another language.
        QCOMPARE(once->low, 2.2);
        QCOMPARE(once->high, 4.7);
        const auto steady = intervalOfMean({10, 12, 9, 11, 10, 8, 12, 10});
        QCOMPARE(steady->low, 9.25);
        QCOMPARE(steady->high, 11.125);
        // One block in eight holds everything: a third of the resamples have no success, so no upper end can be told.
        QVERIFY(!intervalOfCost(2, 1800, {0, 0, 0, 0, 0, 0, 0, 9}));
        QVERIFY(!intervalOfMean({1, 2, 3}));
        // 2 an hour, blocks of 1800 s: 1 a block.
        const auto cost = intervalOfCost(2, 1800, std::vector<double>(8, 4.0));
        QCOMPARE(cost->low, 0.25);
        QCOMPARE(cost->high, 0.25);
        QVERIFY(!intervalOfCost(2, 1800, std::vector<double>(8, 0.0)));
    }
};

QTEST_APPLESS_MAIN(TestSegmentMeter)
#include "tst_segment_meter.moc"
