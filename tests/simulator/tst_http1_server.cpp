// HTTP/1.1 before a client that sends bytes as it is told.

#include "tests/simulator/holding_server.h"

#include <netinet/tcp.h>

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

private Q_SLOTS:
    void anAnswerWithoutALengthIsChunked() {
        HoldingServer s;
        RawClient client(s.server->port());
        client.say(get);
        QVERIFY(s.holds(1));
        auto& exchange = *s.held[0];
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
        QCOMPARE(s.server->connectionsOpen(), 1);
        QVERIFY(s.gone.empty());
    }

    void whatOneTurnWritesLeavesInOnePiece() {
        HoldingServer s;
        RawClient client(s.server->port());
        s.onRequest = [](ServerExchange& exchange) {
            exchange.head(200, {});
            for (int i = 0; i < 100; ++i)
                exchange.write("data\n");
            exchange.finish();
        };
        client.say(get);
        QVERIFY(client.hearsEnd("0\r\n\r\n"));
        QCOMPARE(client.reads, 1);
    }

    void smallWritesDoNotWaitForTheClientsAcknowledgement() {
        HoldingServer s;
        RawClient client(s.server->port());
        client.say(get);
        QVERIFY(s.holds(1));
        // The server's end of the connection is a descriptor of this process too.
        int ends = 0;
        for (int descriptor = 3; descriptor < 1024; ++descriptor) {
            sockaddr_in peer{};
            socklen_t size = sizeof peer;
            if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0 ||
                ntohs(peer.sin_port) != client.socket.localPort())
                continue;
            int noDelay = 0;
            size = sizeof noDelay;
            QCOMPARE(::getsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &noDelay, &size), 0);
            QVERIFY(noDelay);
            ++ends;
        }
        QCOMPARE(ends, 1);
    }

    void anAnswerWithALengthIsSentAsItIs() {
        HoldingServer s;
        RawClient client(s.server->port());
        client.say(get + get);
        QVERIFY(s.holds(1));
        s.held[0]->head(404, {{"content-length", "5"}, {"transfer-encoding", "chunked"}});
        s.held[0]->write("helloXXX");
        s.held[0]->finish();
        QVERIFY(s.holds(2));
        QVERIFY(client.hears("HTTP/1.1 404 Not Found\r\ncontent-length: 5\r\n\r\nhello"));
        QCOMPARE(s.server->connectionsOpen(), 1);
    }

    void aRedirectIsAPlainHead() {
        HoldingServer s;
        RawClient client(s.server->port());
        client.say(get);
        QVERIFY(s.holds(1));
        s.held[0]->head(307, {{"location", "http://elsewhere/"}, {"content-length", "0"}});
        s.held[0]->finish();
        QVERIFY(client.hears(
            "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://elsewhere/\r\ncontent-length: 0\r\n\r\n"));
    }

    void headAnd204HaveNoBody() {
        HoldingServer s;
        RawClient client(s.server->port());
        client.say("HEAD / HTTP/1.1\r\nhost: h\r\n\r\n" + get);
        QVERIFY(s.holds(1));
        s.held[0]->head(200, {{"content-length", "5"}});
        s.held[0]->write("hello");
        s.held[0]->finish();
        QVERIFY(s.holds(2));
        s.held[1]->head(204, {});
        s.held[1]->write("hello");
        s.held[1]->finish();
        QVERIFY(client.hears("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"));
    }

    void aFieldThatWouldSplitTheAnswerIsLeftOut() {
        HoldingServer s;
        RawClient client(s.server->port());
        client.say(get);
        QVERIFY(s.holds(1));
        s.held[0]->head(302, {{"location", "/a\r\nset-cookie: b"}, {"content-length", "0"}});
        s.held[0]->finish();
        QVERIFY(client.hears("HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n"));
    }

    void requestsComeWholeHoweverTheyAreSplit() {
        HoldingServer s;
        RawClient client(s.server->port());
        const QByteArray request =
            "POST /p HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n4\r\nwhol\r\n1\r\ne\r\n0\r\n\r\n";
        for (const char byte : request) {
            QVERIFY(s.held.empty());
            client.say(QByteArray(1, byte));
            turnLoop(3);
        }
        QVERIFY(s.holds(1));
        QCOMPARE(s.held[0]->request().body, "whole"s);
        QCOMPARE(s.held[0]->request().path, "/p"s);
        QCOMPARE(s.held[0]->connection().requestsReceived(), 1u);
    }

    void pipelinedRequestsAreAnsweredInOrder() {
        HoldingServer s;
        RawClient client(s.server->port());
        QByteArray all, expected;
        for (int i = 0; i < 5000; ++i)
            all += getPath("/" + QByteArray::number(i));
        client.say(all);
        for (std::size_t i = 0; i < 5000; ++i) {
            QVERIFY(s.holds(i + 1));
            const auto path = s.held[i]->request().path;
            QCOMPARE(path, "/" + std::to_string(i));
            s.held[i]->head(200, {{"content-length", std::to_string(path.size())}});
            s.held[i]->write(path);
            s.held[i]->finish();
            expected += QByteArray::fromStdString("HTTP/1.1 200 OK\r\ncontent-length: " + std::to_string(path.size()) +
                                                  "\r\n\r\n" + path);
        }
        QVERIFY(client.hears(expected));
        QCOMPARE(s.held.back()->connection().requestsReceived(), 5000u);
    }

    void pipelinedRequestsAnsweredAtOnceAllComeAndAreNotPiledUp() {
        HoldingServer s;
        std::size_t most = 0;
        s.onRequest = [&most](ServerExchange& exchange) {
            most = std::max(most, exchange.pendingBytes());
            exchange.head(200, {{"content-length", "20000"}});
            exchange.write(std::string(20'000, 'z'));
            exchange.finish();
        };
        RawClient client(s.server->port());
        client.say(get.repeated(4000));
        const qsizetype one = 20'000 + qsizetype(strlen("HTTP/1.1 200 OK\r\ncontent-length: 20000\r\n\r\n"));
        QVERIFY(waitFor([&] { return client.heard.size() == 4000 * one; }, 20'000));
        QCOMPARE(s.held.size(), 4000u);
        QVERIFY(most <= 256u << 10);
    }

    void nothingIsKeptOfWhatIsOver() {
        HoldingServer s;
        std::vector<std::weak_ptr<ServerExchange>> seen;
        s.server->setHandler([&](std::shared_ptr<ServerExchange> exchange) {
            seen.push_back(exchange);
            exchange->setOnGone([exchange] {}); // a circle, which the end must break
            exchange->head(200, {{"content-length", "0"}});
            if (exchange->request().path == "/finished") exchange->finish();
        });
        RawClient client(s.server->port());
        client.say(getPath("/finished") + getPath("/left"));
        QVERIFY(waitFor([&] { return seen.size() == 2; }));
        QVERIFY(seen[0].expired());
        QVERIFY(!seen[1].expired());
        client.socket.abort();
        QVERIFY(waitFor([&] { return seen[1].expired(); }));
    }

    void continueIsSentBeforeTheBody() {
        HoldingServer s;
        RawClient client(s.server->port());
        client.say("POST / HTTP/1.1\r\nhost: h\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n");
        QVERIFY(client.hears("HTTP/1.1 100 Continue\r\n\r\n"));
        client.say("ab");
        QVERIFY(s.holds(1));
        QCOMPARE(s.held[0]->request().body, "ab"s);
    }

    void aMalformedRequestGets400AndTheConnectionEnds() {
        HoldingServer s;
        RawClient client(s.server->port());
        client.say("NONSENSE\r\n\r\n" + get);
        QVERIFY(client.isClosed());
        QCOMPARE(client.heard,
                 QByteArray("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"));
        QVERIFY(s.held.empty());
        QCOMPARE(s.server->connectionsOpen(), 0);
    }

    void aBodyBeyondTheLimitGets413EvenWhileItIsStillSent() {
        ServerOptions options;
        options.maxBodyBytes = 1000;
        HoldingServer s(options);
        RawClient client(s.server->port());
        client.say("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 3000000\r\n\r\n" + QByteArray(3'000'000, 'x'));
        QVERIFY(client.isClosed());
        QCOMPARE(client.heard,
                 QByteArray("HTTP/1.1 413 Content Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"));
        QCOMPARE(client.lastError, QAbstractSocket::RemoteHostClosedError);
    }

    void withoutAHandlerThereIs503() {
        HoldingServer s;
        s.server->setHandler(nullptr);
        RawClient client(s.server->port());
        client.say(get);
        QVERIFY(client.hears("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"));
    }

    void theConnectionClosesWhenTheClientAsksForIt() {
        HoldingServer s;
        RawClient client(s.server->port());
        client.say("GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n");
        QVERIFY(s.holds(1));
        s.held[0]->head(200, {{"content-length", "0"}});
        s.held[0]->finish();
        QVERIFY(client.isClosed());
        QCOMPARE(client.heard, QByteArray("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"));
        QVERIFY(s.gone.empty());
    }

    void anAnswerMayCloseTheConnection() {
        HoldingServer s;
        RawClient client(s.server->port());
        client.say(get + get);
        QVERIFY(s.holds(1));
        s.held[0]->head(200, {{"connection", "close"}, {"content-length", "0"}});
        s.held[0]->finish();
        QVERIFY(client.isClosed());
        QCOMPARE(client.heard, QByteArray("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"));
        QCOMPARE(s.held.size(), 1u);
    }

    void keepAliveEndsWithTheAnswerThatIsTheLast() {
        ServerOptions options;
        options.keepAliveRequests = 2;
        HoldingServer s(options);
        s.onRequest = [](ServerExchange& exchange) {
            exchange.head(200, {{"content-length", "0"}});
            exchange.finish();
        };
        RawClient client(s.server->port());
        client.say(get + get + get);
        QVERIFY(client.isClosed());
        QCOMPARE(client.heard, QByteArray("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
                                          "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"));
        QCOMPARE(s.held.size(), 2u);
        QCOMPARE(client.lastError, QAbstractSocket::RemoteHostClosedError);
    }

    void anOldClientReadsUntilTheEnd() {
        HoldingServer s;
        RawClient client(s.server->port());
        client.say("GET / HTTP/1.0\r\n\r\n");
        QVERIFY(s.holds(1));
        s.held[0]->head(200, {});
        s.held[0]->write("text");
        s.held[0]->finish();
        QVERIFY(client.isClosed());
        QCOMPARE(client.heard, QByteArray("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\ntext"));
    }

    void tooFewBytesOfAPromisedLengthCloseTheConnection() {
        HoldingServer s;
        RawClient client(s.server->port());
        client.say(get);
        QVERIFY(s.holds(1));
        s.held[0]->head(200, {{"content-length", "10"}});
        s.held[0]->write("four");
        s.held[0]->finish();
        QVERIFY(client.isClosed());
        QVERIFY(client.heard.endsWith("\r\n\r\nfour"));
    }

    void aLargeAnswerArrivesWhole() {
        HoldingServer s;
        RawClient client(s.server->port());
        client.say(get);
        QVERIFY(s.holds(1));
        s.held[0]->head(200, {{"content-length", "20000000"}});
        s.held[0]->write(std::string(20'000'000, 'y'));
        s.held[0]->finish();
        s.held[0]->connection().close();
        QVERIFY(client.isClosed());
        QVERIFY(client.heard.endsWith("\r\n\r\n" + QByteArray(20'000'000, 'y')));
    }

    void threeHundredConnectionsStreamAtOnce() {
        HoldingServer s;
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 300; ++i)
            clients.push_back(std::make_unique<RawClient>(s.server->port()));
        for (auto& client : clients)
            client->say(get);
        QVERIFY(s.holds(300));
        QCOMPARE(s.server->connectionsOpen(), 300);
        for (auto& exchange : s.held)
            exchange->head(200, {});
        for (int event = 0; event < 60; ++event) {
            for (auto& exchange : s.held)
                exchange->write("data: {}\n\n");
            turnLoop(2);
        }
        for (auto& exchange : s.held)
            exchange->finish();
        const QByteArray expected = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" +
                                    QByteArray("a\r\ndata: {}\n\n\r\n").repeated(60) + "0\r\n\r\n";
        for (auto& client : clients)
            QVERIFY(client->hears(expected));
        QCOMPARE(s.server->connectionsAccepted(), 300u);
        for (std::size_t i = 0; i < 100; ++i)
            clients[i]->socket.disconnectFromHost();
        QTRY_COMPARE_WITH_TIMEOUT(s.server->connectionsOpen(), 200, 5'000);
        s.server->closeAll();
        for (auto& client : clients)
            QVERIFY(client->isClosed());
        QCOMPARE(s.server->connectionsOpen(), 0);
        QVERIFY(s.gone.empty());
    }

    void noMoreConnectionsAreTakenButOpenOnesGoOn() {
        HoldingServer s;
        RawClient client(s.server->port());
        s.server->stopListening();
        RawClient late(s.server->port());
        QVERIFY(!late.connected);
        QCOMPARE(late.lastError, QAbstractSocket::ConnectionRefusedError);
        client.say(get);
        QVERIFY(s.holds(1));
    }

    void theHookSeesConnectionsInOrder() {
        HoldingServer s;
        std::vector<std::uint64_t> ids;
        s.server->setOnConnection([&](ServerConnection& connection) { ids.push_back(connection.id()); });
        RawClient first(s.server->port()), second(s.server->port());
        QTRY_COMPARE_WITH_TIMEOUT(ids.size(), 2u, 5'000);
        QVERIFY((ids == std::vector<std::uint64_t>{1, 2}));
    }

    void aPortThatIsTakenIsAClearError() {
        HoldingServer s;
        ServerOptions options;
        options.port = s.server->port();
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
        HoldingServer s(options);
        RawClient client(s.server->port());
        client.say(get);
        QVERIFY(client.isClosed());
        QVERIFY(client.heard.isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_Http1Server)
#include "tst_http1_server.moc"
