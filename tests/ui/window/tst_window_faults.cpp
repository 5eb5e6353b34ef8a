#include "tests/support/scripted_server.h"
#include "tests/support/small_disk.h"
#include "tests/ui/window/target_bench.h"
#include "ui/knobs/knob_field.h"
#include "ui/knobs/knob_panel.h"
#include "ui/knobs/knob_row.h"
#include "ui/tables/request_model.h"
#include "ui/tables/requests_view.h"
#include "ui/window/tables_pane.h"

#include <nlohmann/json.hpp>

using namespace penstock;
using namespace penstock::test;
using namespace penstock::ui;

namespace {

const http::Headers json{{"content-type", "application/json"}};

std::string oneAnswer() {
    return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"yes\"},\"finish_reason\":\"stop\"}]}\n\ndata: "
           "[DONE]\n\n";
}

/// The identifiers of the requests that results.jsonl beside the run file answers, successes alone.
QStringList answered(const QString& runFile) {
    QFile file(QFileInfo(runFile).path() + QStringLiteral("/results.jsonl"));
    QStringList ids;
    if (!file.open(QIODevice::ReadOnly)) return ids;
    while (!file.atEnd()) {
        const auto line = nlohmann::json::parse(file.readLine().toStdString(), nullptr, false);
        if (line.is_object() && line.contains("error") && line["error"].is_null())
            ids << QString::fromStdString(line.value("custom_id", ""));
    }
    ids.sort();
    return ids;
}

} // namespace

/// What goes wrong outside the program: each gets one clear sentence in the window, with what to do, and nothing that
/// was recorded before is lost.
class TestWindowFaults : public QObject {
    Q_OBJECT

    std::unique_ptr<TargetBench> bench_;

    void simulate(const SimulatorOptions& options) { bench_->simulate(options); }
    int requests() const { return bench_->requests(); }
    RunSession& session() { return *bench_->session_; }
    QString address() const { return bench_->address(); }

    void refusedByCertificate(const QString& expected, const QString& picture) {
        bench_->click(QStringLiteral("Start"));
        QTRY_VERIFY_WITH_TIMEOUT(!session().live(), patience);
        QCOMPARE(bench_->sentence(), expected);
        bench_->picture(picture);
        QCOMPARE(bench_->remedyText(), QStringLiteral("Target..."));
        QVERIFY(bench_->action(QStringLiteral("Target..."))->isEnabled());
        QVERIFY(bench_->action(QStringLiteral("Start"))->isEnabled());
        QVERIFY(bench_->sign().accessibleName().startsWith(QStringLiteral("Problem: ")));
        QCOMPARE(requests(), 0); // nobody unknown got a prompt
    }

private Q_SLOTS:
    void init() { bench_ = std::make_unique<TargetBench>(); }
    void cleanup() { bench_.reset(); }

    void aCertificateThatNobodyVouchesForIsSaidWithWhatToDo_data() {
        QTest::addColumn<int>("mode");
        QTest::addColumn<QString>("beginning");
        QTest::newRow("automatic") << int(HttpMode::Auto) << QStringLiteral("TLS with %1 failed: ");
        QTest::newRow("HTTP/2") << int(HttpMode::Http2) << QStringLiteral("TLS with %1 failed: ");
        QTest::newRow("HTTP/1.1") << int(HttpMode::Http11) << QStringLiteral("%1: TLS failed: ");
    }
    void aCertificateThatNobodyVouchesForIsSaidWithWhatToDo() {
        QFETCH(int, mode);
        QFETCH(QString, beginning);
        SimulatorOptions options;
        options.protocol = SimulatorOptions::Protocol::Tls;
        simulate(options);
        auto target = bench_->simulated();
        target.caPem.clear();
        target.http = static_cast<HttpMode>(mode);
        bench_->open(target);
        refusedByCertificate(beginning.arg(address()) +
                                 QStringLiteral("its certificate is self-signed, and nobody trusted here vouches for "
                                                "it; if the server is yours, name this "
                                                "certificate, or its authority's, as the CA file of the target."),
                             QStringLiteral("untrusted"));

        // What the sentence says to do helps.
        auto setup = session().setup();
        setup.target.caPem = {bench_->simulator_->certificatePem()};
        QVERIFY(session().setSetup(setup).ok());
        bench_->click(QStringLiteral("Start"));
        QTRY_VERIFY_WITH_TIMEOUT(session().phase() == RunSession::Phase::Ended, patience);
        QCOMPARE(session().snapshot()->successes, std::uint64_t{TargetBench::prompts});
    }

