#include "engine/base/clock.h"
#include "tests/transport/transport_harness.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <sys/stat.h>

using namespace penstock;
using namespace penstock::test;

/// Real HTTP/2 front ends before a server of ours. Skipped where they are not installed.
class FrontEnds : public QObject {
    Q_OBJECT
    SystemClock clock_;

    static quint16 freePort() {
        QTcpServer trial;
        trial.listen(QHostAddress::LocalHost);
        return trial.serverPort();
    }

    /// nginx with HTTP/2 over TLS, eight streams a connection, and a GOAWAY after every `requestsEach` requests.
    struct Nginx {
        QTemporaryDir directory;
        QProcess process;
        quint16 port = freePort();
        std::string certificate;

        bool start(quint16 upstream, int requestsEach) {
            const auto identity = http::makeIdentity();
            if (!identity) return false;
            certificate = identity->certificatePem;
            // nginx drops its rights, and must still be able to read these.
            chmod(directory.path().toLocal8Bit().constData(), 0755);
            write("cert.pem", QByteArray::fromStdString(certificate));
            write("key.pem", identity->key.toPem());
            write("nginx.conf", configuration(upstream, requestsEach));
            process.setProcessChannelMode(QProcess::MergedChannels);
            process.start(program(), {"-p", directory.path(), "-c", "nginx.conf", "-e", "stderr"});
            return process.waitForStarted() && QTest::qWaitFor([this] { return listens(); }, 10'000);
        }
        ~Nginx() {
            process.terminate();
            if (!process.waitForFinished(5000)) process.kill();
        }

        static QString program() {
            return QStandardPaths::findExecutable("nginx", {"/usr/sbin", "/usr/bin", "/usr/local/sbin"});
        }

    private:
        void write(const QString& name, const QByteArray& content) {
            QFile file(directory.filePath(name));
            if (file.open(QIODevice::WriteOnly)) file.write(content);
        }
        bool listens() const {
            QTcpSocket socket;
            socket.connectToHost(QHostAddress::LocalHost, port);
            return socket.waitForConnected(200);
        }
        QByteArray configuration(quint16 upstream, int requestsEach) const {
            return QStringLiteral(R"(
daemon off; master_process off; pid nginx.pid; error_log stderr;
events { worker_connections 512; }
http {
  access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
  upstream back { server 127.0.0.1:%1; keepalive 64; }
  server {
    listen 127.0.0.1:%2 ssl http2;
    http2_max_concurrent_streams 8; keepalive_requests %3;
    ssl_certificate cert.pem; ssl_certificate_key key.pem;
    location / { proxy_pass http://back; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; }
  }
}
)")
                .arg(upstream)
                .arg(port)
                .arg(requestsEach)
                .toUtf8();
        }
    };

    static Target target(const Nginx& nginx) {
        Target t;
        t.baseUrl = "https://localhost:" + std::to_string(nginx.port) + "/v1";
        t.caPem = {nginx.certificate};
        return t;
    }

private Q_SLOTS:
    void initTestCase() {
        if (Nginx::program().isEmpty()) QSKIP("nginx is not installed");
    }

    void behindNginxAsManyAreInFlightAsWereStarted() {
        ScriptedServer server;
        server.otherwise(answers::hold());
        Nginx nginx;
        QVERIFY2(nginx.start(server.port(), 1000), nginx.process.readAll().constData());
        Client client(clock_, target(nginx));
        QVERIFY(client.prepare(14));
        QVERIFY2(!client.problem, client.problem ? client.problem->message.c_str() : "");
        for (int i = 0; i < 14; ++i)
            client.start("n" + std::to_string(i));
        QTRY_COMPARE(server.inFlight(), 14);
        server.releaseHeld();
        QVERIFY(client.waitForAll());
        QCOMPARE(client.complaint(), std::string());
        QCOMPARE(client.at(0).head->httpVersion, std::string("2"));
        QCOMPARE(client.transport->stats().connectionsOpened, std::uint64_t{3}); // two lanes and the probe
        QCOMPARE(client.transport->stats().moved, std::uint64_t{0});
        for (int i = 0; i < 14; ++i)
            QCOMPARE(server.timesSeen("n" + std::to_string(i)), 1);
    }

    void manyGoAwaysLoseAndRepeatNothing() {
        ScriptedServer server;
        Nginx nginx;
        constexpr int total = 1000, cap = 14;
        QVERIFY2(nginx.start(server.port(), 100), nginx.process.readAll().constData());
        Client client(clock_, target(nginx));
        QVERIFY(client.prepare(cap));
        int started = 0;
        std::function<void()> next = [&] {
            if (started < total) client.start("n" + std::to_string(started++)).onEnded = next;
        };
        for (int i = 0; i < cap; ++i)
            next();
        QTRY_COMPARE_WITH_TIMEOUT(started, total, 60'000);
        QVERIFY(client.waitForAll());
        QCOMPARE(client.complaint(), std::string());
        QCOMPARE(client.completed(), total);
        QCOMPARE(server.peakInFlight() <= cap, true);
        for (int i = 0; i < total; ++i)
            QCOMPARE(server.timesSeen("n" + std::to_string(i)), 1);
        const auto stats = client.transport->stats();
        // Ten connections of a hundred requests each, the probe, and what was open at the end.
        QVERIFY2(stats.connectionsOpened <= 16, std::to_string(stats.connectionsOpened).c_str());
        qInfo("%s connections, %s moved", std::to_string(stats.connectionsOpened).c_str(),
              std::to_string(stats.moved).c_str());
    }
};

QTEST_GUILESS_MAIN(FrontEnds)
#include "tst_front_ends.moc"
