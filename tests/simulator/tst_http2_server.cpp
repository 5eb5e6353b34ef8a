// HTTP/2 in the clear and its faults, before a client on libnghttp2 and before frames made by hand.

#include "engine/simulator/http/server.h"
#include "tests/simulator/http2_client.h"

using namespace penstock;
using namespace penstock::http;
using namespace std::string_literals;

namespace {

using GoAways = std::vector<std::pair<std::int32_t, std::uint32_t>>;

QByteArray frame(int type, int flags, quint32 stream, const QByteArray& payload) {
    QByteArray bytes;
    const auto length = payload.size();
    for (const int shift : {16, 8, 0})
        bytes.append(char(length >> shift));
    bytes.append(char(type)).append(char(flags));
    for (const int shift : {24, 16, 8, 0})
        bytes.append(char(stream >> shift));
    return bytes + payload;
}

const QByteArray preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const QByteArray getHeaders = "\x82\x84\x86\x41\x01h"; // GET, /, http, authority h: HPACK's static table

} // namespace

class tst_Http2Server : public QObject {
    Q_OBJECT

private:
    void start(ServerOptions options = {}) {
        auto made = listen(options);
        Q_ASSERT(made.ok());
        server_ = std::move(*made);
        server_->setHandler([this](std::shared_ptr<ServerExchange> exchange) {
            exchange->setOnGone([this, raw = exchange.get()] { gone_.push_back(raw); });
            held_.push_back(std::move(exchange));
            if (onRequest_) onRequest_(*held_.back());
        });
    }

    bool holds(std::size_t count) {
        return waitFor([&] { return held_.size() >= count; }) && held_.size() == count;
    }

    static void answer(ServerExchange& exchange) {
        exchange.head(200, {});
        exchange.write(exchange.request().path);
        exchange.finish();
    }

    std::unique_ptr<Server> server_;
    std::vector<std::shared_ptr<ServerExchange>> held_;
    std::vector<ServerExchange*> gone_;
    std::function<void(ServerExchange&)> onRequest_;

private Q_SLOTS:
    void cleanup() {
        server_.reset();
        held_.clear();
        gone_.clear();
        onRequest_ = nullptr;
    }

    void aRequestIsAnswered() {
        start();
        Http2Client client(server_->port());
        const auto body = "hello"s;
        const auto id = client.request("/v1/x?y=1", &body);
        client.flush();
        QVERIFY(holds(1));
        const auto& request = held_[0]->request();
        QCOMPARE(request.method, "POST"s);
        QCOMPARE(request.path, "/v1/x?y=1"s);
        QCOMPARE(request.httpVersion, "2"s);
        QCOMPARE(request.body, "hello"s);
        QVERIFY((request.headers == Headers{{"host", "h"}}));
        held_[0]->head(201,
                       {{"x-thing", "a"}, {"connection", "close"}, {"transfer-encoding", "chunked"}, {"bad\n", "b"}});
        held_[0]->write("wor");
        QVERIFY(waitFor([&] { return client.streams[id].body == "wor"; }));
        QVERIFY(!client.streams[id].complete);
        held_[0]->write("ld");
        held_[0]->finish();
        QVERIFY(client.settled(id));
        const auto& stream = client.streams[id];
        QCOMPARE(stream.status, 201);
        QVERIFY((stream.headers == std::map<std::string, std::string>{{"x-thing", "a"}}));
        QCOMPARE(stream.body, "world"s);
        QVERIFY(stream.complete);
        QCOMPARE(stream.errorCode, 0u);
        turnLoop();
        QVERIFY(gone_.empty());
        QCOMPARE(server_->connectionsOpen(), 1);
    }

    void theStreamLimitIsAdvertised() {
        ServerOptions options;
        options.maxConcurrentStreams = 8;
        start(options);
        Http2Client client(server_->port());
        QVERIFY(waitFor([&] { return client.streamLimit == 8; }));
    }

