// TLS and ALPN, before Qt's own sockets.

#include "engine/simulator/http/server.h"
#include "tests/simulator/http2_client.h"

#include <QSslConfiguration>
#include <QSslSocket>

using namespace penstock;
using namespace penstock::http;
using namespace std::string_literals;

class tst_HttpTls : public QObject {
    Q_OBJECT

private:
    void start(bool http1 = true, bool http2 = true) {
        ServerOptions options;
        options.tls = true;
        options.certificate = identity_.certificate;
        options.key = identity_.key;
        options.http1 = http1;
        options.http2 = http2;
        auto made = listen(options);
        Q_ASSERT(made.ok());
        server_ = std::move(*made);
        server_->setHandler([this](std::shared_ptr<ServerExchange> exchange) {
            exchange->setOnGone([this] { ++gone_; });
            held_.push_back(std::move(exchange));
        });
    }

    std::unique_ptr<QSslSocket> dial(const QString& host = "localhost", const QList<QByteArray>& protocols = {},
                                     const QByteArray& ticket = {}) {
        auto socket = std::make_unique<QSslSocket>();
        QSslConfiguration configuration;
        configuration.setCaCertificates({identity_.certificate});
        configuration.setAllowedNextProtocols(protocols);
        configuration.setSslOption(QSsl::SslOptionDisableSessionPersistence, false);
        configuration.setSslOption(QSsl::SslOptionDisableSessionTickets, false);
        if (!ticket.isEmpty()) configuration.setSessionTicket(ticket);
        socket->setSslConfiguration(configuration);
        socket->connectToHostEncrypted(QStringLiteral("127.0.0.1"), server_->port(), host);
        return socket;
    }

    bool holds(std::size_t count) {
        return waitFor([&] { return held_.size() >= count; }) && held_.size() == count;
    }

    Identity identity_;
    std::unique_ptr<Server> server_;
    std::vector<std::shared_ptr<ServerExchange>> held_;
    int gone_ = 0;

private Q_SLOTS:
    void initTestCase() {
        if (!QSslSocket::supportsSsl()) QSKIP("Qt has no TLS here");
        auto identity = makeIdentity();
        QVERIFY2(identity.ok(), identity.ok() ? "" : identity.error().message.c_str());
        identity_ = *identity;
    }

    void cleanup() {
        server_.reset();
        held_.clear();
        gone_ = 0;
    }

    void theIdentityIsWhatItPromises() {
        const auto& certificate = identity_.certificate;
        QCOMPARE(identity_.key.algorithm(), QSsl::Ec);
        QCOMPARE(identity_.key.length(), 256);
        QVERIFY(certificate.isSelfSigned());
        QCOMPARE(certificate.subjectAlternativeNames().values(QSsl::DnsEntry), QStringList{"localhost"});
        auto addresses = certificate.subjectAlternativeNames().values(QSsl::IpAddressEntry);
        addresses.sort();
        QCOMPARE(addresses.size(), 2);
        QCOMPARE(QHostAddress(addresses[0]), QHostAddress("127.0.0.1"));
        QCOMPARE(QHostAddress(addresses[1]), QHostAddress("::1"));
        const auto now = QDateTime::currentDateTimeUtc();
        QVERIFY(certificate.effectiveDate() < now);
        QVERIFY(qAbs(now.secsTo(certificate.expiryDate()) - 30 * 86400) < 600);
        QVERIFY(QByteArray::fromStdString(identity_.certificatePem) == certificate.toPem());
        const auto other = makeIdentity();
        QVERIFY(other->certificate.serialNumber() != certificate.serialNumber());
        QVERIFY(other->key != identity_.key);
    }

    void alpnChoosesTheProtocol_data() {
        QTest::addColumn<QString>("host");
        QTest::addColumn<QList<QByteArray>>("offered");
        QTest::addColumn<QByteArray>("chosen");
        QTest::newRow("both") << "localhost" << QList<QByteArray>{"http/1.1", "h2"} << QByteArray("h2");
        QTest::newRow("h2") << "127.0.0.1" << QList<QByteArray>{"h2"} << QByteArray("h2");
        QTest::newRow("http/1.1") << "::1" << QList<QByteArray>{"spdy/3", "http/1.1"} << QByteArray("http/1.1");
        QTest::newRow("none") << "LocalHost" << QList<QByteArray>{} << QByteArray();
    }

