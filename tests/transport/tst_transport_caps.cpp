#include "engine/base/clock.h"
#include "tests/transport/transport_harness.h"

using namespace penstock;
using namespace penstock::test;

/// What is promised of caps and connections, of every Transport and on every protocol: the server's own counts agree.
class TransportCaps : public QObject {
    Q_OBJECT
    SystemClock clock_;

    static void capRows() {
        QTest::addColumn<int>("v");
        QTest::addColumn<int>("cap");
        for (int v = 0; v < 4; ++v)
            for (const int cap : {1, 6, 7, 14, 100, 300})
                QTest::addRow("%s, cap %d", variants[v].name, cap) << v << cap;
    }

private Q_SLOTS:
    void asManyAreInFlightAtTheServerAsWereStarted_data() { capRows(); }
    void asManyAreInFlightAtTheServerAsWereStarted() {
        QFETCH(int, cap);
        PENSTOCK_VARIANT();
        ScriptedServer server(serverOptions(variant, 8));
        server.otherwise(answers::hold());
        Client client(clock_, Client::target(server, variant));
        QVERIFY(client.prepare(cap));
        QVERIFY2(!client.problem, client.problem ? client.problem->message.c_str() : "");
        const auto warmed = server.connectionsAccepted();
        const int perConnection = variant.http2 ? 8 : 1;
        const auto needed = static_cast<std::uint64_t>((cap + perConnection - 1) / perConnection);
        QTRY_COMPARE_WITH_TIMEOUT(server.connectionsAccepted(), needed + (variant.http2 ? 1 : 0), 5000);

        // Twice: the second time all connections are reused.
        for (int round = 1; round <= 2; ++round) {
            for (int i = 0; i < cap; ++i) {
                QVERIFY(client.transport->hasRoom());
                client.start("{\"n\":" + std::to_string(i) + '}');
            }
            QVERIFY(waitUntil([&] { return server.inFlight() == cap; }, 60'000));
            server.releaseHeld();
            QVERIFY(client.waitForAll());
            QCOMPARE(client.complaint(), std::string());
            QCOMPARE(client.completed(), cap * round);
        }
        QCOMPARE(server.peakInFlight(), cap);
        QCOMPARE(server.connectionsAccepted(), needed + (variant.http2 ? 1 : 0));
        QVERIFY(warmed <= server.connectionsAccepted());
        const auto stats = client.transport->stats();
        QCOMPARE(stats.connectionsOpened, server.connectionsAccepted());
        QCOMPARE(stats.connectionsOpen, static_cast<int>(needed));
        QCOMPARE(stats.reused, static_cast<std::uint64_t>(2 * cap));
        QCOMPARE(stats.moved, std::uint64_t{0});
        QCOMPARE(stats.httpVersion, std::string(variant.http2 ? "2" : "1.1"));
        QCOMPARE(stats.tlsVersion, std::string(variant.tls ? "TLS 1.3" : ""));
        for (const auto& r : client.recordings)
            QVERIFY(!r->connectionNew);
    }

    void withoutPrewarmTheExchangesOpenTheConnections_data() { capRows(); }
    void withoutPrewarmTheExchangesOpenTheConnections() {
        QFETCH(int, cap);
        PENSTOCK_VARIANT();
        ScriptedServer server(serverOptions(variant, 8));
        server.otherwise(answers::hold());
        Client client(clock_, Client::target(server, variant));
        QVERIFY(client.prepare(cap, false));
        QVERIFY(!client.problem);
        for (int i = 0; i < cap; ++i)
            client.start();
        QVERIFY(waitUntil([&] { return server.inFlight() == cap; }, 60'000));
        server.releaseHeld();
        QVERIFY(client.waitForAll());
        QCOMPARE(client.complaint(), std::string());
        const int perConnection = variant.http2 ? 8 : 1;
        const auto needed = (cap + perConnection - 1) / perConnection;
        QCOMPARE(server.connectionsAccepted(), static_cast<std::uint64_t>(needed + (variant.http2 ? 1 : 0)));
        const auto stats = client.transport->stats();
        QCOMPARE(stats.connectionsOpened, server.connectionsAccepted());
        QCOMPARE(stats.reused, static_cast<std::uint64_t>(cap - needed));
        int opened = 0;
        for (const auto& r : client.recordings) {
            opened += r->connectionNew;
            if (r->connectionNew)
                QVERIFY(r->connect > Nanos{0});
            else
                QCOMPARE(r->connect, Nanos{0});
        }
        QCOMPARE(opened, needed);
    }

    void neverReusingOpensOneConnectionAnExchangeAndClosesIt_data() { PENSTOCK_VARIANT_ROWS(); }
    void neverReusingOpensOneConnectionAnExchangeAndClosesIt() {
        PENSTOCK_VARIANT();
        ScriptedServer server(serverOptions(variant));
        Knobs knobs;
        knobs.connectionReuse = ConnectionReuse::Never;
        Client client(clock_, Client::target(server, variant), knobs);
        QVERIFY(client.prepare(4));
        QVERIFY(!client.problem);
        for (int round = 0; round < 5; ++round) {
            for (int i = 0; i < 4; ++i)
                client.start();
            QVERIFY(client.waitForAll());
        }
        QCOMPARE(client.complaint(), std::string());
        QCOMPARE(server.connectionsAccepted(), std::uint64_t{20} + (variant.http2 ? 1 : 0));
        QCOMPARE(client.transport->stats().connectionsOpened, server.connectionsAccepted());
        QCOMPARE(client.transport->stats().connectionsOpen, 0);
        QCOMPARE(client.transport->stats().reused, std::uint64_t{0});
        QCOMPARE(client.transport->stats().closedAfterResponse, std::uint64_t{0});
        for (const auto& r : client.recordings)
            QVERIFY(r->connectionNew && r->connect > Nanos{0});
        QTRY_COMPARE_WITH_TIMEOUT(server.connectionsOpen(), 0, 5000);
    }
};

QTEST_GUILESS_MAIN(TransportCaps)
#include "tst_transport_caps.moc"
