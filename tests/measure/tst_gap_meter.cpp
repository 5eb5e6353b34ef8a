#include "engine/measure/gap_meter.h"

#include <QTest>

using namespace penstock;
using namespace std::chrono_literals;

namespace {
const Instant t0{1000h};
}

class TestGapMeter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingIsMeasuredBeforeTheFirstUpdate() {
        const GapMeter meter;
        QCOMPARE(meter.gap(t0), Nanos{0});
        QCOMPARE(meter.meanInFlight(t0), 0.0);
        QCOMPARE(meter.inFlightIntegral(t0), 0.0);
        QCOMPARE(meter.peakInFlight(), 0);
        QVERIFY(!meter.start());
    }

    /// "gap: time where queue > 0 and in_flight < cap".
    void theGapIsTheTimeWithWorkQueuedAndAFreeSlot() {
        GapMeter meter;
        meter.update(t0, 5, 0, 2);            // gap for 1 s
        meter.update(t0 + 1s, 4, 1, 2);       // gap for 2 s
        meter.update(t0 + 3s, 3, 2, 2);       // full: none for 4 s
        meter.update(t0 + 7s, 3, 1, 2);       // gap for 7 ns
        meter.update(t0 + 7s + 7ns, 0, 1, 2); // no work: none
        QCOMPARE(meter.gap(t0 + 1s), Nanos{3s} + 7ns);
        QCOMPARE(meter.gap(t0 + 100s), Nanos{3s} + 7ns);
    }

    void anOpenGapCountsUpToNow() {
        GapMeter meter;
        meter.update(t0, 1, 0, 1);
        QCOMPARE(meter.gap(t0), Nanos{0});
        QCOMPARE(meter.gap(t0 + 3ns), Nanos{3});
    }

    void aFullPipeOverItsLoweredCapHasNoGap() {
        GapMeter meter;
        meter.update(t0, 5, 4, 2);
        QCOMPARE(meter.gap(t0 + 1s), Nanos{0});
    }

    void raisingTheCapOpensAGapAtOnce() {
        GapMeter meter;
        meter.update(t0, 5, 2, 2);
        meter.update(t0 + 1s, 5, 2, 3);
        QCOMPARE(meter.gap(t0 + 2s), Nanos{1s});
    }

    void theMeanOfInFlightIsWeightedByTime() {
        GapMeter meter;
        meter.update(t0, 0, 1, 4);      // 1 for 1 s
        meter.update(t0 + 1s, 0, 3, 4); // 3 for 3 s
        meter.update(t0 + 4s, 0, 0, 4); // 0 for 1 s
        QCOMPARE(meter.inFlightIntegral(t0 + 5s), 10e9);
        QCOMPARE(meter.meanInFlight(t0 + 5s), 2.0);
        QCOMPARE(meter.peakInFlight(), 3);
        QCOMPARE(*meter.start(), t0);
    }

    void twoUpdatesAtOneInstantCountTheLastStateAndTheHighestPeak() {
        GapMeter meter;
        meter.update(t0, 1, 9, 9);
        meter.update(t0, 0, 1, 9);
        QCOMPARE(meter.inFlightIntegral(t0 + 1s), 1e9);
        QCOMPARE(meter.peakInFlight(), 9);
    }
};

QTEST_GUILESS_MAIN(TestGapMeter)
#include "tst_gap_meter.moc"