    void alpnChoosesTheProtocol() {
        QFETCH(QString, host);
        QFETCH(QList<QByteArray>, offered);
        QFETCH(QByteArray, chosen);
        start();
        auto socket = dial(host, offered);
        QVERIFY(waitFor([&] { return socket->isEncrypted(); }));
        QCOMPARE(socket->sslConfiguration().nextNegotiatedProtocol(), chosen);
        if (chosen == "h2") {
            Http2Client client(0, true, socket.release());
            const auto id = client.request("/");
            client.flush();
            QVERIFY(holds(1));
            QCOMPARE(held_[0]->request().httpVersion, "2"s);
            held_[0]->head(200, {});
            held_[0]->write("body");
            held_[0]->finish();
            QVERIFY(client.settled(id));
            QCOMPARE(client.streams[id].body, "body"s);
        } else {
            socket->write("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
            QVERIFY(holds(1));
            QCOMPARE(held_[0]->request().httpVersion, "1.1"s);
            held_[0]->head(200, {{"content-length", "4"}});
            held_[0]->write("body");
            held_[0]->finish();
            QVERIFY(waitFor([&] { return socket->bytesAvailable() > 40; }));
            QCOMPARE(socket->readAll(), QByteArray("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbody"));
        }
        QVERIFY(!held_[0]->connection().tlsResumed());
    }

    void aClientThatOffersNothingOfOursIsTurnedAway() {
        start(true, false);
        auto socket = dial("localhost", {"h2"});
        QVERIFY(waitFor([&] { return socket->state() == QAbstractSocket::UnconnectedState; }));
        QVERIFY(!socket->isEncrypted());
        QTRY_COMPARE_WITH_TIMEOUT(server_->connectionsOpen(), 0, 5'000);
    }

    void aClientThatTrustsNobodyIsRefusedByItself() {
        start();
        QSslSocket socket;
        socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), server_->port(), "localhost");
        QVERIFY(waitFor([&] { return socket.state() == QAbstractSocket::UnconnectedState; }));
        QTRY_COMPARE_WITH_TIMEOUT(server_->connectionsOpen(), 0, 5'000);
    }

    void aSessionIsResumed() {
        start();
        auto first = dial();
        QVERIFY(waitFor([&] { return first->isEncrypted(); }));
        first->write("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
        QVERIFY(holds(1));
        QVERIFY(!held_[0]->connection().tlsResumed());
        held_[0]->head(204, {});
        held_[0]->finish();
        QVERIFY(waitFor([&] { return first->bytesAvailable() > 0; }));
        const auto ticket = first->sslConfiguration().sessionTicket();
        QVERIFY(!ticket.isEmpty());
        auto second = dial("localhost", {}, ticket);
        QVERIFY(waitFor([&] { return second->isEncrypted(); }));
        second->write("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
        QVERIFY(holds(2));
        QVERIFY(held_[1]->connection().tlsResumed());
    }

    void aLargeAnswerArrivesWholeBeforeTheEnd() {
        start();
        auto socket = dial();
        socket->write("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
        QVERIFY(holds(1));
        held_[0]->head(200, {{"content-length", "5000000"}});
        held_[0]->write(std::string(5'000'000, 'z'));
        held_[0]->finish();
        held_[0]->connection().close();
        QVERIFY(waitFor([&] { return socket->state() == QAbstractSocket::UnconnectedState; }));
        QVERIFY(socket->readAll().endsWith("\r\n\r\n" + QByteArray(5'000'000, 'z')));
        QCOMPARE(socket->error(), QAbstractSocket::RemoteHostClosedError);
    }

    void faultHandshakeNeverAnsweredAndSlow() {
        start();
        ServerConnection* accepted = nullptr;
        server_->setOnConnection([&](ServerConnection& connection) {
            accepted = &connection;
            connection.stopReading();
        });
        auto socket = dial();
        QVERIFY(waitFor([&] { return accepted && socket->state() == QAbstractSocket::ConnectedState; }));
        turnLoop(50);
        QVERIFY(!socket->isEncrypted());
        QCOMPARE(server_->connectionsOpen(), 1);
        accepted->resumeReading();
        QVERIFY(waitFor([&] { return socket->isEncrypted(); }));
    }

    void faultResetIsARealOne() {
        start();
        server_->setOnConnection([](ServerConnection& connection) { connection.reset(); });
        KernelClient client(server_->port());
        QCOMPARE(client.end(), ECONNRESET);
        server_->setOnConnection(nullptr);
        auto socket = dial();
        socket->write("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
        QVERIFY(holds(1));
        held_[0]->connection().reset();
        QVERIFY(waitFor([&] { return socket->state() == QAbstractSocket::UnconnectedState; }));
        QTRY_COMPARE_WITH_TIMEOUT(gone_, 1, 5'000);
    }

    void aClientInTheClearIsTurnedAway() {
        start();
        RawClient client(server_->port());
        client.say("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
        QVERIFY(client.isClosed());
        QVERIFY(!client.heard.startsWith("HTTP"));
        QVERIFY(held_.empty());
        QCOMPARE(server_->connectionsOpen(), 0);
    }

    void aKeyThatDoesNotFitIsAClearError() {
        ServerOptions options;
        options.tls = true;
        const auto message =
            "the server's certificate and private key cannot be used together: give a pair that belongs together"s;
        QCOMPARE(listen(options).error().message, message);
        options.certificate = identity_.certificate;
        options.key = makeIdentity()->key;
        QCOMPARE(listen(options).error().message, message);
    }

    void threeHundredConnectionsAreShaken() {
        start();
        std::vector<std::unique_ptr<QSslSocket>> sockets;
        for (int i = 0; i < 300; ++i) {
            sockets.push_back(dial());
            sockets.back()->write("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
        }
        QVERIFY(waitFor([&] { return held_.size() == 300; }, 30'000));
        QCOMPARE(server_->connectionsOpen(), 300);
        sockets.clear();
        QTRY_COMPARE_WITH_TIMEOUT(server_->connectionsOpen(), 0, 10'000);
        QTRY_COMPARE_WITH_TIMEOUT(gone_, 300, 5'000);
    }
};

QTEST_GUILESS_MAIN(tst_HttpTls)
#include "tst_http_tls.moc"
