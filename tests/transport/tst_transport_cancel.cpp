#include "engine/base/clock.h"
#include "tests/transport/transport_harness.h"

using namespace penstock;
using namespace penstock::test;

/// Destroying an Exchange cancels it, at any moment and from anywhere, and harms no other.
class TransportCancel : public QObject {
    Q_OBJECT
    SystemClock clock_;

private Q_SLOTS:
    void cancelledBeforeTheEventLoopTurnsNothingIsSent_data() { PENSTOCK_VARIANT_ROWS(); }
    void cancelledBeforeTheEventLoopTurnsNothingIsSent() {
        PENSTOCK_VARIANT();
        ScriptedServer server(serverOptions(variant));
        Client client(clock_, Client::target(server, variant));
        QVERIFY(client.prepare(2));
        const auto accepted = std::uint64_t{2}; // two lanes, or a probe and one
        QTRY_COMPARE(server.connectionsAccepted(), accepted);
        for (int i = 0; i < 20; ++i)
            client.start("cancelled").exchange.reset();
        client.recordings.clear();
        client.start("wanted");
        QVERIFY(client.waitForAll());
        QVERIFY(client.at(0).complete());
        QCOMPARE(server.timesSeen("cancelled"), 0);
        QCOMPARE(server.timesSeen("wanted"), 1);
        QCOMPARE(server.connectionsAccepted(), accepted);
        QCOMPARE(client.transport->stats().connectionsOpened, server.connectionsAccepted());
    }

    void cancelledWhileItsConnectionOpensNoWholeRequestIsSent_data() { PENSTOCK_VARIANT_ROWS(); }
    void cancelledWhileItsConnectionOpensNoWholeRequestIsSent() {
        PENSTOCK_VARIANT();
        ScriptedServer server(serverOptions(variant, 8));
        Client client(clock_, Client::target(server, variant));
        QVERIFY(client.prepare(1, false));
        for (int i = 0; i < 40; ++i) {
            client.start("cancelled " + std::to_string(i));
            // A turn or two of the event loop: some are about to connect, some have begun, some may have been sent.
            for (int turn = 0; turn < i % 4; ++turn)
                QCoreApplication::processEvents();
            client.recordings.back()->exchange.reset();
            client.recordings.pop_back();
        }
        for (int i = 0; i < 8; ++i)
            client.start("wanted " + std::to_string(i));
        QVERIFY(client.waitForAll());
        QCOMPARE(client.complaint(), std::string());
        for (int i = 0; i < 8; ++i)
            QCOMPARE(server.timesSeen("wanted " + std::to_string(i)), 1);
        for (int i = 0; i < 40; ++i)
            QVERIFY(server.timesSeen("cancelled " + std::to_string(i)) <= 1);
        QTRY_COMPARE_WITH_TIMEOUT(client.transport->stats().connectionsOpened, server.connectionsAccepted(), 5000);
        QTRY_COMPARE_WITH_TIMEOUT(server.inFlight(), 0, 5000);
    }

    void cancelledAtTheServerTheServerIsToldAtOnce_data() {
        QTest::addColumn<int>("v");
        QTest::addColumn<bool>("afterHead");
        for (int v = 0; v < 4; ++v)
            for (const bool afterHead : {false, true})
                QTest::addRow("%s, %s", variants[v].name, afterHead ? "after the head" : "before the head")
                    << v << afterHead;
    }
    void cancelledAtTheServerTheServerIsToldAtOnce() {
        QFETCH(bool, afterHead);
        PENSTOCK_VARIANT();
        ScriptedServer server(serverOptions(variant));
        server.otherwise(answers::hold());
        Client client(clock_, Client::target(server, variant));
        QVERIFY(client.prepare(2));
        const auto accepted = server.connectionsAccepted();
        auto& stays = client.start("stays");
        auto& goes = client.start("goes");
        QTRY_COMPARE(server.inFlight(), 2);
        for (const auto& held : std::vector(server.held()))
            if (afterHead) held->beginStream("data: 1\n\n");
        if (afterHead) {
            QTRY_VERIFY(goes.head && stays.head);
        } else {
            QTRY_VERIFY(goes.sent && stays.sent);
        }
        goes.exchange.reset();
        QTRY_COMPARE(server.gone(), 1);
        QCOMPARE(server.inFlight(), 1);
        const auto held = server.held().front();
        if (!afterHead) held->beginStream("data: 1\n\n");
        held->finish();
        QTRY_VERIFY(stays.end);
        QVERIFY(stays.complete());
        QVERIFY(!goes.end);

        // HTTP/2 keeps the connection and resets the stream; HTTP/1.1 has to close.
        server.otherwise(answers::stream("data: [DONE]\n\n"));
        client.recordings.erase(client.recordings.begin() + 1);
        client.start();
        client.start();
        QVERIFY(client.waitForAll());
        QCOMPARE(client.complaint(), std::string());
        const bool suspect =
            variant.http2 && !afterHead; // one connection more at the most, where no head had come on it
        QVERIFY(server.connectionsAccepted() <= accepted + (variant.http2 ? (suspect ? 1 : 0) : 1));
        QCOMPARE(client.transport->stats().connectionsOpened, server.connectionsAccepted());
    }

