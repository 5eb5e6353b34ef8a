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
        QCOMPARE(load.at(t0), 0.0); // nothing to compare with yet
        used += 25ms;
        QCOMPARE(load.at(t0 + 100ms), 0.25);
        QCOMPARE(load.at(t0 + 200ms), 0.125); // the first second is told as it grows
        used += 975ms;
        QCOMPARE(load.at(t0 + 1s), 1.0);
        used += 1100ms; // the two clocks tick apart
        QCOMPARE(load.at(t0 + 2s), 1.0);
    }

    void fromThenOnItIsOfWholeSeconds() {
        Nanos used{0};
        ThreadLoad load([&] { return used; });
        const Instant t0{1h};
        load.at(t0);
        used += 500ms;
        QCOMPARE(load.at(t0 + 1s), 0.5);
        used += 90ms; // a burst in a tenth of the next second
        QCOMPARE(load.at(t0 + 1100ms), 0.5);
        QCOMPARE(load.at(t0 + 2s), 0.09);
        QCOMPARE(load.at(t0 + 2s), 0.09); // no time passed
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
