#include "engine/engine.h"
#include "engine/record/recorder.h"

#include "tests/support/scripted_server.h"

#include <nlohmann/json.hpp>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace penstock;
using namespace penstock::test;
using nlohmann::json;

namespace {

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

/// A front end that goes away in the middle of a run.
class TestEngineQuit final : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;

    RunOptions optionsFor(const ScriptedServer& server, const QString& name) {
        QFile file(dir_.filePath(QStringLiteral("prompts.txt")));
        if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write the workload");
        for (int i = 0; i < 100; ++i) file.write("Say hello.\n");
        file.close();
        RunOptions options;
        options.workload.path = file.fileName().toStdString();
        options.workload.format = WorkloadFormat::Text;
        options.outputDir = dir_.filePath(name).toStdString();
        options.target.baseUrl = server.url() + "/v1";
        options.target.model = "m";
        options.knobs.maxConcurrency = 3;
        options.knobs.queueCapacity = 7;
        options.knobs.prewarm = false;
        return options;
    }

private Q_SLOTS:
    void anEngineThatGoesAwayInMidRunConcludesTheRecord() {
        ScriptedServer server;
        server.otherwise(answers::hold());
        const auto options = optionsFor(server, "out");
        const QString folder = QString::fromStdString(options.outputDir);
        int called = 0;
        {
            Engine engine({[&](std::shared_ptr<const Snapshot>) {}, [&](RunEnd) { ++called; }});
            QVERIFY(engine.start(options).ok());
            QTRY_COMPARE_WITH_TIMEOUT(server.inFlight(), 3, 60'000);
        }
        QCOMPARE(called, 0); // nobody is there to be told
        for (const char* name : {"/spans.csv", "/record.csv", "/results.jsonl"}) QVERIFY2(QFile::exists(folder + name), name);
        const auto summary = json::parse(contentOf(folder + "/summary.json").toStdString(), nullptr, false);
        QVERIFY(summary.is_object());
        QCOMPARE(summary["attempts"].get<int>(), 3);
        QCOMPARE(summary["requests"].get<int>(), 0);
        QCOMPARE(summary["unfinished"].get<int>(), 10); // in flight and queued
        QVERIFY(!QFile::exists(folder + "/run.lock"));
        const auto point = readResumePoint(options.outputDir);
        QVERIFY2(point.ok(), point ? "" : point.error().message.c_str());
        QCOMPARE(point->session, 2);
        QCOMPARE(point->attemptsMade.size(), std::size_t{3});
        QCOMPARE(*point->info.workloadRequests, std::uint64_t{100});
    }

    void anEngineThatGoesAwayBeforeAnythingWasSentLeavesNothing() {
        ScriptedServer server;
        const auto options = optionsFor(server, "early");
        {
            Engine engine({[](std::shared_ptr<const Snapshot>) {}, [](RunEnd) {}});
            QVERIFY(engine.start(options).ok());
        }
        QVERIFY(!QFile::exists(QString::fromStdString(options.outputDir) + "/run.lock"));
    }

    void anEngineWithoutARunGoesAwayAtOnce() {
        Engine engine({[](std::shared_ptr<const Snapshot>) {}, [](RunEnd) {}});
        QVERIFY(!engine.running());
    }
};

QTEST_GUILESS_MAIN(TestEngineQuit)
#include "tst_engine_quit.moc"
