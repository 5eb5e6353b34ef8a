#include "engine/admission/bounded_queue.h"

#include <QTest>

using namespace penstock;

class TestBoundedQueue final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void newWorkIsBoundByTheCapacityAndByReservedPlaces() {
        BoundedQueue<int> queue(3);
        QVERIFY(queue.hasRoom());
        QVERIFY(queue.hasRoom(2));
        QVERIFY(!queue.hasRoom(3));
        queue.push(1);
        queue.push(2);
        queue.push(3);
        QVERIFY(!queue.hasRoom());
        queue.pushAhead(4); // work under way is never refused
        QCOMPARE(queue.size(), std::size_t{4});
    }

    void workUnderWayGoesAheadOfNewWorkAndEachLaneIsFirstComeFirstServed() {
        BoundedQueue<int> queue(10);
        queue.push(1);
        queue.push(2);
        queue.pushAhead(11);
        queue.pushAhead(12);
        QCOMPARE(queue.pop(), std::optional<int>(11));
        QCOMPARE(queue.pop(), std::optional<int>(12));
        QCOMPARE(queue.pop(), std::optional<int>(1));
        QCOMPARE(queue.pop(), std::optional<int>(2));
        QCOMPARE(queue.pop(), std::optional<int>());
    }

    void anItemCanBeTakenFromTheMiddle() {
        BoundedQueue<int> queue(10);
        queue.push(1);
        queue.push(2);
        queue.push(3);
        QCOMPARE(queue.take([](int i) { return i == 2; }), std::optional<int>(2));
        QCOMPARE(queue.take([](int i) { return i == 2; }), std::optional<int>());
        QCOMPARE(queue.size(), std::size_t{2});
    }

    void aLoweredCapacityDropsNothing() {
        BoundedQueue<int> queue(10);
        queue.push(1);
        queue.push(2);
        queue.setCapacity(1);
        QCOMPARE(queue.size(), std::size_t{2});
        QVERIFY(!queue.hasRoom());
    }
};

QTEST_APPLESS_MAIN(TestBoundedQueue)
#include "tst_bounded_queue.moc"