    void theProtocolIsFoundHoweverThePrefaceIsSplit() {
        start();
        onRequest_ = &answer;
        RawClient client(server_->port());
        for (const char byte : preface + frame(4, 0, 0, "") + frame(1, 5, 1, getHeaders)) {
            client.say(QByteArray(1, byte));
            turnLoop(3);
        }
        QVERIFY(holds(1));
        // A request that merely begins alike is HTTP/1.1.
        RawClient other(server_->port());
        other.say("P");
        turnLoop();
        other.say("R");
        turnLoop();
        other.say("OPFIND / HTTP/1.1\r\nhost: h\r\n\r\n");
        QVERIFY(holds(2));
        QCOMPARE(held_[1]->request().method, "PROPFIND"s);
    }

    void withoutHttp2ThePrefaceIsABadRequest() {
        ServerOptions options;
        options.http2 = false;
        start(options);
        RawClient client(server_->port());
        client.say(preface);
        QVERIFY(client.isClosed());
        QVERIFY(client.heard.startsWith("HTTP/1.1 505 "));
    }

    void aThousandStreamsShareAConnection() {
        ServerOptions options;
        options.maxConcurrentStreams = 1000;
        start(options);
        Http2Client client(server_->port());
        QVERIFY(waitFor([&] { return client.streamLimit == 1000; }));
        for (int i = 0; i < 1000; ++i)
            client.request("/" + std::to_string(i));
        client.flush();
        QVERIFY(holds(1000));
        for (auto& exchange : held_)
            exchange->head(200, {});
        for (int event = 0; event < 20; ++event) {
            for (auto& exchange : held_)
                exchange->write(exchange->request().path);
            turnLoop(2);
        }
        for (auto& exchange : held_)
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
        QCOMPARE(server_->connectionsAccepted(), 1u);
        QCOMPARE(held_[0]->connection().requestsReceived(), 1000u);
    }

