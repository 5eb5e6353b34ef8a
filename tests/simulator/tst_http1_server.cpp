// HTTP/1.1 and the faults, before a client that sends bytes as it is told.

#include "engine/simulator/http/server.h"
#include "tests/simulator/raw_client.h"

using namespace penstock;
using namespace penstock::http;
using namespace std::string_literals;

namespace {

const QByteArray get = "GET / HTTP/1.1\r\nhost: h\r\n\r\n";

QByteArray getPath(const QByteArray& path) {
    return "GET " + path + " HTTP/1.1\r\nhost: h\r\n\r\n";
}

} // namespace

class tst_Http1Server : public QObject {
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

    void anAnswerWithoutALengthIsChunked() {
        start();
        RawClient client(server_->port());
        client.say(get);
        QVERIFY(holds(1));
        auto& exchange = *held_[0];
        exchange.head(200, {{"content-type", "text/event-stream"}});
        exchange.write("data: 1\n\n");
        QByteArray expected = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
                              "9\r\ndata: 1\n\n\r\n";
        QVERIFY(client.hears(expected));
        exchange.write("");
        exchange.write(std::string(26, 'x'));
        exchange.finish();
        expected += "1a\r\n" + QByteArray(26, 'x') + "\r\n0\r\n\r\n";
        QVERIFY(client.hears(expected));
        QCOMPARE(server_->connectionsOpen(), 1);
        QVERIFY(gone_.empty());
    }

    void whatOneTurnWritesLeavesInOnePiece() {
        start();
        RawClient client(server_->port());
        onRequest_ = [](ServerExchange& exchange) {
            exchange.head(200, {});
            for (int i = 0; i < 100; ++i)
                exchange.write("data\n");
            exchange.finish();
        };
        client.say(get);
        QVERIFY(client.hearsEnd("0\r\n\r\n"));
        QCOMPARE(client.reads, 1);
    }

    void anAnswerWithALengthIsSentAsItIs() {
        start();
        RawClient client(server_->port());
        client.say(get + get);
        QVERIFY(holds(1));
        held_[0]->head(404, {{"content-length", "5"}, {"transfer-encoding", "chunked"}});
        held_[0]->write("helloXXX");
        held_[0]->finish();
        QVERIFY(holds(2));
        QVERIFY(client.hears("HTTP/1.1 404 Not Found\r\ncontent-length: 5\r\n\r\nhello"));
        QCOMPARE(server_->connectionsOpen(), 1);
    }

    void aRedirectIsAPlainHead() {
        start();
        RawClient client(server_->port());
        client.say(get);
        QVERIFY(holds(1));
        held_[0]->head(307, {{"location", "http://elsewhere/"}, {"content-length", "0"}});
        held_[0]->finish();
        QVERIFY(client.hears(
            "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://elsewhere/\r\ncontent-length: 0\r\n\r\n"));
    }

    void headAnd204HaveNoBody() {
        start();
        RawClient client(server_->port());
        client.say("HEAD / HTTP/1.1\r\nhost: h\r\n\r\n" + get);
        QVERIFY(holds(1));
        held_[0]->head(200, {{"content-length", "5"}});
        held_[0]->write("hello");
        held_[0]->finish();
        QVERIFY(holds(2));
        held_[1]->head(204, {});
        held_[1]->write("hello");
        held_[1]->finish();
        QVERIFY(client.hears("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"));
    }

    void aFieldThatWouldSplitTheAnswerIsLeftOut() {
        start();
        RawClient client(server_->port());
        client.say(get);
        QVERIFY(holds(1));
        held_[0]->head(302, {{"location", "/a\r\nset-cookie: b"}, {"content-length", "0"}});
        held_[0]->finish();
        QVERIFY(client.hears("HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n"));
    }

    void requestsComeWholeHoweverTheyAreSplit() {
        start();
        RawClient client(server_->port());
        const QByteArray request =
            "POST /p HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n4\r\nwhol\r\n1\r\ne\r\n0\r\n\r\n";
        for (const char byte : request) {
            QVERIFY(held_.empty());
            client.say(QByteArray(1, byte));
            turnLoop(3);
        }
        QVERIFY(holds(1));
        QCOMPARE(held_[0]->request().body, "whole"s);
        QCOMPARE(held_[0]->request().path, "/p"s);
        QCOMPARE(held_[0]->connection().requestsReceived(), 1u);
    }

