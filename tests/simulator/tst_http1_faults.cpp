// The server's faults on HTTP/1.1, and the client's.

#include "tests/simulator/holding_server.h"

#include <QAbstractEventDispatcher>

#include <sys/resource.h>

using namespace penstock;
using namespace penstock::http;
using namespace std::string_literals;

namespace {

const QByteArray get = "GET / HTTP/1.1\r\nhost: h\r\n\r\n";

} // namespace

class tst_Http1Faults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void faultDropBeforeTheHead_data() {
        QTest::addColumn<bool>("hard");
        QTest::newRow("FIN") << false;
        QTest::newRow("RST") << true;
    }

    void faultDropBeforeTheHead() {
        QFETCH(bool, hard);
        HoldingServer s;
        s.onRequest = [hard](ServerExchange& exchange) {
            hard ? exchange.connection().reset() : exchange.connection().close();
            exchange.head(200, {});
            exchange.write("ignored");
            exchange.finish();
        };
        KernelClient client(s.server->port());
        QVERIFY(client.say(get));
        QCOMPARE(client.end(), hard ? ECONNRESET : 0);
        QTRY_COMPARE_WITH_TIMEOUT(s.gone.size(), 1u, 5'000);
        QCOMPARE(s.server->connectionsOpen(), 0);
        QCOMPARE(s.server->connectionsAccepted(), 1u);
    }

    void faultResetOfAnExchange() {
        HoldingServer s;
        RawClient client(s.server->port());
        client.say(get);
        QVERIFY(s.holds(1));
        s.held[0]->head(200, {});
        s.held[0]->write("part");
        s.held[0]->reset(7);
        QVERIFY(client.isClosed());
        QVERIFY(client.heard.endsWith("4\r\npart\r\n"));
        turnLoop();
        QVERIFY(s.gone.empty());
        QCOMPARE(s.server->connectionsOpen(), 0);
    }

    void faultResetInMidBodyIsARealOne() {
        HoldingServer s;
        KernelClient client(s.server->port());
        QVERIFY(client.say(get));
        QVERIFY(s.holds(1));
        s.held[0]->head(200, {});
        s.held[0]->write("part");
        s.held[0]->connection().reset();
        QCOMPARE(client.end(), ECONNRESET);
        QTRY_COMPARE_WITH_TIMEOUT(s.gone.size(), 1u, 5'000);
    }

    void aCloseIsAFinEvenWhenTheClientSaidMoreThanWasRead() {
        HoldingServer s;
        KernelClient client(s.server->port());
        QVERIFY(client.say(get));
        QVERIFY(s.holds(1));
        s.held[0]->connection().stopReading(); // so that what follows waits in the kernel
        QVERIFY(client.say(get.repeated(100)));
        turnLoop();
        s.held[0]->connection().close();
        QCOMPARE(client.end(), 0);
    }

    void aRefusedClientMayGoOnSendingForAWhile() {
        HoldingServer s;
        KernelClient client(s.server->port());
        QVERIFY(client.say("NONSENSE\r\n"));
        QCOMPARE(client.end(), 0);
        QCOMPARE(s.server->connectionsOpen(), 0);
        // A RST would come after the first and be met by the second; and it could have overtaken the answer.
        for (int i = 0; i < 3; ++i) {
            QVERIFY(client.say("more"));
            turnLoop();
        }
    }

    void faultCutInMidBody() {
        HoldingServer s;
        RawClient client(s.server->port());
        client.say(get);
        QVERIFY(s.holds(1));
        s.held[0]->head(200, {});
        s.held[0]->write("part");
        s.held[0]->connection().close();
        s.held[0]->write("more");
        QVERIFY(client.isClosed());
        QCOMPARE(client.heard, QByteArray("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\npart\r\n"));
        QTRY_COMPARE_WITH_TIMEOUT(s.gone.size(), 1u, 5'000);
    }

    void faultHeadThenSilence() {
        HoldingServer s;
        RawClient client(s.server->port());
        client.say(get);
        QVERIFY(s.holds(1));
        s.held[0]->head(200, {});
        s.held.clear(); // the handler lets go of it
        QVERIFY(client.hears("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"));
        turnLoop();
        QCOMPARE(client.socket.state(), QAbstractSocket::ConnectedState);
        client.socket.abort();
        QTRY_COMPARE_WITH_TIMEOUT(s.gone.size(), 1u, 5'000);
    }

    void faultCloseWithoutAnnouncementAfterACompleteAnswer() {
        HoldingServer s;
        s.onRequest = [](ServerExchange& exchange) {
            exchange.head(200, {{"connection", "keep-alive"}, {"content-length", "2"}});
            exchange.write("ok");
            exchange.finish();
            exchange.connection().close();
        };
        RawClient client(s.server->port());
        client.say(get);
        QVERIFY(client.isClosed());
        QCOMPARE(client.heard, QByteArray("HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok"));
        QVERIFY(s.gone.empty());
    }

    void faultStopReading() {
        HoldingServer s;
        RawClient client(s.server->port());
        client.say(get);
        QVERIFY(s.holds(1));
        s.held[0]->connection().stopReading();
        s.held[0]->head(200, {{"content-length", "0"}});
        s.held[0]->finish();
        QVERIFY(client.hears("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
        client.say(get);
        turnLoop(50);
        QCOMPARE(s.held.size(), 1u);
        QCOMPARE(client.socket.state(), QAbstractSocket::ConnectedState);
        s.held[0]->connection().resumeReading();
        QVERIFY(s.holds(2));
    }

    void faultAcceptAndNeverRead() {
        HoldingServer s;
        s.server->setOnConnection([](ServerConnection& connection) { connection.stopReading(); });
        RawClient client(s.server->port());
        client.say(get);
        turnLoop(50);
        QVERIFY(s.held.empty());
        QCOMPARE(s.server->connectionsOpen(), 1);
        // Not even the client's going is noticed.
        client.socket.abort();
        turnLoop(50);
        QCOMPARE(s.server->connectionsOpen(), 1);
    }

    void faultDropAtOnce_data() { faultDropBeforeTheHead_data(); }

    void faultDropAtOnce() {
        QFETCH(bool, hard);
        HoldingServer s;
        s.server->setOnConnection(
            [hard](ServerConnection& connection) { hard ? connection.reset() : connection.close(); });
        KernelClient client(s.server->port());
        QCOMPARE(client.end(), hard ? ECONNRESET : 0);
        QCOMPARE(s.server->connectionsAccepted(), 1u);
        QTRY_COMPARE_WITH_TIMEOUT(s.server->connectionsOpen(), 0, 5'000);
    }

    void faultGoAwayMeansNothingInHttp1() {
        HoldingServer s;
        RawClient client(s.server->port());
        client.say(get);
        QVERIFY(s.holds(1));
        s.held[0]->connection().goAway();
        s.held[0]->head(200, {{"content-length", "0"}});
        s.held[0]->finish();
        client.say(get);
        QVERIFY(s.holds(2));
    }

    void faultUnprocessedClosesTheConnection() {
        HoldingServer s;
        RawClient client(s.server->port());
        client.say(get);
        QVERIFY(s.holds(1));
        s.held[0]->goAwayUnprocessed();
        QVERIFY(client.isClosed());
        QVERIFY(client.heard.isEmpty());
        QVERIFY(s.gone.empty());
    }

    void aClientThatGoesIsNoticedOnceAndWritesAreIgnored() {
        HoldingServer s;
        RawClient client(s.server->port());
        client.say(get);
        QVERIFY(s.holds(1));
        s.held[0]->head(200, {});
        client.socket.abort();
        QTRY_COMPARE_WITH_TIMEOUT(s.gone.size(), 1u, 5'000);
        s.held[0]->write("x");
        s.held[0]->finish();
        s.held[0]->reset(1);
        s.held[0]->connection().reset();
        s.held[0]->connection().close();
        s.held[0]->connection().goAway();
        s.held[0]->connection().stopReading();
        s.held[0]->connection().resumeReading();
        QCOMPARE(s.held[0]->pendingBytes(), 0u);
        turnLoop();
        QCOMPARE(s.gone.size(), 1u);
        QCOMPARE(s.server->connectionsOpen(), 0);
    }

    void whoAsksAfterTheClientHasGoneIsToldToo() {
        HoldingServer s;
        RawClient client(s.server->port());
        client.say(get);
        QVERIFY(s.holds(1));
        s.held[0]->setOnGone(nullptr);
        client.socket.abort();
        QTRY_COMPARE_WITH_TIMEOUT(s.server->connectionsOpen(), 0, 5'000);
        turnLoop();
        int told = 0;
        s.held[0]->setOnGone([&] { ++told; });
        QCOMPARE(told, 0);
        QTRY_COMPARE_WITH_TIMEOUT(told, 1, 5'000);
    }

    void aHandlerMayEndItsExchangeWhenToldOfTheGoing() {
        HoldingServer s;
        s.server->setHandler([&s](std::shared_ptr<ServerExchange> exchange) {
            auto* raw = exchange.get();
            raw->setOnGone([&s, exchange] {
                exchange->finish();
                exchange->connection().reset();
                s.gone.push_back(exchange.get());
            });
        });
        RawClient client(s.server->port());
        client.say(get);
        turnLoop(50);
        client.socket.abort();
        QTRY_COMPARE_WITH_TIMEOUT(s.gone.size(), 1u, 5'000);
    }

    void aSlowReaderIsBoundedAndItsBacklogIsTold() {
        ServerOptions options;
        options.maxPendingBytes = 8u << 20;
        HoldingServer s(options);
        RawClient client(s.server->port());
        client.socket.setReadBufferSize(1000);
        QObject::disconnect(&client.socket, &QTcpSocket::readyRead, nullptr, nullptr);
        client.say(get);
        QVERIFY(s.holds(1));
        s.held[0]->head(200, {});
        const std::string piece(1u << 20, 'x');
        int pieces = 0;
        std::size_t most = 0;
        while (s.gone.empty() && pieces < 200) {
            s.held[0]->write(piece);
            turnLoop(5);
            most = std::max(most, s.held[0]->pendingBytes());
            ++pieces;
        }
        QCOMPARE(s.gone.size(), 1u);
        QVERIFY(most > (4u << 20));
        QVERIFY(most <= (8u << 20));
        QCOMPARE(s.held[0]->pendingBytes(), 0u);
        QCOMPARE(s.server->connectionsOpen(), 0);
    }

    void exchangesOutliveTheServer() {
        HoldingServer s;
        RawClient client(s.server->port());
        client.say(get);
        QVERIFY(s.holds(1));
        s.held[0]->head(200, {});
        s.server.reset();
        s.held[0]->write("x");
        s.held[0]->finish();
        s.held[0]->connection().close();
        QCOMPARE(s.held[0]->request().method, "GET"s);
        QVERIFY(client.isClosed());
        QVERIFY(s.gone.empty());
    }

    void outOfDescriptorsTheServerWaitsAndThenGoesOn() {
        HoldingServer s;
        std::vector<std::unique_ptr<KernelClient>> clients;
        for (int i = 0; i < 20; ++i)
            clients.push_back(std::make_unique<KernelClient>(s.server->port()));
        // Some are in first: Qt's own way of accepting goes wrong only after it has once found nobody waiting.
        QVERIFY(waitFor([&] { return s.server->connectionsAccepted() == 20; }));
        rlimit usual{};
        QCOMPARE(::getrlimit(RLIMIT_NOFILE, &usual), 0);
        for (int i = 0; i < 20; ++i)
            clients.push_back(std::make_unique<KernelClient>(s.server->port()));
        const rlimit tight{rlim_t(clients.back()->descriptor) + 6, usual.rlim_max};
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &tight), 0);
        int turns = 0;
        const auto counting = QObject::connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::awake,
                                               this, [&turns] { ++turns; });
        bool over = false;
        QTimer::singleShot(300, this, [&over] { over = true; });
        const bool waited = waitFor([&over] { return over; });
        QObject::disconnect(counting);
        const auto meanwhile = s.server->connectionsAccepted();
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &usual), 0);
        QVERIFY(waited);
        QVERIFY(meanwhile >= 20 && meanwhile < 40);
        QVERIFY2(turns < 200, qPrintable(QStringLiteral("%1 turns of the event loop").arg(turns)));
        QTRY_COMPARE_WITH_TIMEOUT(s.server->connectionsAccepted(), 40u, 5'000);
    }
};

QTEST_GUILESS_MAIN(tst_Http1Faults)
#include "tst_http1_faults.moc"
