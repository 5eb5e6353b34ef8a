#include "engine/measure/sliding_window.h"

#include <QTest>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

const Instant t0{std::chrono::hours{1}};

} // namespace

class TestSlidingWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void beforeTheFirstRequestThereIsNothing() {
        const SlidingWindow window;
        const auto figures = window.figures(t0);
        QCOMPARE(figures.seconds, 0.0);
        QVERIFY(!figures.costPerSuccess && !figures.successesPerHour && !figures.outputTokensPerSecond);
    }

    void atTheStartItCoversWhatThereIs() {
        SlidingWindow window;
        window.price(t0, 3.6);
        window.start(t0);
        window.success(t0 + 1s, 10);
        window.success(t0 + 2s, 30);
        const auto figures = window.figures(t0 + 4s);
        QCOMPARE(figures.seconds, 4.0);
        QCOMPARE(figures.successes, 2u);
        QCOMPARE(*figures.successesPerHour, 1800.0);
        QCOMPARE(*figures.costPerSuccess, 0.002); // 3.6 an hour is 0.001 a second
        QCOMPARE(*figures.outputTokensPerSecond, 10.0);
    }

    void itIsTenSecondsLongWhereThatHoldsTwentySuccesses() {
        SlidingWindow window;
        window.price(t0, 3.6);
        window.start(t0);
        for (int i = 0; i < 300; ++i) window.success(t0 + i * 100ms, 1);
        const auto figures = window.figures(t0 + 30s);
        QCOMPARE(figures.seconds, 10.0);
        QCOMPARE(figures.successes, 100u);
        QCOMPARE(*figures.costPerSuccess, 0.0001);
    }

    void itGrowsUntilItHoldsTwentyAndNotBeyondAMinute() {
        SlidingWindow window;
        window.start(t0);
        for (int i = 0; i < 60; ++i) window.success(t0 + i * 1s, 1);
        auto figures = window.figures(t0 + 60s);
        QVERIFY2(figures.seconds >= 20 && figures.seconds <= 21, qPrintable(QString::number(figures.seconds)));
        QVERIFY(figures.successes >= 20 && figures.successes <= 21);
        figures = window.figures(t0 + 115s);
        QCOMPARE(figures.seconds, 60.0);
        QCOMPARE(figures.successes, 5u); // of the seconds 55 to 59
        figures = window.figures(t0 + 200s);
        QCOMPARE(figures.successes, 0u);
        QVERIFY(!figures.costPerSuccess);
    }

    void aPriceCountsForTheSecondsInWhichItWasInForce() {
        SlidingWindow window;
        window.price(t0, 3.6);
        window.start(t0);
        window.price(t0 + 2s, 7.2);
        window.success(t0 + 3s, 1);
        QCOMPARE(*window.figures(t0 + 4s).costPerSuccess, 2 * 0.001 + 2 * 0.002);
    }

    void tokensThatNobodyCountedAreNotZero() {
        SlidingWindow window;
        window.start(t0);
        window.success(t0 + 1s, 10);
        window.success(t0 + 2s, std::nullopt);
        QVERIFY(!window.figures(t0 + 3s).outputTokensPerSecond);
    }

    void firstTokensAreThoseOfTheWindowByNearestRank() {
        SlidingWindow window;
        window.start(t0);
        window.firstToken(t0 + 1s, 9s); // long ago
        for (int i = 0; i < 100; ++i) window.success(t0 + 50s + i * 10ms, 1);
        for (int i = 1; i <= 100; ++i) window.firstToken(t0 + 55s, i * 1ms);
        const auto p = window.figures(t0 + 60s).tFirstToken;
        QCOMPARE(p.count, 100u);
        QCOMPARE(*p.p50, 0.050);
        QCOMPARE(*p.p95, 0.095);
        QCOMPARE(*p.p99, 0.099);
    }
};

QTEST_APPLESS_MAIN(TestSlidingWindow)
#include "tst_sliding_window.moc"
