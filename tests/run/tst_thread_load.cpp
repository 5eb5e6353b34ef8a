#include "engine/run/thread_load.h"

#include <QTest>

using namespace penstock;
using namespace std::chrono_literals;

class TestThreadLoad final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theLoadIsTheCpuTimeOverTheTimeThatPassed() {
        Nanos used{5s};
        ThreadLoad load([&] { return used; });
        const Instant t0{1h};
        QCOMPARE(load.sinceLast(t0), 0.0); // nothing to compare with yet
        used += 25ms;
        QCOMPARE(load.sinceLast(t0 + 100ms), 0.25);
        QCOMPARE(load.sinceLast(t0 + 200ms), 0.0);
        used += 300ms; // the two clocks tick apart
        QCOMPARE(load.sinceLast(t0 + 300ms), 1.0);
    }

    void whenNoTimePassedTheLastLoadStands() {
        Nanos used{0};
        ThreadLoad load([&] { return used; });
        load.sinceLast(Instant{1h});
        used = 50ms;
        QCOMPARE(load.sinceLast(Instant{1h} + 100ms), 0.5);
        used = 60ms;
        QCOMPARE(load.sinceLast(Instant{1h} + 100ms), 0.5);
        QCOMPARE(load.sinceLast(Instant{1h} + 200ms), 0.1); // and what was used meanwhile counts now
    }

    void theCpuTimeOfAThreadThatWorksGrows() {
        const auto before = ThreadLoad::ofThisThread();
        volatile std::uint64_t sum = 0;
        while (ThreadLoad::ofThisThread() == before) sum = sum + 1;
        QVERIFY(ThreadLoad::ofThisThread() > before);
    }
};

QTEST_APPLESS_MAIN(TestThreadLoad)
#include "tst_thread_load.moc"
