#include "tests/simulator/raw_request.h"

#include <QFile>
#include <QProcess>
#include <QSslCertificate>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTemporaryFile>
#include <QTest>
#include <QUrl>

#include <csignal>
#include <memory>

namespace {

constexpr int patience = 20000; // milliseconds

/// Both programs that run the simulated endpoint, with the same flags.
const std::pair<const char*, QStringList> programs[] = {{"penstock-sim", {}},
                                                        {"penstock-cli", {QStringLiteral("simulate")}}};

std::unique_ptr<QProcess> run(const std::pair<const char*, QStringList>& program, const QStringList& arguments) {
    auto process = std::make_unique<QProcess>();
    process->start(qEnvironmentVariable("PENSTOCK_BIN") + QLatin1Char('/') + QString::fromLatin1(program.first),
                   program.second + arguments);
    return process;
}

QString firstLine(QProcess& process) {
    if (!QTest::qWaitFor([&] { return process.canReadLine(); }, patience)) return {};
    return QString::fromUtf8(process.readLine()).trimmed();
}

} // namespace

class TstSimProgram : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        if (qEnvironmentVariableIsEmpty("PENSTOCK_BIN")) QSKIP("PENSTOCK_BIN does not say where the programs are");
    }

    void theFirstLineNamesTheEndpointAndASignalEndsItCleanly() {
        for (const auto& program : programs) {
            for (const int signal : {SIGTERM, SIGINT}) {
                const auto process = run(program, {QStringLiteral("--step-base"), QStringLiteral("1ms")});
                const QString line = firstLine(*process);
                QVERIFY2(line.startsWith(QStringLiteral("simulated endpoint: http://127.0.0.1:")), qPrintable(line));
                const QUrl url(line.mid(20));
                QCOMPARE(url.path(), QStringLiteral("/v1"));
                penstock::test::RawRequest request(
                    static_cast<quint16>(url.port()),
                    R"({"messages":[{"role":"user","content":"hi"}],"stream":true,"max_tokens":3})");
                QTRY_VERIFY_WITH_TIMEOUT(request.whole(), patience);
                QVERIFY(request.has("[DONE]"));

                ::kill(static_cast<pid_t>(process->processId()), signal);
                QVERIFY(process->waitForFinished(patience));
                QCOMPARE(process->exitStatus(), QProcess::NormalExit);
                QCOMPARE(process->exitCode(), 0);
                const QByteArray told = process->readAllStandardError();
                QVERIFY2(told.contains("1 requests, 1 successes") && told.contains("3 output tokens"),
                         told.constData());
            }
        }
    }

    void theCertificateIsWrittenBeforeTheFirstLine() {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("ca.pem"));
        const auto process = run(programs[0], {QStringLiteral("--tls"), QStringLiteral("--write-ca"), path});
        QVERIFY(firstLine(*process).startsWith(QStringLiteral("simulated endpoint: https://127.0.0.1:")));
        const auto certificates = QSslCertificate::fromPath(path);
        QCOMPARE(certificates.size(), 1);
        process->terminate();
        QVERIFY(process->waitForFinished(patience));
        QCOMPARE(process->exitCode(), 0);
    }

    void http2InTheClearAnswersManyStreamsOfOneConnection() {
        const QString nghttp = QStandardPaths::findExecutable(QStringLiteral("nghttp"));
        if (nghttp.isEmpty()) QSKIP("nghttp is not installed");
        // Steps so slow that what was sent together is there together.
        const auto process = run(programs[0], {QStringLiteral("--step-base"), QStringLiteral("30ms")});
        const QString url = firstLine(*process).mid(20);
        QTemporaryFile body;
        QVERIFY(body.open());
        body.write(R"({"messages":[{"role":"user","content":"h2c"}],"stream":true,"max_tokens":10})");
        body.close();
        QProcess client;
        client.start(nghttp, {QStringLiteral("-m8"), QStringLiteral("-d"), body.fileName(),
                              url + QStringLiteral("/chat/completions")});
        QVERIFY(client.waitForFinished(patience));
        QCOMPARE(client.exitCode(), 0);
        QCOMPARE(client.readAllStandardOutput().count("[DONE]"), 8);
        process->terminate();
        QVERIFY(process->waitForFinished(patience));
        const QByteArray told = process->readAllStandardError();
        QVERIFY2(
            told.contains("8 requests, 8 successes, 0 answered 429, peak in flight 8, 1 connections, 80 output tokens"),
            told.constData());
    }

    void badUsageIsExit2WithAReason_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("reason");
        const auto row = [](const char* name, const char* arguments, const char* reason) {
            QTest::newRow(name) << QString::fromLatin1(arguments).split(QLatin1Char(' ')) << QByteArray(reason);
        };
        row("unknown flag", "--gpus 8", "--gpus");
        row("no number", "--slots many", "--slots");
        row("out of range", "--slots 0", "--slots must be 1 to 100000");
        row("port out of range", "--port 70000", "--port");
        row("no time", "--step-base soon", "--step-base");
        row("shares over 1", "--fault-cut 0.7 --fault-drop 0.7", "--fault-");
        row("ca without tls", "--write-ca x.pem", "--tls");
        row("a name as address", "--address example.org", "--address");
    }

    void badUsageIsExit2WithAReason() {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, reason);
        for (const auto& program : programs) {
            const auto process = run(program, arguments);
            QVERIFY(process->waitForFinished(patience));
            QCOMPARE(process->exitCode(), 2);
            const QByteArray told = process->readAllStandardError();
            QVERIFY2(told.contains(reason), told.constData());
            QVERIFY(process->readAllStandardOutput().isEmpty());
        }
    }
};

QTEST_GUILESS_MAIN(TstSimProgram)
#include "tst_sim_program.moc"
