#include "engine/base/clock.h"
#include "tests/transport/transport_harness.h"

using namespace penstock;
using namespace penstock::test;

/// Whom the transport talks to: certificates, names and addresses.
class TransportPeers : public QObject {
    Q_OBJECT
    SystemClock clock_;

private Q_SLOTS:
    void anUntrustedCertificateIsTlsFailed_data() {
        QTest::addColumn<int>("v");
        QTest::newRow("HTTP/1.1 over TLS") << 1;
        QTest::newRow("HTTP/2 over TLS") << 2;
    }
    void anUntrustedCertificateIsTlsFailed() {
        PENSTOCK_VARIANT();
        ScriptedServer server(serverOptions(variant));
        auto target = Client::target(server, variant);
        target.caPem.clear();
        Client client(clock_, target);
        QVERIFY(client.prepare(2));
        QCOMPARE(client.readiness(), std::string("tls_failed"));
        client.start();
        QVERIFY(client.waitForAll());
        QCOMPARE(client.at(0).ending(), std::string("tls_failed"));
        QVERIFY(server.seen().empty());
        QCOMPARE(client.transport->stats().connectionsOpened, server.connectionsAccepted());
    }

    void aCertificateForAnotherNameIsTlsFailed() {
        const Variant& variant = variants[1];
        ScriptedServer server(serverOptions(variant));
        // The certificate is for localhost, 127.0.0.1 and ::1; the whole of 127.0.0.0/8 leads here.
        auto options = serverOptions(variant);
        options.address = "127.0.0.2";
        ScriptedServer other(options);
        auto target = Client::target(other, variant, "127.0.0.2");
        Client client(clock_, target);
        QVERIFY(client.prepare(1));
        QCOMPARE(client.readiness(), std::string("tls_failed"));
        QVERIFY(other.seen().empty());
    }

    void aCaFileIsTrusted() {
        const Variant& variant = variants[1];
        ScriptedServer server(serverOptions(variant));
        QTemporaryFile file;
        QVERIFY(file.open());
        file.write(server.caPem().c_str());
        file.close();
        auto target = Client::target(server, variant);
        target.caPem.clear();
        target.caFile = file.fileName().toStdString();
        Client client(clock_, target);
        QVERIFY(client.prepare(1));
        QVERIFY(!client.problem);
    }

    void aNameIsCheckedAndSentWhileTheAddressIsPinned_data() { PENSTOCK_VARIANT_ROWS(); }
    void aNameIsCheckedAndSentWhileTheAddressIsPinned() {
        PENSTOCK_VARIANT();
        ScriptedServer server(serverOptions(variant, 8));
        server.otherwise(answers::hold());
        Client client(clock_, Client::target(server, variant, "localhost"));
        QVERIFY(client.prepare(20));
        QVERIFY2(!client.problem, client.problem ? client.problem->message.c_str() : "");
        for (int i = 0; i < 20; ++i)
            client.start();
        QTRY_COMPARE_WITH_TIMEOUT(server.inFlight(), 20, 10'000);
        server.releaseHeld();
        QVERIFY(client.waitForAll());
        QCOMPARE(client.complaint(), std::string());
        QCOMPARE(server.connectionsAccepted(), std::uint64_t{variant.http2 ? 4u : 20u});
        QCOMPARE(client.transport->stats().connectionsOpened, server.connectionsAccepted());
        const auto authority = "localhost:" + std::to_string(server.port());
        for (const auto& seen : server.seen())
            QCOMPARE(std::string(seen.request.header("host")), authority);
    }

    void anIpv6LiteralIsReached_data() { PENSTOCK_VARIANT_ROWS(); }
    void anIpv6LiteralIsReached() {
        PENSTOCK_VARIANT();
        QTcpServer trial;
        if (!trial.listen(QHostAddress::LocalHostIPv6)) QSKIP("this machine has no IPv6");
        trial.close();
        auto options = serverOptions(variant, 8);
        options.address = "::1";
        ScriptedServer server(options);
        server.otherwise(answers::hold());
        Client client(clock_, Client::target(server, variant, "[::1]"));
        QVERIFY(client.prepare(20));
        QVERIFY2(!client.problem, client.problem ? client.problem->message.c_str() : "");
        for (int i = 0; i < 20; ++i)
            client.start();
        QTRY_COMPARE_WITH_TIMEOUT(server.inFlight(), 20, 10'000);
        server.releaseHeld();
        QVERIFY(client.waitForAll());
        QCOMPARE(client.complaint(), std::string());
        QCOMPARE(server.connectionsAccepted(), std::uint64_t{variant.http2 ? 4u : 20u});
    }
};

QTEST_GUILESS_MAIN(TransportPeers)
#include "tst_transport_peers.moc"
