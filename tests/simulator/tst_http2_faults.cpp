// The server's faults on HTTP/2, and the client's.

#include "tests/simulator/holding_server.h"
#include "tests/simulator/http2_client.h"
#include "tests/simulator/http2_frames.h"

using namespace penstock;
using namespace penstock::http;
using namespace std::string_literals;

namespace {

using GoAways = std::vector<std::pair<std::int32_t, std::uint32_t>>;

void answer(ServerExchange& exchange) {
    exchange.head(200, {});
    exchange.write(exchange.request().path);
    exchange.finish();
}

} // namespace

class tst_Http2Faults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void faultRefusedStreamsBeyondTheLimit() {
        ServerOptions options;
        options.maxConcurrentStreams = 8;
        HoldingServer s(options);
        Http2Client client(s.server->port());
        // One flight, before SETTINGS tells of the limit.
        for (int i = 0; i < 14; ++i)
            client.request("/" + std::to_string(i));
        client.flush();
        QVERIFY(s.holds(8));
        int refused = 0;
        QVERIFY(waitFor([&] {
            refused = 0;
            for (auto& [id, stream] : client.streams)
                refused += stream.closed && stream.errorCode == NGHTTP2_REFUSED_STREAM;
            return refused == 6;
        }));
        turnLoop();
        QCOMPARE(s.held.size(), 8u);
        for (auto& exchange : s.held)
            answer(*exchange);
        for (int i = 0; i < 8; ++i)
            QVERIFY(client.settled(2 * i + 1));
        QCOMPARE(client.streams[15].body, "/7"s);
        QCOMPARE(s.held[0]->connection().requestsReceived(), 8u);
    }

    void aClientThatBreaksTheLimitItAcknowledgedIsSentAway() {
        ServerOptions options;
        options.maxConcurrentStreams = 1;
        HoldingServer s(options);
        RawClient client(s.server->port());
        client.say(preface + frame(4, 0, 0, "") + frame(4, 1, 0, "") + frame(1, 5, 1, getHeaders));
        QVERIFY(s.holds(1));
        client.say(frame(1, 5, 3, getHeaders));
        QVERIFY(client.isClosed());
        QCOMPARE(s.held.size(), 1u);
        QTRY_COMPARE_WITH_TIMEOUT(s.gone.size(), 1u, 5'000);
    }

    void faultRefuseAStream() {
        HoldingServer s;
        s.onRequest = [](ServerExchange& exchange) { exchange.reset(7); };
        Http2Client client(s.server->port());
        const auto id = client.request("/");
        client.flush();
        QVERIFY(client.settled(id));
        QCOMPARE(client.streams[id].errorCode, 7u);
        QCOMPARE(client.streams[id].status, 0);
        turnLoop();
        QVERIFY(s.gone.empty());
        QCOMPARE(s.server->connectionsOpen(), 1);
    }

    void faultResetInMidBodyComesBehindWhatWasWritten() {
        HoldingServer s;
        s.onRequest = [](ServerExchange& exchange) {
            exchange.head(200, {});
            exchange.write("part");
            exchange.reset(2);
            exchange.write("more");
            exchange.finish();
        };
        Http2Client client(s.server->port());
        const auto id = client.request("/");
        client.flush();
        QVERIFY(client.settled(id));
        QCOMPARE(client.streams[id].status, 200);
        QCOMPARE(client.streams[id].body, "part"s);
        QCOMPARE(client.streams[id].errorCode, 2u);
        QVERIFY(!client.streams[id].complete);
    }

    void finishWithoutAHeadIsAnInternalError() {
        HoldingServer s;
        s.onRequest = [](ServerExchange& exchange) { exchange.finish(); };
        Http2Client client(s.server->port());
        const auto id = client.request("/");
        client.flush();
        QVERIFY(client.settled(id));
        QCOMPARE(client.streams[id].errorCode, 2u);
    }

    void faultGoAwayFinishesWhatHandlersHaveSeen() {
        HoldingServer s;
        s.onRequest = [](ServerExchange& exchange) {
            if (exchange.request().path == "/1") exchange.connection().goAway();
        };
        Http2Client client(s.server->port());
        // One flight: the third is read together with the second, and still not processed.
        for (int i = 0; i < 3; ++i)
            client.request("/" + std::to_string(i));
        client.flush();
        QVERIFY(waitFor([&] { return client.goAways == GoAways{{3, 0}}; }));
        QVERIFY(client.settled(5));
        QCOMPARE(client.streams[5].errorCode, std::uint32_t(NGHTTP2_REFUSED_STREAM));
        QCOMPARE(s.held.size(), 2u);
        QCOMPARE(client.socket().state(), QAbstractSocket::ConnectedState);
        for (auto& exchange : s.held)
            answer(*exchange);
        QVERIFY(client.settled(1) && client.settled(3));
        QCOMPARE(client.streams[1].body, "/0"s);
        QCOMPARE(client.streams[3].body, "/1"s);
        QVERIFY(client.isClosed());
        QVERIFY(s.gone.empty());
        QCOMPARE(s.server->connectionsOpen(), 0);
    }

    void faultGoAwayWithNothingUnderWayClosesTheConnection() {
        HoldingServer s;
        Http2Client client(s.server->port());
        client.request("/");
        client.flush();
        QVERIFY(s.holds(1));
        answer(*s.held[0]);
        QVERIFY(client.settled(1));
        s.held[0]->connection().goAway();
        QVERIFY(client.isClosed());
        QVERIFY((client.goAways == GoAways{{1, 0}}));
    }

    void faultGoAwayUnprocessed() {
        HoldingServer s;
        s.onRequest = [](ServerExchange& exchange) {
            if (exchange.request().path == "/2") exchange.goAwayUnprocessed();
        };
        Http2Client client(s.server->port());
        for (int i = 0; i < 4; ++i)
            client.request("/" + std::to_string(i));
        client.flush();
        QVERIFY(waitFor([&] { return client.goAways == GoAways{{3, 0}}; }));
        QVERIFY(client.settled(5) && client.settled(7));
        QCOMPARE(client.streams[5].errorCode, std::uint32_t(NGHTTP2_REFUSED_STREAM));
        QCOMPARE(s.held.size(), 3u);
        answer(*s.held[0]);
        answer(*s.held[1]);
        QVERIFY(client.settled(3));
        QCOMPARE(client.streams[3].body, "/1"s);
        QVERIFY(client.isClosed());
        QVERIFY(s.gone.empty());
    }

    void faultGoAwayUnprocessedOfTheFirstTellsLaterOnesThatTheyAreGone() {
        HoldingServer s;
        Http2Client client(s.server->port());
        client.request("/0");
        client.request("/1");
        client.flush();
        QVERIFY(s.holds(2));
        s.held[0]->goAwayUnprocessed();
        QVERIFY(s.gone.empty());
        QVERIFY(client.isClosed());
        QVERIFY((client.goAways == GoAways{{0, 0}}));
        QCOMPARE(s.gone.size(), 1u);
        QCOMPARE(s.gone[0], s.held[1].get());
    }

    void faultGoAwayUnprocessedTellsLaterOnesWhileEarlierOnesGoOn() {
        HoldingServer s;
        Http2Client client(s.server->port());
        for (int i = 0; i < 3; ++i)
            client.request("/" + std::to_string(i));
        client.flush();
        QVERIFY(s.holds(3));
        s.held[1]->goAwayUnprocessed();
        QTRY_COMPARE_WITH_TIMEOUT(s.gone.size(), 1u, 5'000);
        QCOMPARE(s.gone[0], s.held[2].get());
        QCOMPARE(s.server->connectionsOpen(), 1);
        answer(*s.held[0]);
        QVERIFY(client.settled(1));
        QCOMPARE(client.streams[1].body, "/0"s);
    }

    void faultDropOfTheConnection_data() {
        QTest::addColumn<bool>("hard");
        QTest::newRow("FIN") << false;
        QTest::newRow("RST") << true;
    }

    void faultDropOfTheConnection() {
        QFETCH(bool, hard);
        HoldingServer s;
        s.onRequest = [hard](ServerExchange& exchange) {
            if (exchange.request().path == "/0") {
                exchange.head(200, {});
                exchange.write("part");
            } else {
                hard ? exchange.connection().reset() : exchange.connection().close();
            }
        };
        Http2Client client(s.server->port());
        for (int i = 0; i < 3; ++i)
            client.request("/" + std::to_string(i));
        client.flush();
        QVERIFY(client.isClosed());
        QCOMPARE(s.held.size(), 2u);
        QCOMPARE(client.streams[1].body, "part"s);
        QVERIFY(!client.streams[1].complete);
        QVERIFY(client.goAways.empty());
        QTRY_COMPARE_WITH_TIMEOUT(s.gone.size(), 2u, 5'000);
        QCOMPARE(s.server->connectionsOpen(), 0);
    }

    void faultStopReading() {
        HoldingServer s;
        Http2Client client(s.server->port());
        client.request("/0");
        client.flush();
        QVERIFY(s.holds(1));
        s.held[0]->connection().stopReading();
        client.request("/1");
        client.flush();
        answer(*s.held[0]);
        QVERIFY(client.settled(1));
        turnLoop(50);
        QCOMPARE(s.held.size(), 1u);
        s.held[0]->connection().resumeReading();
        QVERIFY(s.holds(2));
    }

    void faultIgnoredStreamsAreReceivedAndNeverAnswered() {
        HoldingServer s;
        s.onRequest = [&s](ServerExchange&) { s.held.clear(); };
        Http2Client client(s.server->port());
        client.request("/0");
        client.flush();
        turnLoop(50);
        QVERIFY(!client.streams[1].closed);
        client.reset(1);
        QTRY_COMPARE_WITH_TIMEOUT(s.gone.size(), 1u, 5'000);
    }

    void aStreamThatIsResetIsGoneOnceAndWritesAreIgnored() {
        HoldingServer s;
        Http2Client client(s.server->port());
        client.request("/0");
        client.request("/1");
        client.flush();
        QVERIFY(s.holds(2));
        s.held[0]->head(200, {});
        s.held[0]->write("x");
        client.reset(1);
        QTRY_COMPARE_WITH_TIMEOUT(s.gone.size(), 1u, 5'000);
        QCOMPARE(s.gone[0], s.held[0].get());
        s.held[0]->write("more");
        s.held[0]->finish();
        s.held[0]->reset(2);
        s.held[0]->goAwayUnprocessed();
        QCOMPARE(s.held[0]->pendingBytes(), 0u);
        answer(*s.held[1]);
        QVERIFY(client.settled(3));
        QCOMPARE(client.streams[3].body, "/1"s);
        QVERIFY(client.goAways.empty());
        QCOMPARE(s.gone.size(), 1u);
    }

    void aStreamThatIsResetInTheSameFlightIsSeenAndGone() {
        HoldingServer s;
        s.onRequest = &answer;
        RawClient client(s.server->port());
        client.say(preface + frame(4, 0, 0, "") + frame(1, 5, 1, getHeaders) +
                   frame(3, 0, 1, QByteArray("\0\0\0\x08", 4)) + frame(1, 5, 3, getHeaders));
        QVERIFY(s.holds(2));
        turnLoop();
        QCOMPARE(s.held[0]->connection().requestsReceived(), 2u);
        QCOMPARE(s.server->connectionsOpen(), 1);
    }

    void whenTheClientGoesAllItsStreamsAreGone() {
        HoldingServer s;
        auto client = std::make_unique<Http2Client>(s.server->port());
        for (int i = 0; i < 50; ++i)
            client->request("/");
        client->flush();
        QVERIFY(s.holds(50));
        answer(*s.held[7]);
        client->socket().abort();
        QTRY_COMPARE_WITH_TIMEOUT(s.gone.size(), 49u, 5'000);
        QCOMPARE(s.server->connectionsOpen(), 0);
        s.held[0]->write("x");
        s.held[0]->finish();
    }

    void aStreamMayEndAnotherWhileItIsToldOfItsOwnEnd() {
        HoldingServer s;
        s.server->setHandler([&s](std::shared_ptr<ServerExchange> exchange) {
            exchange->setOnGone([&s] {
                for (auto& other : std::exchange(s.held, {}))
                    other->reset(2);
            });
            s.held.push_back(std::move(exchange));
        });
        Http2Client client(s.server->port());
        for (int i = 0; i < 3; ++i)
            client.request("/");
        client.flush();
        QVERIFY(s.holds(3));
        client.reset(3);
        QVERIFY(client.settled(1) && client.settled(5));
        QCOMPARE(client.streams[5].errorCode, 2u);
    }

    void whatResetStreamsLeftUnsentCountsNoMore() {
        ServerOptions options;
        options.maxPendingBytes = 1u << 20;
        HoldingServer s(options);
        s.onRequest = [](ServerExchange& exchange) {
            exchange.head(200, {});
            exchange.write(std::string(500'000, 'x'));
        };
        Http2Client client(s.server->port(), false);
        for (std::size_t i = 0; i < 20; ++i) {
            const auto id = client.request("/");
            client.flush();
            QVERIFY(s.holds(i + 1));
            client.reset(id);
            QVERIFY(waitFor([&] { return s.gone.size() == i + 1; }));
        }
        QCOMPARE(s.server->connectionsOpen(), 1);
    }

    void whoSendsTooMuchIsToldToStopOnceItIsAnswered() {
        ServerOptions options;
        options.maxBodyBytes = 1000;
        HoldingServer s(options);
        RawClient client(s.server->port());
        client.say(preface + frame(4, 0, 0, "") + frame(1, 4, 1, getHeaders) + frame(0, 0, 1, QByteArray(1001, 'x')));
        const auto stop = frame(3, 0, 1, QByteArray(4, '\0')); // RST_STREAM, NO_ERROR
        QVERIFY(waitFor([&] { return client.heard.contains(stop); }));
        QCOMPARE(s.server->connectionsOpen(), 1);
    }

    void garbageEndsTheConnection_data() {
        QTest::addColumn<QByteArray>("bytes");
        const auto greeting = preface + frame(4, 0, 0, "");
        QTest::newRow("no SETTINGS") << preface + QByteArray(100, '\xff');
        QTest::newRow("frame too large") << greeting + frame(0, 0, 1, QByteArray(20'000, 'x'));
        QTest::newRow("broken HPACK") << greeting + frame(1, 5, 1, QByteArray(10, '\xff'));
        QTest::newRow("even stream") << greeting + frame(1, 5, 2, getHeaders);
    }

    void garbageEndsTheConnection() {
        QFETCH(QByteArray, bytes);
        HoldingServer s;
        RawClient client(s.server->port());
        client.say(bytes);
        QVERIFY(client.isClosed());
        QVERIFY(s.held.empty());
        QCOMPARE(s.server->connectionsOpen(), 0);
    }

    void exchangesOutliveTheServer() {
        HoldingServer s;
        Http2Client client(s.server->port());
        client.request("/0");
        client.request("/1");
        client.flush();
        QVERIFY(s.holds(2));
        s.held[0]->head(200, {});
        s.server.reset();
        s.held[0]->write("x");
        s.held[0]->finish();
        s.held[1]->reset(2);
        s.held[1]->goAwayUnprocessed();
        QVERIFY(client.isClosed());
        QVERIFY(s.gone.empty());
    }
};

QTEST_GUILESS_MAIN(tst_Http2Faults)
#include "tst_http2_faults.moc"