    void aCertificateForAnotherNameIsSaidWithTheNamesThatItHas_data() {
        QTest::addColumn<int>("mode");
        QTest::addColumn<QString>("beginning");
        QTest::newRow("automatic") << int(HttpMode::Auto) << QStringLiteral("TLS with %1 failed: ");
        QTest::newRow("HTTP/1.1") << int(HttpMode::Http11) << QStringLiteral("%1: TLS failed: ");
    }
    void aCertificateForAnotherNameIsSaidWithTheNamesThatItHas() {
        QFETCH(int, mode);
        QFETCH(QString, beginning);
        SimulatorOptions options;
        options.protocol = SimulatorOptions::Protocol::Tls;
        options.address = "127.0.0.2"; // its certificate is for localhost, 127.0.0.1 and ::1
        simulate(options);
        auto target = bench_->simulated();
        target.http = static_cast<HttpMode>(mode);
        bench_->open(target);
        refusedByCertificate(beginning.arg(address()) +
                                 QStringLiteral("its certificate is for another name (localhost, ::1, 127.0.0.1); call "
                                                "the target by a name that its "
                                                "certificate has, or give the server a certificate for this one."),
                             QStringLiteral("other_name"));
    }

    void aKeyThatIsRefusedIsSaidWhileTheRunGoesOnAndAtItsEnd() {
        ScriptedServer server;
        server.script({answers::stream(oneAnswer()), answers::stream(oneAnswer()), answers::stream(oneAnswer())});
        server.otherwise(answers::text(401,
                                       "{\"error\":{\"message\":\"Incorrect API key provided: "
                                       "expired-key-0123456789\",\"code\":\"invalid_api_key\"}}",
                                       json));
        Target target;
        target.baseUrl = server.url() + "/v1";
        target.apiKey = "expired-key-0123456789";
        bench_->open(target, 0);
        bench_->click(QStringLiteral("Start"));
        QTRY_VERIFY_WITH_TIMEOUT(!bench_->sentence().isEmpty(), patience);
        QCOMPARE(bench_->sentence(), QStringLiteral("The endpoint refuses the key (HTTP 401): stop the run, and set "
                                                    "one that is in force under Run > Target."));
        bench_->picture(QStringLiteral("key_refused_live"));
        QCOMPARE(bench_->remedyText(), QStringLiteral("Stop"));
        QTest::mouseClick(bench_->remedy(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(session().phase() == RunSession::Phase::Ended, patience);

        const auto refused = session().snapshot()->keyRefusals;
        QVERIFY(refused > 0);
        QCOMPARE(server.seen().size(), static_cast<std::size_t>(refused) + 3);
        QVERIFY2(bench_->sentence().startsWith(QStringLiteral("The endpoint refuses the key (HTTP 401), for ")),
                 qPrintable(bench_->sentence()));
        QVERIFY2(bench_->sentence().endsWith(QStringLiteral(
                     "set one that is in force under Run > Target, then start again; the answers that came are kept.")),
                 qPrintable(bench_->sentence()));
        QCOMPARE(bench_->remedyText(), QStringLiteral("Target..."));
        bench_->picture(QStringLiteral("key_refused"));
        QVERIFY(!bench_->sentence().contains(QStringLiteral("expired-key")));
        QTRY_VERIFY_WITH_TIMEOUT(session().overview() && session().overview()->summary && !session().overview()->live,
                                 patience);
        QCOMPARE(session().overview()->summary->successes, std::uint64_t{3});
        QCOMPARE(answered(session().file()).size(), 3);
        // What was cancelled is not said to be on its way into the file.
        QTRY_COMPARE_WITH_TIMEOUT(bench_->window_->findChild<TablesPane*>()->requests().model().liveRows(), 0, patience);
    }

    void aMissingKeyIsSaidAsOne() {
        ScriptedServer server;
        server.otherwise(answers::text(401, "{\"error\":{\"message\":\"You didn't provide an API key.\"}}", json));
        Target target;
        target.baseUrl = server.url() + "/v1";
        bench_->open(target);
        bench_->click(QStringLiteral("Start"));
        QTRY_VERIFY_WITH_TIMEOUT(session().phase() == RunSession::Phase::Ended, patience);
        QCOMPARE(bench_->sentence(), QStringLiteral("The endpoint wants a key (HTTP 401) and this target has none, for "
                                                    "60 of 60 requests: set it under Run > Target, "
                                                    "then start again; the answers that came are kept."));
        QCOMPARE(bench_->remedyText(), QStringLiteral("Target..."));
        // It stays until something is done about it.
        QTRY_VERIFY_WITH_TIMEOUT(session().overview() && session().overview()->complete, patience);
        QVERIFY(bench_->sentence().contains(QStringLiteral("wants a key")));
    }

    void anAnswerThatHasNothingToDoWithTheKeySaysNothingOfIt() {
        ScriptedServer server;
        server.otherwise(answers::text(404, "{\"error\":{\"message\":\"no such model\"}}", json));
        Target target;
        target.baseUrl = server.url() + "/v1";
        bench_->open(target);
        bench_->click(QStringLiteral("Start"));
        QTRY_VERIFY_WITH_TIMEOUT(session().phase() == RunSession::Phase::Ended, patience);
        QVERIFY2(!bench_->sentence().contains(QStringLiteral("key")), qPrintable(bench_->sentence()));
        QVERIFY2(bench_->sentence().contains(QStringLiteral("0 of 60 requests succeeded")),
                 qPrintable(bench_->sentence()));
    }

    void aFullDiskIsSaidAndWhatWasRecordedIsKeptAndResumed() {
        QTemporaryDir place;
        SmallDisk disk(place.path());
        if (!disk.mounted())
            QSKIP("mounting a small file system needs root, or a system that lets anybody have a user namespace");
        SimulatorOptions options;
        options.prefillTokensPerSecond = 1e9;
        options.kvTokens = 1'000'000;
        options.stepBase = std::chrono::milliseconds{1};
        simulate(options);
        bench_->open(bench_->simulated(), 1, place.path(), 12'000); // more than the disk has room for
        bench_->click(QStringLiteral("Start"));
        QTRY_VERIFY_WITH_TIMEOUT(session().phase() == RunSession::Phase::Ended, patience);
        QVERIFY(session().end()->recordBroke);
        const QString file = session().file();
        QCOMPARE(bench_->sentence(), QStringLiteral("The run stopped because of the run file %1: the disk is full; "
                                                    "what was recorded is kept: make room there, or put the "
                                                    "file back, and press Resume to answer the rest.")
                                         .arg(file));
        QCOMPARE(bench_->remedyText(), QStringLiteral("Resume"));
        QVERIFY(bench_->action(QStringLiteral("Resume this run"))->isEnabled());
        bench_->picture(QStringLiteral("full_disk"));
        const auto before = answered(file);
        QVERIFY2(before.size() > 5 && before.size() < TargetBench::prompts, qPrintable(QString::number(before.size())));
        const int asked = requests();

        QVERIFY(disk.grow());
        QTest::mouseClick(bench_->remedy(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(session().phase() == RunSession::Phase::Ended && session().overview() &&
                                     session().overview()->complete,
                                 patience);
        QCOMPARE(session().file(), file);
        const auto after = answered(file);
        QCOMPARE(after.size(), TargetBench::prompts);
        QCOMPARE(QSet<QString>(after.begin(), after.end()).size(), TargetBench::prompts);
        for (const auto& id : before)
            QVERIFY2(after.contains(id), qPrintable(id));
        // Nothing that was kept was paid for twice.
        QCOMPARE(requests() - asked, TargetBench::prompts - before.size());
    }

    void aRunFileThatIsTakenAwayIsSaid() {
        SimulatorOptions options;
        options.stepBase = std::chrono::milliseconds{2};
        simulate(options);
        bench_->open(bench_->simulated(), 0);
        bench_->click(QStringLiteral("Start"));
        QTRY_VERIFY_WITH_TIMEOUT(session().snapshot() && session().snapshot()->successes > 3, patience);
        const QString file = session().file();
        QVERIFY(QFile::rename(file, file + QStringLiteral(".elsewhere")));
        QTRY_VERIFY_WITH_TIMEOUT(session().phase() == RunSession::Phase::Ended, patience);
        QVERIFY2(bench_->sentence().contains(QStringLiteral("moved or removed")), qPrintable(bench_->sentence()));
        QVERIFY2(bench_->sentence().contains(QStringLiteral("put the file back")), qPrintable(bench_->sentence()));
        QVERIFY(answered(file).size() > 3);
    }

    void aTargetThatIsGoneWhenARunIsResumedTakesNothingFromTheWindow() {
        SimulatorOptions options;
        options.stepBase = std::chrono::milliseconds{2};
        simulate(options);
        bench_->open(bench_->simulated());
        bench_->click(QStringLiteral("Start"));
        QTRY_VERIFY_WITH_TIMEOUT(session().snapshot() && session().snapshot()->successes > 3, patience);
        session().stop();
        session().stop();
        QTRY_VERIFY_WITH_TIMEOUT(session().phase() == RunSession::Phase::Ended && session().overview() &&
                                     !session().overview()->live,
                                 patience);
        const QString file = session().file();
        const auto before = answered(file);
        QVERIFY(bench_->action(QStringLiteral("Resume this run"))->isEnabled());
        bench_->simulator_.reset();
        bench_->action(QStringLiteral("Resume this run"))->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!session().live() && !bench_->sentence().isEmpty(), patience);
        QVERIFY2(bench_->sentence().contains(QStringLiteral("is the server running")), qPrintable(bench_->sentence()));
        QTRY_COMPARE_WITH_TIMEOUT(session().file(), file, patience); // it is read again
        QTRY_VERIFY_WITH_TIMEOUT(session().overview() &&
                                     session().overview()->requests == static_cast<std::uint64_t>(before.size()),
                                 patience);
        QVERIFY(bench_->action(QStringLiteral("Resume this run"))->isEnabled());
        QCOMPARE(answered(file), before);
    }

    void aKnobThatTheSessionRefusesGoesBackToWhatIsInForce() {
        simulate({});
        bench_->open(bench_->simulated());
        bench_->click(QStringLiteral("Start"));
        QTRY_VERIFY_WITH_TIMEOUT(session().phase() == RunSession::Phase::Ended, patience);
        QTRY_VERIFY_WITH_TIMEOUT(session().overview() && session().overview()->complete, patience);
        bench_->window_->openFile(session().file());
        QTRY_VERIFY_WITH_TIMEOUT(session().phase() == RunSession::Phase::Viewing, patience);
        auto* panel = bench_->window_->findChild<KnobPanel*>();
        panel->setReadOnly(false); // the panel lets a person turn what the session does not
        auto* cap = panel->row("max-concurrency")->field();
        cap->setFocus();
        QTest::keyClick(cap, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(cap, QStringLiteral("9"));
        QTest::keyClick(cap, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(!bench_->sentence().isEmpty(), patience);
        QCOMPARE(bench_->sentence(),
                 QStringLiteral(
                     "The knobs stay as they were: this is a finished run: its knobs cannot be turned any more."));
        QTRY_COMPARE_WITH_TIMEOUT(panel->knobs().maxConcurrency, 4, patience);
        QCOMPARE(session().knobs().maxConcurrency, 4);
        QVERIFY(!bench_->action(QStringLiteral("Undo"))->isEnabled()); // no step leads to what was never in force
    }
};

int main(int argc, char** argv) {
    SmallDisk::gainRight(); // before there are threads
    QApplication app(argc, argv);
    TestWindowFaults test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_window_faults.moc"
