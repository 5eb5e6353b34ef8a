// HTTP/2 in the clear, before a client on libnghttp2 and before frames made by hand.

#include "tests/simulator/holding_server.h"
#include "tests/simulator/http2_client.h"
#include "tests/simulator/http2_frames.h"

using namespace penstock;
using namespace penstock::http;
using namespace std::string_literals;

namespace {

void answer(ServerExchange& exchange) {
    exchange.head(200, {});
    exchange.write(exchange.request().path);
    exchange.finish();
}

} // namespace

class tst_Http2Server : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRequestIsAnswered() {
        HoldingServer s;
        Http2Client client(s.server->port());
        const auto body = "hello"s;
        const auto id = client.request("/v1/x?y=1", &body);
        client.flush();
        QVERIFY(s.holds(1));
        const auto& request = s.held[0]->request();
        QCOMPARE(request.method, "POST"s);
        QCOMPARE(request.path, "/v1/x?y=1"s);
        QCOMPARE(request.httpVersion, "2"s);
        QCOMPARE(request.body, "hello"s);
        QVERIFY((request.headers == Headers{{"host", "h"}}));
        s.held[0]->head(201,
                        {{"x-thing", "a"}, {"connection", "close"}, {"transfer-encoding", "chunked"}, {"bad\n", "b"}});
        s.held[0]->write("wor");
        QVERIFY(waitFor([&] { return client.streams[id].body == "wor"; }));
        QVERIFY(!client.streams[id].complete);
        s.held[0]->write("ld");
        s.held[0]->finish();
        QVERIFY(client.settled(id));
        const auto& stream = client.streams[id];
        QCOMPARE(stream.status, 201);
        QVERIFY((stream.headers == std::map<std::string, std::string>{{"x-thing", "a"}}));
        QCOMPARE(stream.body, "world"s);
        QVERIFY(stream.complete);
        QCOMPARE(stream.errorCode, 0u);
        turnLoop();
        QVERIFY(s.gone.empty());
        QCOMPARE(s.server->connectionsOpen(), 1);
    }

    void theStreamLimitIsAdvertised() {
        ServerOptions options;
        options.maxConcurrentStreams = 8;
        HoldingServer s(options);
        Http2Client client(s.server->port());
        QVERIFY(waitFor([&] { return client.streamLimit == 8; }));
    }

    void theProtocolIsFoundHoweverThePrefaceIsSplit() {
        HoldingServer s;
        s.onRequest = &answer;
        RawClient client(s.server->port());
        for (const char byte : preface + frame(4, 0, 0, "") + frame(1, 5, 1, getHeaders)) {
            client.say(QByteArray(1, byte));
            turnLoop(3);
        }
        QVERIFY(s.holds(1));
        // A request that merely begins alike is HTTP/1.1.
        RawClient other(s.server->port());
        other.say("P");
        turnLoop();
        other.say("R");
        turnLoop();
        other.say("OPFIND / HTTP/1.1\r\nhost: h\r\n\r\n");
        QVERIFY(s.holds(2));
        QCOMPARE(s.held[1]->request().method, "PROPFIND"s);
    }

    void withoutHttp2ThePrefaceIsABadRequest() {
        ServerOptions options;
        options.http2 = false;
        HoldingServer s(options);
        RawClient client(s.server->port());
        client.say(preface);
        QVERIFY(client.isClosed());
        QVERIFY(client.heard.startsWith("HTTP/1.1 505 "));
    }

    void aThousandStreamsShareAConnection() {
        ServerOptions options;
        options.maxConcurrentStreams = 1000;
        HoldingServer s(options);
        Http2Client client(s.server->port());
        QVERIFY(waitFor([&] { return client.streamLimit == 1000; }));
        for (int i = 0; i < 1000; ++i)
            client.request("/" + std::to_string(i));
        client.flush();
        QVERIFY(s.holds(1000));
        for (auto& exchange : s.held)
            exchange->head(200, {});
        for (int event = 0; event < 20; ++event) {
            for (auto& exchange : s.held)
                exchange->write(exchange->request().path);
            turnLoop(2);
        }
        for (auto& exchange : s.held)
            exchange->finish();
        QVERIFY(waitFor([&] {
            return std::all_of(client.streams.begin(), client.streams.end(), [](auto& s) { return s.second.closed; });
        }));
        for (int i = 0; i < 1000; ++i) {
            std::string expected;
            for (int event = 0; event < 20; ++event)
                expected += "/" + std::to_string(i);
            QCOMPARE(client.streams[2 * i + 1].body, expected);
            QVERIFY(client.streams[2 * i + 1].complete);
        }
        QCOMPARE(s.server->connectionsAccepted(), 1u);
        QCOMPARE(s.held[0]->connection().requestsReceived(), 1000u);
    }

    void aLargeBodyArrivesWholeInBothDirections() {
        HoldingServer s;
        s.onRequest = [](ServerExchange& exchange) {
            exchange.head(200, {});
            exchange.write(exchange.request().body);
            exchange.finish();
        };
        Http2Client client(s.server->port());
        std::string body;
        for (int i = 0; i < 1'000'000; ++i)
            body += std::to_string(i);
        const auto id = client.request("/", &body);
        client.flush();
        QVERIFY(waitFor([&] { return client.streams[id].closed; }, 20'000));
        QVERIFY(client.streams[id].body == body);
    }

    void flowControlHoldsAnAnswerBackAndItsBytesAreCounted() {
        HoldingServer s;
        Http2Client client(s.server->port(), false);
        const auto id = client.request("/");
        client.flush();
        QVERIFY(s.holds(1));
        s.held[0]->head(200, {});
        s.held[0]->write(std::string(100'000, 'x'));
        s.held[0]->finish();
        QVERIFY(waitFor([&] { return client.streams[id].body.size() == 65'535; }));
        QCOMPARE(s.held[0]->pendingBytes(), 100'000u - 65'535u);
        client.openWindow(id, 100'000);
        client.openWindow(0, 10'000);
        QVERIFY(waitFor([&] { return client.streams[id].body.size() == 75'535; }));
        client.openWindow(0, 100'000);
        QVERIFY(client.settled(id));
        QCOMPARE(client.streams[id].body, std::string(100'000, 'x'));
        QCOMPARE(s.held[0]->pendingBytes(), 0u);
    }

    void answersThatNobodyTakesAreBounded() {
        ServerOptions options;
        options.maxPendingBytes = 1u << 20;
        HoldingServer s(options);
        Http2Client client(s.server->port(), false);
        client.request("/a");
        client.request("/b");
        client.flush();
        QVERIFY(s.holds(2));
        for (auto& exchange : s.held)
            exchange->head(200, {});
        for (auto& exchange : s.held)
            exchange->write(std::string(500'000, 'x'));
        turnLoop();
        QCOMPARE(s.server->connectionsOpen(), 1);
        s.held[0]->write(std::string(250'000, 'x'));
        QTRY_COMPARE_WITH_TIMEOUT(s.gone.size(), 2u, 5'000);
        QCOMPARE(s.server->connectionsOpen(), 0);
    }

    void aBodyBeyondTheLimitGets413() {
        ServerOptions options;
        options.maxBodyBytes = 1000;
        HoldingServer s(options);
        s.onRequest = &answer;
        Http2Client client(s.server->port());
        const std::string tooMuch(100'000, 'x'), enough(1000, 'x');
        const auto id = client.request("/", &tooMuch);
        client.flush();
        QVERIFY(client.settled(id));
        QCOMPARE(client.streams[id].status, 413);
        QVERIFY(client.streams[id].complete);
        QVERIFY(s.held.empty());
        const auto next = client.request("/", &enough);
        client.flush();
        QVERIFY(client.settled(next));
        QCOMPARE(client.streams[next].status, 200);
    }

    void aHeadBeyondTheLimitResetsItsStreamOnly() {
        HoldingServer s;
        s.onRequest = &answer;
        Http2Client client(s.server->port());
        const auto large = client.request("/" + std::string(65'000, 'x'));
        const auto tooLarge = client.request("/" + std::string(65'000, 'x') + std::string(600, 'y'));
        const auto small = client.request("/");
        client.flush();
        QVERIFY(client.settled(large) && client.settled(tooLarge) && client.settled(small));
        QCOMPARE(client.streams[large].status, 200);
        QCOMPARE(client.streams[tooLarge].errorCode, 2u);
        QCOMPARE(client.streams[small].status, 200);
    }
};

QTEST_GUILESS_MAIN(tst_Http2Server)
#include "tst_http2_server.moc"