    void anExchangeMayBeDestroyedFromInsideEachCall_data() {
        QTest::addColumn<int>("v");
        QTest::addColumn<int>("when");
        for (int v = 0; v < 4; ++v)
            for (int when = 1; when <= 4; ++when)
                QTest::addRow("%s, call %d", variants[v].name, when) << v << when;
    }
    void anExchangeMayBeDestroyedFromInsideEachCall() {
        QFETCH(int, when);
        PENSTOCK_VARIANT();
        ScriptedServer server(serverOptions(variant));
        server.otherwise(answers::text(200, std::string(300'000, 'x')));
        Client client(clock_, Client::target(server, variant));
        QVERIFY(client.prepare(1));
        auto& r = client.start();
        int calls = 0;
        const auto destroy = [&] {
            if (++calls == when) r.exchange.reset();
        };
        r.onAnything = destroy;
        if (when == 4) r.onEnded = [&] { r.exchange.reset(); };
        if (when == 4) r.onAnything = nullptr;
        QTRY_VERIFY(!r.exchange);
        const auto bodyThen = r.body.size();
        client.start();
        QTRY_VERIFY(client.at(1).end);
        QVERIFY(client.at(1).complete());
        QCOMPARE(r.body.size(), bodyThen);
        QCOMPARE(r.end.has_value(), when == 4);
        QCOMPARE(r.disorder, std::string());
    }

    void theNextExchangeMayStartFromInsideTheEndOfTheLast_data() { PENSTOCK_VARIANT_ROWS(); }
    void theNextExchangeMayStartFromInsideTheEndOfTheLast() {
        PENSTOCK_VARIANT();
        ScriptedServer server(serverOptions(variant));
        Client client(clock_, Client::target(server, variant));
        QVERIFY(client.prepare(1));
        const auto accepted = server.connectionsAccepted();
        int left = 200;
        std::function<void()> next = [&] {
            if (left-- == 0) return;
            client.start("n" + std::to_string(left)).onEnded = next;
        };
        next();
        QVERIFY(waitUntil([&] { return left == -1; }, 30'000));
        QVERIFY(client.waitForAll());
        QCOMPARE(client.complaint(), std::string());
        QCOMPARE(server.peakInFlight(), 1);
        QCOMPARE(server.seen().size(), std::size_t{200});
        QCOMPARE(server.connectionsAccepted(), accepted);
    }

    void aTransportMayGoWhileExchangesThatWereCancelledAreStillEnding_data() { PENSTOCK_VARIANT_ROWS(); }
    void aTransportMayGoWhileExchangesThatWereCancelledAreStillEnding() {
        PENSTOCK_VARIANT();
        ScriptedServer server(serverOptions(variant, 8));
        server.otherwise(answers::hold());
        for (int turns = 0; turns < 12; ++turns) {
            Client client(clock_, Client::target(server, variant));
            if (turns % 2) {
                QVERIFY(client.prepare(10, turns % 4 == 1));
            }
            for (int i = 0; i < 20; ++i)
                client.start();
            for (int turn = 0; turn < turns; ++turn)
                QCoreApplication::processEvents();
            client.recordings.clear();
        }
        QTRY_COMPARE_WITH_TIMEOUT(server.inFlight(), 0, 5000);
        QTRY_COMPARE_WITH_TIMEOUT(server.connectionsOpen(), 0, 5000);
    }
};

QTEST_GUILESS_MAIN(TransportCancel)
#include "tst_transport_cancel.moc"
