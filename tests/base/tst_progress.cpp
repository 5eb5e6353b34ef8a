#include "engine/base/progress.h"

#include <QTest>

using namespace penstock;

class TestProgress : public QObject {
    Q_OBJECT

    static Snapshot half() {
        Snapshot s;
        s.total = 100;
        s.successes = 40;
        s.failures = 8;
        s.shed = 1;
        s.cancelled = 1;
        s.elapsedSeconds = 25;
        return s;
    }

private Q_SLOTS:
    void everyEndingCounts() { QCOMPARE(endedRequests(half()), 50u); }

    void withoutAWindowThePaceIsThatOfTheRun() { QCOMPARE(*secondsLeft(half()), 25.0); }

    void thePaceIsThatOfTheWindowWhereThereIsOne() {
        auto s = half();
        s.window.successesPerHour = 8 * 3600; // 8 successes a second, hence 10 endings
        QCOMPARE(*secondsLeft(s), 5.0);
    }

    void nothingIsToldWhereNothingIsKnown() {
        auto s = half();
        s.total = 0; // loops until stopped
        QVERIFY(!secondsLeft(s));
        s = half();
        s.successes = s.failures = s.shed = s.cancelled = 0;
        QVERIFY(!secondsLeft(s));
    }

    void atTheEndNothingIsLeft() {
        auto s = half();
        s.successes = 90;
        QCOMPARE(*secondsLeft(s), 0.0);
    }
};

QTEST_APPLESS_MAIN(TestProgress)
#include "tst_progress.moc"