    void aLargeBodyArrivesWholeInBothDirections() {
        start();
        onRequest_ = [](ServerExchange& exchange) {
            exchange.head(200, {});
            exchange.write(exchange.request().body);
            exchange.finish();
        };
        Http2Client client(server_->port());
        std::string body;
        for (int i = 0; i < 1'000'000; ++i)
            body += std::to_string(i);
        const auto id = client.request("/", &body);
        client.flush();
        QVERIFY(waitFor([&] { return client.streams[id].closed; }, 20'000));
        QVERIFY(client.streams[id].body == body);
    }

    void flowControlHoldsAnAnswerBackAndItsBytesAreCounted() {
        start();
        Http2Client client(server_->port(), false);
        const auto id = client.request("/");
        client.flush();
        QVERIFY(holds(1));
        held_[0]->head(200, {});
        held_[0]->write(std::string(100'000, 'x'));
        held_[0]->finish();
        QVERIFY(waitFor([&] { return client.streams[id].body.size() == 65'535; }));
        QCOMPARE(held_[0]->pendingBytes(), 100'000u - 65'535u);
        client.openWindow(id, 100'000);
        client.openWindow(0, 10'000);
        QVERIFY(waitFor([&] { return client.streams[id].body.size() == 75'535; }));
        client.openWindow(0, 100'000);
        QVERIFY(client.settled(id));
        QCOMPARE(client.streams[id].body, std::string(100'000, 'x'));
        QCOMPARE(held_[0]->pendingBytes(), 0u);
    }

    void answersThatNobodyTakesAreBounded() {
        ServerOptions options;
        options.maxPendingBytes = 1u << 20;
        start(options);
        Http2Client client(server_->port(), false);
        client.request("/a");
        client.request("/b");
        client.flush();
        QVERIFY(holds(2));
        for (auto& exchange : held_)
            exchange->head(200, {});
        for (auto& exchange : held_)
            exchange->write(std::string(500'000, 'x'));
        turnLoop();
        QCOMPARE(server_->connectionsOpen(), 1);
        held_[0]->write(std::string(250'000, 'x'));
        QTRY_COMPARE_WITH_TIMEOUT(gone_.size(), 2u, 5'000);
        QCOMPARE(server_->connectionsOpen(), 0);
    }

    void aBodyBeyondTheLimitGets413() {
        ServerOptions options;
        options.maxBodyBytes = 1000;
        start(options);
        onRequest_ = &answer;
        Http2Client client(server_->port());
        const std::string tooMuch(100'000, 'x'), enough(1000, 'x');
        const auto id = client.request("/", &tooMuch);
        client.flush();
        QVERIFY(client.settled(id));
        QCOMPARE(client.streams[id].status, 413);
        QVERIFY(client.streams[id].complete);
        QVERIFY(held_.empty());
        const auto next = client.request("/", &enough);
        client.flush();
        QVERIFY(client.settled(next));
        QCOMPARE(client.streams[next].status, 200);
    }

    // Faults, by name

    void faultRefusedStreamsBeyondTheLimit() {
        ServerOptions options;
        options.maxConcurrentStreams = 8;
        start(options);
        Http2Client client(server_->port());
        // One flight, before SETTINGS tells of the limit.
        for (int i = 0; i < 14; ++i)
            client.request("/" + std::to_string(i));
        client.flush();
        QVERIFY(holds(8));
        int refused = 0;
        QVERIFY(waitFor([&] {
            refused = 0;
            for (auto& [id, stream] : client.streams)
                refused += stream.closed && stream.errorCode == NGHTTP2_REFUSED_STREAM;
            return refused == 6;
        }));
        turnLoop();
        QCOMPARE(held_.size(), 8u);
        for (auto& exchange : held_)
            answer(*exchange);
        for (int i = 0; i < 8; ++i)
            QVERIFY(client.settled(2 * i + 1));
        QCOMPARE(client.streams[15].body, "/7"s);
        QCOMPARE(held_[0]->connection().requestsReceived(), 8u);
    }

    void aClientThatBreaksTheLimitItAcknowledgedIsSentAway() {
        ServerOptions options;
        options.maxConcurrentStreams = 1;
        start(options);
        RawClient client(server_->port());
        client.say(preface + frame(4, 0, 0, "") + frame(4, 1, 0, "") + frame(1, 5, 1, getHeaders));
        QVERIFY(holds(1));
        client.say(frame(1, 5, 3, getHeaders));
        QVERIFY(client.isClosed());
        QCOMPARE(held_.size(), 1u);
        QTRY_COMPARE_WITH_TIMEOUT(gone_.size(), 1u, 5'000);
    }

    void faultRefuseAStream() {
        start();
        onRequest_ = [](ServerExchange& exchange) { exchange.reset(7); };
        Http2Client client(server_->port());
        const auto id = client.request("/");
        client.flush();
        QVERIFY(client.settled(id));
        QCOMPARE(client.streams[id].errorCode, 7u);
        QCOMPARE(client.streams[id].status, 0);
        turnLoop();
        QVERIFY(gone_.empty());
        QCOMPARE(server_->connectionsOpen(), 1);
    }

    void faultResetInMidBodyComesBehindWhatWasWritten() {
        start();
        onRequest_ = [](ServerExchange& exchange) {
            exchange.head(200, {});
            exchange.write("part");
            exchange.reset(2);
            exchange.write("more");
            exchange.finish();
        };
        Http2Client client(server_->port());
        const auto id = client.request("/");
        client.flush();
        QVERIFY(client.settled(id));
        QCOMPARE(client.streams[id].status, 200);
        QCOMPARE(client.streams[id].body, "part"s);
        QCOMPARE(client.streams[id].errorCode, 2u);
        QVERIFY(!client.streams[id].complete);
    }

    void finishWithoutAHeadIsAnInternalError() {
        start();
        onRequest_ = [](ServerExchange& exchange) { exchange.finish(); };
        Http2Client client(server_->port());
        const auto id = client.request("/");
        client.flush();
        QVERIFY(client.settled(id));
        QCOMPARE(client.streams[id].errorCode, 2u);
    }

    void faultGoAwayFinishesWhatHandlersHaveSeen() {
        start();
        onRequest_ = [](ServerExchange& exchange) {
            if (exchange.request().path == "/1") exchange.connection().goAway();
        };
        Http2Client client(server_->port());
        // One flight: the third is read together with the second, and still not processed.
        for (int i = 0; i < 3; ++i)
            client.request("/" + std::to_string(i));
        client.flush();
        QVERIFY(waitFor([&] { return client.goAways == GoAways{{3, 0}}; }));
        QVERIFY(client.settled(5));
        QCOMPARE(client.streams[5].errorCode, std::uint32_t(NGHTTP2_REFUSED_STREAM));
        QCOMPARE(held_.size(), 2u);
        QCOMPARE(client.socket().state(), QAbstractSocket::ConnectedState);
        for (auto& exchange : held_)
            answer(*exchange);
        QVERIFY(client.settled(1) && client.settled(3));
        QCOMPARE(client.streams[1].body, "/0"s);
        QCOMPARE(client.streams[3].body, "/1"s);
        QVERIFY(client.isClosed());
        QVERIFY(gone_.empty());
        QCOMPARE(server_->connectionsOpen(), 0);
    }

    void faultGoAwayWithNothingUnderWayClosesTheConnection() {
        start();
        Http2Client client(server_->port());
        client.request("/");
        client.flush();
        QVERIFY(holds(1));
        answer(*held_[0]);
        QVERIFY(client.settled(1));
        held_[0]->connection().goAway();
        QVERIFY(client.isClosed());
        QVERIFY((client.goAways == GoAways{{1, 0}}));
    }

    void faultGoAwayUnprocessed() {
        start();
        onRequest_ = [](ServerExchange& exchange) {
            if (exchange.request().path == "/2") exchange.goAwayUnprocessed();
        };
        Http2Client client(server_->port());
        for (int i = 0; i < 4; ++i)
            client.request("/" + std::to_string(i));
        client.flush();
        QVERIFY(waitFor([&] { return client.goAways == GoAways{{3, 0}}; }));
        QVERIFY(client.settled(5) && client.settled(7));
        QCOMPARE(client.streams[5].errorCode, std::uint32_t(NGHTTP2_REFUSED_STREAM));
        QCOMPARE(held_.size(), 3u);
        answer(*held_[0]);
        answer(*held_[1]);
        QVERIFY(client.settled(3));
        QCOMPARE(client.streams[3].body, "/1"s);
        QVERIFY(client.isClosed());
        QVERIFY(gone_.empty());
    }

    void faultGoAwayUnprocessedOfTheFirstTellsLaterOnesThatTheyAreGone() {
        start();
        Http2Client client(server_->port());
        client.request("/0");
        client.request("/1");
        client.flush();
        QVERIFY(holds(2));
        held_[0]->goAwayUnprocessed();
        QVERIFY(gone_.empty());
        QVERIFY(client.isClosed());
        QVERIFY((client.goAways == GoAways{{0, 0}}));
        QCOMPARE(gone_.size(), 1u);
        QCOMPARE(gone_[0], held_[1].get());
    }

    void faultDropOfTheConnection_data() {
        QTest::addColumn<bool>("hard");
        QTest::newRow("FIN") << false;
        QTest::newRow("RST") << true;
    }

    void faultDropOfTheConnection() {
        QFETCH(bool, hard);
        start();
        onRequest_ = [hard](ServerExchange& exchange) {
            if (exchange.request().path == "/0") {
                exchange.head(200, {});
                exchange.write("part");
            } else {
                hard ? exchange.connection().reset() : exchange.connection().close();
            }
        };
        Http2Client client(server_->port());
        for (int i = 0; i < 3; ++i)
            client.request("/" + std::to_string(i));
        client.flush();
        QVERIFY(client.isClosed());
        QCOMPARE(held_.size(), 2u);
        QCOMPARE(client.streams[1].body, "part"s);
        QVERIFY(!client.streams[1].complete);
        QVERIFY(client.goAways.empty());
        QTRY_COMPARE_WITH_TIMEOUT(gone_.size(), 2u, 5'000);
        QCOMPARE(server_->connectionsOpen(), 0);
    }

    void faultStopReading() {
        start();
        Http2Client client(server_->port());
        client.request("/0");
        client.flush();
        QVERIFY(holds(1));
        held_[0]->connection().stopReading();
        client.request("/1");
        client.flush();
        answer(*held_[0]);
        QVERIFY(client.settled(1));
        turnLoop(50);
        QCOMPARE(held_.size(), 1u);
        held_[0]->connection().resumeReading();
        QVERIFY(holds(2));
    }

    void faultIgnoredStreamsAreReceivedAndNeverAnswered() {
        start();
        onRequest_ = [this](ServerExchange&) { held_.clear(); };
        Http2Client client(server_->port());
        client.request("/0");
        client.flush();
        turnLoop(50);
        QVERIFY(!client.streams[1].closed);
        client.reset(1);
        QTRY_COMPARE_WITH_TIMEOUT(gone_.size(), 1u, 5'000);
    }

    // The client's going

    void aStreamThatIsResetIsGoneOnceAndWritesAreIgnored() {
        start();
        Http2Client client(server_->port());
        client.request("/0");
        client.request("/1");
        client.flush();
        QVERIFY(holds(2));
        held_[0]->head(200, {});
        held_[0]->write("x");
        client.reset(1);
        QTRY_COMPARE_WITH_TIMEOUT(gone_.size(), 1u, 5'000);
        QCOMPARE(gone_[0], held_[0].get());
        held_[0]->write("more");
        held_[0]->finish();
        held_[0]->reset(2);
        held_[0]->goAwayUnprocessed();
        QCOMPARE(held_[0]->pendingBytes(), 0u);
        answer(*held_[1]);
        QVERIFY(client.settled(3));
        QCOMPARE(client.streams[3].body, "/1"s);
        QVERIFY(client.goAways.empty());
        QCOMPARE(gone_.size(), 1u);
    }

    void aStreamThatIsResetInTheSameFlightIsSeenAndGone() {
        start();
        onRequest_ = &answer;
        RawClient client(server_->port());
        client.say(preface + frame(4, 0, 0, "") + frame(1, 5, 1, getHeaders) +
                   frame(3, 0, 1, QByteArray("\0\0\0\x08", 4)) + frame(1, 5, 3, getHeaders));
        QVERIFY(holds(2));
        turnLoop();
        QCOMPARE(held_[0]->connection().requestsReceived(), 2u);
        QCOMPARE(server_->connectionsOpen(), 1);
    }

    void whenTheClientGoesAllItsStreamsAreGone() {
        start();
        auto client = std::make_unique<Http2Client>(server_->port());
        for (int i = 0; i < 50; ++i)
            client->request("/");
        client->flush();
        QVERIFY(holds(50));
        answer(*held_[7]);
        client->socket().abort();
        QTRY_COMPARE_WITH_TIMEOUT(gone_.size(), 49u, 5'000);
        QCOMPARE(server_->connectionsOpen(), 0);
        held_[0]->write("x");
        held_[0]->finish();
    }

    void aStreamMayEndAnotherWhileItIsToldOfItsOwnEnd() {
        start();
        server_->setHandler([this](std::shared_ptr<ServerExchange> exchange) {
            exchange->setOnGone([this] {
                for (auto& other : std::exchange(held_, {}))
                    other->reset(2);
            });
            held_.push_back(std::move(exchange));
        });
        Http2Client client(server_->port());
        for (int i = 0; i < 3; ++i)
            client.request("/");
        client.flush();
        QVERIFY(holds(3));
        client.reset(3);
        QVERIFY(client.settled(1) && client.settled(5));
        QCOMPARE(client.streams[5].errorCode, 2u);
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
        start();
        RawClient client(server_->port());
        client.say(bytes);
        QVERIFY(client.isClosed());
        QVERIFY(held_.empty());
        QCOMPARE(server_->connectionsOpen(), 0);
    }

    void aHeadBeyondTheLimitResetsItsStreamOnly() {
        start();
        onRequest_ = &answer;
        Http2Client client(server_->port());
        const auto large = client.request("/" + std::string(65'000, 'x'));
        const auto tooLarge = client.request("/" + std::string(65'000, 'x') + std::string(600, 'y'));
        const auto small = client.request("/");
        client.flush();
        QVERIFY(client.settled(large) && client.settled(tooLarge) && client.settled(small));
        QCOMPARE(client.streams[large].status, 200);
        QCOMPARE(client.streams[tooLarge].errorCode, 2u);
        QCOMPARE(client.streams[small].status, 200);
    }

    void exchangesOutliveTheServer() {
        start();
        Http2Client client(server_->port());
        client.request("/0");
        client.request("/1");
        client.flush();
        QVERIFY(holds(2));
        held_[0]->head(200, {});
        server_.reset();
        held_[0]->write("x");
        held_[0]->finish();
        held_[1]->reset(2);
        held_[1]->goAwayUnprocessed();
        QVERIFY(client.isClosed());
        QVERIFY(gone_.empty());
    }
};

QTEST_GUILESS_MAIN(tst_Http2Server)
#include "tst_http2_server.moc"
