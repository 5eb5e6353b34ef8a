#include "engine/admission/semaphore.h"

#include <QTest>

#include <vector>

using namespace penstock;

class TestSemaphore final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void grantsAsManyPermitsAsTheCap() {
        Semaphore semaphore(3);
        std::vector<Permit> held;
        while (auto permit = semaphore.tryAcquire()) held.push_back(std::move(*permit));
        QCOMPARE(held.size(), std::size_t{3});
        QCOMPARE(semaphore.inFlight(), 3);
        held.pop_back();
        QCOMPARE(semaphore.inFlight(), 2);
        QVERIFY(semaphore.tryAcquire().has_value());
    }

    void aPermitGivesItsSlotBackExactlyOnceHoweverItIsMoved() {
        Semaphore semaphore(2);
        {
            Permit a = *semaphore.tryAcquire();
            Permit b = std::move(a);
            QVERIFY(!a);
            QVERIFY(b);
            QCOMPARE(semaphore.inFlight(), 1);
            Permit c = *semaphore.tryAcquire();
            c = std::move(b); // the slot that c held is free now
            QCOMPARE(semaphore.inFlight(), 1);
            c.release();
            QCOMPARE(semaphore.inFlight(), 0);
            c.release();
            QCOMPARE(semaphore.inFlight(), 0);
        }
        QCOMPARE(semaphore.inFlight(), 0);
    }

    void aFreedSlotIsAnnouncedInTheSameTurn() {
        Semaphore semaphore(1);
        std::vector<Permit> held;
        int announced = 0;
        semaphore.setOnFree([&] {
            ++announced;
            if (auto permit = semaphore.tryAcquire()) held.push_back(std::move(*permit));
        });
        {
            const Permit first = *semaphore.tryAcquire();
            QVERIFY(!semaphore.tryAcquire().has_value());
        }
        QCOMPARE(announced, 1);
        QCOMPARE(semaphore.inFlight(), 1); // the next one is in already
        QCOMPARE(held.size(), std::size_t{1});
        semaphore.setOnFree({});
    }

    void raisingTheCapAdmitsAtOnceAndLoweringItDrains() {
        Semaphore semaphore(1);
        std::vector<Permit> held;
        const auto admit = [&] {
            while (auto permit = semaphore.tryAcquire()) held.push_back(std::move(*permit));
        };
        semaphore.setOnFree(admit);
        admit();
        semaphore.setCap(4);
        QCOMPARE(semaphore.inFlight(), 4);
        semaphore.setCap(2);
        QCOMPARE(semaphore.inFlight(), 4); // nothing is revoked
        held.pop_back();
        held.pop_back();
        QCOMPARE(semaphore.inFlight(), 2); // and nothing was admitted on the way down
        semaphore.setOnFree({});
        held.pop_back();
        QCOMPARE(semaphore.inFlight(), 1);
    }
};

QTEST_APPLESS_MAIN(TestSemaphore)
#include "tst_semaphore.moc"