    void pipelinedRequestsAreAnsweredInOrder() {
        start();
        RawClient client(server_->port());
        QByteArray all, expected;
        for (int i = 0; i < 5000; ++i)
            all += getPath("/" + QByteArray::number(i));
        client.say(all);
        for (std::size_t i = 0; i < 5000; ++i) {
            QVERIFY(holds(i + 1));
            const auto path = held_[i]->request().path;
            QCOMPARE(path, "/" + std::to_string(i));
            held_[i]->head(200, {{"content-length", std::to_string(path.size())}});
            held_[i]->write(path);
            held_[i]->finish();
            expected += QByteArray::fromStdString("HTTP/1.1 200 OK\r\ncontent-length: " + std::to_string(path.size()) +
                                                  "\r\n\r\n" + path);
        }
        QVERIFY(client.hears(expected));
        QCOMPARE(held_.back()->connection().requestsReceived(), 5000u);
    }

    void pipelinedRequestsAnsweredAtOnceAllCome() {
        start();
        onRequest_ = [](ServerExchange& exchange) {
            exchange.head(200, {{"content-length", "20000"}});
            exchange.write(std::string(20'000, 'z'));
            exchange.finish();
        };
        RawClient client(server_->port());
        client.say(get.repeated(4000));
        const qsizetype one = 20'000 + qsizetype(strlen("HTTP/1.1 200 OK\r\ncontent-length: 20000\r\n\r\n"));
        QVERIFY(waitFor([&] { return client.heard.size() == 4000 * one; }, 20'000));
        QCOMPARE(held_.size(), 4000u);
    }

    void continueIsSentBeforeTheBody() {
        start();
        RawClient client(server_->port());
        client.say("POST / HTTP/1.1\r\nhost: h\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n");
        QVERIFY(client.hears("HTTP/1.1 100 Continue\r\n\r\n"));
        client.say("ab");
        QVERIFY(holds(1));
        QCOMPARE(held_[0]->request().body, "ab"s);
    }

    void aMalformedRequestGets400AndTheConnectionEnds() {
        start();
        RawClient client(server_->port());
        client.say("NONSENSE\r\n\r\n" + get);
        QVERIFY(client.isClosed());
        QCOMPARE(client.heard,
                 QByteArray("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"));
        QVERIFY(held_.empty());
        QCOMPARE(server_->connectionsOpen(), 0);
    }

    void aBodyBeyondTheLimitGets413EvenWhileItIsStillSent() {
        ServerOptions options;
        options.maxBodyBytes = 1000;
        start(options);
        RawClient client(server_->port());
        client.say("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 3000000\r\n\r\n" + QByteArray(3'000'000, 'x'));
        QVERIFY(client.isClosed());
        QCOMPARE(client.heard,
                 QByteArray("HTTP/1.1 413 Content Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"));
        QCOMPARE(client.lastError, QAbstractSocket::RemoteHostClosedError);
    }

    void withoutAHandlerThereIs503() {
        start();
        server_->setHandler(nullptr);
        RawClient client(server_->port());
        client.say(get);
        QVERIFY(client.hears("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"));
    }

    void theConnectionClosesWhenTheClientAsksForIt() {
        start();
        RawClient client(server_->port());
        client.say("GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n");
        QVERIFY(holds(1));
        held_[0]->head(200, {{"content-length", "0"}});
        held_[0]->finish();
        QVERIFY(client.isClosed());
        QCOMPARE(client.heard, QByteArray("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"));
        QVERIFY(gone_.empty());
    }

    void anAnswerMayCloseTheConnection() {
        start();
        RawClient client(server_->port());
        client.say(get + get);
        QVERIFY(holds(1));
        held_[0]->head(200, {{"connection", "close"}, {"content-length", "0"}});
        held_[0]->finish();
        QVERIFY(client.isClosed());
        QCOMPARE(client.heard, QByteArray("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"));
        QCOMPARE(held_.size(), 1u);
    }

    void keepAliveEndsWithTheAnswerThatIsTheLast() {
        ServerOptions options;
        options.keepAliveRequests = 2;
        start(options);
        onRequest_ = [](ServerExchange& exchange) {
            exchange.head(200, {{"content-length", "0"}});
            exchange.finish();
        };
        RawClient client(server_->port());
        client.say(get + get + get);
        QVERIFY(client.isClosed());
        QCOMPARE(client.heard, QByteArray("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
                                          "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"));
        QCOMPARE(held_.size(), 2u);
        QCOMPARE(client.lastError, QAbstractSocket::RemoteHostClosedError);
    }

    void anOldClientReadsUntilTheEnd() {
        start();
        RawClient client(server_->port());
        client.say("GET / HTTP/1.0\r\n\r\n");
        QVERIFY(holds(1));
        held_[0]->head(200, {});
        held_[0]->write("text");
        held_[0]->finish();
        QVERIFY(client.isClosed());
        QCOMPARE(client.heard, QByteArray("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\ntext"));
    }

    void tooFewBytesOfAPromisedLengthCloseTheConnection() {
        start();
        RawClient client(server_->port());
        client.say(get);
        QVERIFY(holds(1));
        held_[0]->head(200, {{"content-length", "10"}});
        held_[0]->write("four");
        held_[0]->finish();
        QVERIFY(client.isClosed());
        QVERIFY(client.heard.endsWith("\r\n\r\nfour"));
    }

    // Faults, by name

    void faultDropBeforeTheHead_data() {
        QTest::addColumn<bool>("hard");
        QTest::newRow("FIN") << false;
        QTest::newRow("RST") << true;
    }

    void faultDropBeforeTheHead() {
        QFETCH(bool, hard);
        start();
        onRequest_ = [hard](ServerExchange& exchange) {
            hard ? exchange.connection().reset() : exchange.connection().close();
            exchange.head(200, {});
            exchange.write("ignored");
            exchange.finish();
        };
        KernelClient client(server_->port());
        QVERIFY(client.say(get));
        QCOMPARE(client.end(), hard ? ECONNRESET : 0);
        QTRY_COMPARE_WITH_TIMEOUT(gone_.size(), 1u, 5'000);
        QCOMPARE(server_->connectionsOpen(), 0);
        QCOMPARE(server_->connectionsAccepted(), 1u);
    }

    void faultResetOfAnExchange() {
        start();
        RawClient client(server_->port());
        client.say(get);
        QVERIFY(holds(1));
        held_[0]->head(200, {});
        held_[0]->write("part");
        held_[0]->reset(7);
        QVERIFY(client.isClosed());
        QVERIFY(client.heard.endsWith("4\r\npart\r\n"));
        turnLoop();
        QVERIFY(gone_.empty());
        QCOMPARE(server_->connectionsOpen(), 0);
    }

    void faultResetInMidBodyIsARealOne() {
        start();
        KernelClient client(server_->port());
        QVERIFY(client.say(get));
        QVERIFY(holds(1));
        held_[0]->head(200, {});
        held_[0]->write("part");
        held_[0]->connection().reset();
        QCOMPARE(client.end(), ECONNRESET);
        QTRY_COMPARE_WITH_TIMEOUT(gone_.size(), 1u, 5'000);
    }

    void aCloseIsAFinEvenWhenTheClientSaidMoreThanWasRead() {
        start();
        KernelClient client(server_->port());
        QVERIFY(client.say(get + get.repeated(2000)));
        QVERIFY(holds(1));
        held_[0]->connection().close();
        QCOMPARE(client.end(), 0);
    }

    void faultCutInMidBody() {
        start();
        RawClient client(server_->port());
        client.say(get);
        QVERIFY(holds(1));
        held_[0]->head(200, {});
        held_[0]->write("part");
        held_[0]->connection().close();
        held_[0]->write("more");
        QVERIFY(client.isClosed());
        QCOMPARE(client.heard, QByteArray("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\npart\r\n"));
        QTRY_COMPARE_WITH_TIMEOUT(gone_.size(), 1u, 5'000);
    }

    void faultHeadThenSilence() {
        start();
        RawClient client(server_->port());
        client.say(get);
        QVERIFY(holds(1));
        held_[0]->head(200, {});
        held_.clear(); // the handler lets go of it
        QVERIFY(client.hears("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"));
        turnLoop();
        QCOMPARE(client.socket.state(), QAbstractSocket::ConnectedState);
        client.socket.abort();
        QTRY_COMPARE_WITH_TIMEOUT(gone_.size(), 1u, 5'000);
    }

    void faultCloseWithoutAnnouncementAfterACompleteAnswer() {
        start();
        onRequest_ = [](ServerExchange& exchange) {
            exchange.head(200, {{"connection", "keep-alive"}, {"content-length", "2"}});
            exchange.write("ok");
            exchange.finish();
            exchange.connection().close();
        };
        RawClient client(server_->port());
        client.say(get);
        QVERIFY(client.isClosed());
        QCOMPARE(client.heard, QByteArray("HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok"));
        QVERIFY(gone_.empty());
    }

    void faultStopReading() {
        start();
        RawClient client(server_->port());
        client.say(get);
        QVERIFY(holds(1));
        held_[0]->connection().stopReading();
        held_[0]->head(200, {{"content-length", "0"}});
        held_[0]->finish();
        QVERIFY(client.hears("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
        client.say(get);
        turnLoop(50);
        QCOMPARE(held_.size(), 1u);
        QCOMPARE(client.socket.state(), QAbstractSocket::ConnectedState);
        held_[0]->connection().resumeReading();
        QVERIFY(holds(2));
    }

    void faultAcceptAndNeverRead() {
        start();
        server_->setOnConnection([](ServerConnection& connection) { connection.stopReading(); });
        RawClient client(server_->port());
        client.say(get);
        turnLoop(50);
        QVERIFY(held_.empty());
        QCOMPARE(server_->connectionsOpen(), 1);
        // Not even the client's going is noticed.
        client.socket.abort();
        turnLoop(50);
        QCOMPARE(server_->connectionsOpen(), 1);
    }

    void faultDropAtOnce_data() { faultDropBeforeTheHead_data(); }

    void faultDropAtOnce() {
        QFETCH(bool, hard);
        start();
        server_->setOnConnection(
            [hard](ServerConnection& connection) { hard ? connection.reset() : connection.close(); });
        KernelClient client(server_->port());
        QCOMPARE(client.end(), hard ? ECONNRESET : 0);
        QCOMPARE(server_->connectionsAccepted(), 1u);
        QTRY_COMPARE_WITH_TIMEOUT(server_->connectionsOpen(), 0, 5'000);
    }

    void faultGoAwayMeansNothingInHttp1() {
        start();
        RawClient client(server_->port());
        client.say(get);
        QVERIFY(holds(1));
        held_[0]->connection().goAway();
        held_[0]->head(200, {{"content-length", "0"}});
        held_[0]->finish();
        client.say(get);
        QVERIFY(holds(2));
    }

    void faultUnprocessedClosesTheConnection() {
        start();
        RawClient client(server_->port());
        client.say(get);
        QVERIFY(holds(1));
        held_[0]->goAwayUnprocessed();
        QVERIFY(client.isClosed());
        QVERIFY(client.heard.isEmpty());
        QVERIFY(gone_.empty());
    }

    // The client's going, and bounds

    void aClientThatGoesIsNoticedOnceAndWritesAreIgnored() {
        start();
        RawClient client(server_->port());
        client.say(get);
        QVERIFY(holds(1));
        held_[0]->head(200, {});
        client.socket.abort();
        QTRY_COMPARE_WITH_TIMEOUT(gone_.size(), 1u, 5'000);
        held_[0]->write("x");
        held_[0]->finish();
        held_[0]->reset(1);
        held_[0]->connection().reset();
        held_[0]->connection().close();
        held_[0]->connection().goAway();
        held_[0]->connection().stopReading();
        held_[0]->connection().resumeReading();
        QCOMPARE(held_[0]->pendingBytes(), 0u);
        turnLoop();
        QCOMPARE(gone_.size(), 1u);
        QCOMPARE(server_->connectionsOpen(), 0);
    }

    void whoAsksAfterTheClientHasGoneIsToldToo() {
        start();
        RawClient client(server_->port());
        client.say(get);
        QVERIFY(holds(1));
        held_[0]->setOnGone(nullptr);
        client.socket.abort();
        QTRY_COMPARE_WITH_TIMEOUT(server_->connectionsOpen(), 0, 5'000);
        turnLoop();
        int told = 0;
        held_[0]->setOnGone([&] { ++told; });
        QCOMPARE(told, 0);
        QTRY_COMPARE_WITH_TIMEOUT(told, 1, 5'000);
    }

    void aHandlerMayEndItsExchangeWhenToldOfTheGoing() {
        start();
        server_->setHandler([this](std::shared_ptr<ServerExchange> exchange) {
            auto* raw = exchange.get();
            raw->setOnGone([this, exchange] {
                exchange->finish();
                exchange->connection().reset();
                gone_.push_back(exchange.get());
            });
        });
        RawClient client(server_->port());
        client.say(get);
        turnLoop(50);
        client.socket.abort();
        QTRY_COMPARE_WITH_TIMEOUT(gone_.size(), 1u, 5'000);
    }

    void aSlowReaderIsBoundedAndItsBacklogIsTold() {
        ServerOptions options;
        options.maxPendingBytes = 8u << 20;
        start(options);
        RawClient client(server_->port());
        client.socket.setReadBufferSize(1000);
        QObject::disconnect(&client.socket, &QTcpSocket::readyRead, nullptr, nullptr);
        client.say(get);
        QVERIFY(holds(1));
        held_[0]->head(200, {});
        const std::string piece(1u << 20, 'x');
        int pieces = 0;
        std::size_t most = 0;
        while (gone_.empty() && pieces < 200) {
            held_[0]->write(piece);
            turnLoop(5);
            most = std::max(most, held_[0]->pendingBytes());
            ++pieces;
        }
        QCOMPARE(gone_.size(), 1u);
        QVERIFY(most > (4u << 20));
        QVERIFY(most <= (8u << 20));
        QCOMPARE(held_[0]->pendingBytes(), 0u);
        QCOMPARE(server_->connectionsOpen(), 0);
    }

    void aLargeAnswerArrivesWhole() {
        start();
        RawClient client(server_->port());
        client.say(get);
        QVERIFY(holds(1));
        held_[0]->head(200, {{"content-length", "20000000"}});
        held_[0]->write(std::string(20'000'000, 'y'));
        held_[0]->finish();
        held_[0]->connection().close();
        QVERIFY(client.isClosed());
        QVERIFY(client.heard.endsWith("\r\n\r\n" + QByteArray(20'000'000, 'y')));
    }

    // The server's own life

    void threeHundredConnectionsStreamAtOnce() {
        start();
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 300; ++i)
            clients.push_back(std::make_unique<RawClient>(server_->port()));
        for (auto& client : clients)
            client->say(get);
        QVERIFY(holds(300));
        QCOMPARE(server_->connectionsOpen(), 300);
        for (auto& exchange : held_)
            exchange->head(200, {});
        for (int event = 0; event < 60; ++event) {
            for (auto& exchange : held_)
                exchange->write("data: {}\n\n");
            turnLoop(2);
        }
        for (auto& exchange : held_)
            exchange->finish();
        const QByteArray expected = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" +
                                    QByteArray("a\r\ndata: {}\n\n\r\n").repeated(60) + "0\r\n\r\n";
        for (auto& client : clients)
            QVERIFY(client->hears(expected));
        QCOMPARE(server_->connectionsAccepted(), 300u);
        for (std::size_t i = 0; i < 100; ++i)
            clients[i]->socket.disconnectFromHost();
        QTRY_COMPARE_WITH_TIMEOUT(server_->connectionsOpen(), 200, 5'000);
        server_->closeAll();
        for (auto& client : clients)
            QVERIFY(client->isClosed());
        QCOMPARE(server_->connectionsOpen(), 0);
        QVERIFY(gone_.empty());
    }

    void noMoreConnectionsAreTakenButOpenOnesGoOn() {
        start();
        RawClient client(server_->port());
        server_->stopListening();
        RawClient late(server_->port());
        QVERIFY(!late.connected);
        QCOMPARE(late.lastError, QAbstractSocket::ConnectionRefusedError);
        client.say(get);
        QVERIFY(holds(1));
    }

    void exchangesOutliveTheServer() {
        start();
        RawClient client(server_->port());
        client.say(get);
        QVERIFY(holds(1));
        held_[0]->head(200, {});
        server_.reset();
        held_[0]->write("x");
        held_[0]->finish();
        held_[0]->connection().close();
        QCOMPARE(held_[0]->request().method, "GET"s);
        QVERIFY(client.isClosed());
        QVERIFY(gone_.empty());
    }

    void theHookSeesConnectionsInOrder() {
        start();
        std::vector<std::uint64_t> ids;
        server_->setOnConnection([&](ServerConnection& connection) { ids.push_back(connection.id()); });
        RawClient first(server_->port()), second(server_->port());
        QTRY_COMPARE_WITH_TIMEOUT(ids.size(), 2u, 5'000);
        QVERIFY((ids == std::vector<std::uint64_t>{1, 2}));
    }

    void aPortThatIsTakenIsAClearError() {
        start();
        ServerOptions options;
        options.port = server_->port();
        const auto second = listen(options);
        QVERIFY(!second.ok());
        QVERIFY(
            second.error().message.starts_with("cannot listen on 127.0.0.1:" + std::to_string(options.port) + ": "));
        options.address = "nowhere";
        QCOMPARE(listen(options).error().message, "cannot listen on nowhere: it is no IP address"s);
    }

    void http1CanBeOff() {
        ServerOptions options;
        options.http1 = false;
        start(options);
        RawClient client(server_->port());
        client.say(get);
        QVERIFY(client.isClosed());
        QVERIFY(client.heard.isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_Http1Server)
#include "tst_http1_server.moc"
