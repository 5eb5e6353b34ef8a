#include "engine/transport/lane_pool.h"

#include <QTest>

using namespace penstock;
using namespace std::chrono_literals;

/// Which lane an exchange takes. Pure bookkeeping, no network.
class LanePools : public QObject {
    Q_OBJECT

    struct Fixture {
        int made = 0, gone = 0, limit = 1;
        bool http2 = false;
        LanePool pool{[this] {
                          ++made;
                          auto lane = std::make_shared<QtLane>();
                          lane->limit = limit;
                          lane->http2 = http2;
                          return lane;
                      },
                      [this](QtLane&) { ++gone; }};
        LanePtr takeOpen(Instant now = {}) {
            auto lane = pool.take(now);
            lane->open = true;
            return lane;
        }
    };

private Q_SLOTS:
    void theOpenLaneUsedLastIsTakenFirst() {
        Fixture f;
        const auto a = f.takeOpen(), b = f.takeOpen();
        QCOMPARE(f.made, 2);
        f.pool.giveBack(b, Instant{1s});
        f.pool.giveBack(a, Instant{2s});
        QCOMPARE(f.pool.take(Instant{3s}), a);
        QCOMPARE(f.pool.take(Instant{3s}), b);
        QCOMPARE(f.made, 2);
        QCOMPARE(f.pool.connections(), 2);
    }

    void withHttp2TheFullestLaneWithRoomIsTaken() {
        Fixture f;
        f.limit = 3;
        std::vector<LanePtr> lanes;
        for (int i = 0; i < 7; ++i)
            lanes.push_back(f.takeOpen());
        QCOMPARE(f.made, 3);
        QCOMPARE(lanes[6]->active, 1);
        f.pool.giveBack(lanes[0], Instant{1s});
        QCOMPARE(f.pool.take(Instant{2s}), lanes[0]);
        f.pool.giveBack(lanes[0], Instant{2s});
        f.pool.giveBack(lanes[0], Instant{2s});
        f.pool.giveBack(lanes[0], Instant{2s});
        // The first is empty, the second full, the third holds one.
        QCOMPARE(f.pool.take(Instant{3s}), lanes[6]);
    }

    void aLaneThatJustClosedRests() {
        Fixture f;
        const auto a = f.takeOpen();
        a->open = false;
        f.pool.giveBack(a, Instant{1s});
        const auto b = f.pool.take(Instant{1s} + LanePool::rest - 1ns);
        QVERIFY(a != b);
        f.pool.giveBack(b, Instant{2s});
        // Of two that rested enough, the one that rested longer.
        QCOMPARE(f.pool.take(Instant{3s}), a);
        QCOMPARE(f.made, 2);
    }

    void aRetiredLaneIsGoneWhenItIsEmpty() {
        Fixture f;
        f.limit = 2;
        const auto a = f.takeOpen();
        QCOMPARE(f.takeOpen(), a);
        f.pool.retire(a);
        QCOMPARE(f.gone, 0);
        QVERIFY(f.takeOpen() != a);
        QCOMPARE(f.pool.connections(), 2);
        QCOMPARE(f.pool.openConnections(), 2);
        f.pool.giveBack(a, Instant{});
        QCOMPARE(f.gone, 0);
        f.pool.giveBack(a, Instant{});
        QCOMPARE(f.gone, 1);
        QCOMPARE(f.pool.connections(), 1);
    }

    void theBoundCountsConnectionsNotNames() {
        Fixture f;
        f.pool.setMaxConnections(2);
        const auto a = f.takeOpen();
        QVERIFY(f.pool.hasRoom());
        const auto b = f.takeOpen();
        QVERIFY(!f.pool.hasRoom());
        // Retired, and still carrying something: still a connection.
        f.pool.retire(a);
        QVERIFY(!f.pool.hasRoom());
        f.pool.giveBack(a, Instant{1s});
        QVERIFY(f.pool.hasRoom());
        b->open = false;
        f.pool.giveBack(b, Instant{1s});
        QCOMPARE(f.pool.connections(), 0);
        QCOMPARE(f.pool.idleLanes(5).size(), std::size_t{2});
        QVERIFY(f.pool.hasRoom());
    }

    void aFullHttp2LaneLeavesNoRoomUnderTheBound() {
        Fixture f;
        f.limit = 2;
        f.pool.setMaxConnections(1);
        f.takeOpen();
        QVERIFY(f.pool.hasRoom());
        f.takeOpen();
        QVERIFY(!f.pool.hasRoom());
    }

    void withoutReuseEveryExchangeGetsALaneOfItsOwn() {
        Fixture f;
        f.pool.setReuse(false);
        const auto a = f.takeOpen();
        f.pool.giveBack(a, Instant{});
        QCOMPARE(f.gone, 1);
        QVERIFY(f.takeOpen() != a);
        QCOMPARE(f.made, 2);
    }

    void switchingReuseOffLetsGoOfIdleLanes() {
        Fixture f;
        const auto a = f.takeOpen(), b = f.takeOpen();
        f.pool.giveBack(a, Instant{});
        f.pool.setReuse(false);
        QCOMPARE(f.gone, 1);
        f.pool.giveBack(b, Instant{});
        QCOMPARE(f.gone, 2);
        QCOMPARE(f.pool.connections(), 0);
    }

    void aLaneThatIsBeingWarmedIsTakenByNobody() {
        Fixture f;
        const auto lanes = f.pool.idleLanes(1);
        lanes.front()->warming = true;
        QVERIFY(f.pool.take(Instant{1s}) != lanes.front());
        QCOMPARE(f.pool.connections(), 2);
    }
};

QTEST_GUILESS_MAIN(LanePools)
#include "tst_lane_pool.moc"
