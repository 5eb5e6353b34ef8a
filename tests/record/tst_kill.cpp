#include "tests/record/handmade_run.h"

#include <nlohmann/json.hpp>

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <random>
#include <set>

using namespace penstock;
using namespace penstock::test;
using nlohmann::json;

/// A process of its own records a run and is killed (SIGKILL) at random moments, then resumes it.
class TestKill : public QObject {
    Q_OBJECT

    static constexpr int requests = 4000;
    static constexpr int kills = 25;

    static QString victim() { return QCoreApplication::applicationDirPath() + "/record_victim"; }

    /// The whole lines of results.jsonl, checked: by custom_id, each once. `torn` receives what follows the last line
    /// feed.
    void readResults(const QString& folder, std::map<std::string, json>& out, QByteArray& torn) {
        auto content = contentOf(folder + "/results.jsonl");
        const auto end = content.lastIndexOf('\n') + 1;
        torn = content.mid(end);
        content.truncate(end);
        for (const auto& line : content.split('\n')) {
            if (line.isEmpty()) continue;
            const auto object = json::parse(line.toStdString(), nullptr, false);
            QVERIFY2(object.is_object(), line);
            const auto id = object["custom_id"].get<std::string>();
            QVERIFY2(out.emplace(id, object).second, id.c_str());
        }
    }

private Q_SLOTS:
    void whateverTheMomentOfTheKillEveryRequestIsFinishedOnceAndWhole() {
        QTemporaryDir temporary;
        const auto folder = temporary.path() + "/out";
        std::mt19937 random(20260101);
        std::set<std::size_t> finishedBefore;
        int killed = 0, killedAtWork = 0;
        for (; killed < kills; ++killed) {
            QProcess process;
            process.start(victim(), {folder, QString::number(requests)});
            QVERIFY(process.waitForStarted());
            const int until = std::uniform_int_distribution<int>(0, 120)(random);
            int lines = 0;
            QByteArray said;
            while (lines < until && process.state() == QProcess::Running && process.waitForReadyRead(20'000)) {
                const auto more = process.readAllStandardOutput();
                lines += static_cast<int>(more.count('\n'));
                said += more;
            }
            process.kill();
            QVERIFY(process.waitForFinished(20'000));
            QVERIFY2(!said.contains("failed"), said);
            if (process.exitStatus() == QProcess::NormalExit) break; // it was done before the kill
            if (lines > 0) ++killedAtWork;

            const auto point = readResumePoint(folder.toStdString());
            if (!point) {
                // Killed before there was a run file: then nothing may have been promised.
                QVERIFY2(finishedBefore.empty() && lines == 0, point.error().message.c_str());
                continue;
            }
            std::set<std::size_t> finished;
            for (std::size_t id = 0; id < point->finished.size(); ++id)
                if (point->finished[id]) finished.insert(id);
            for (const auto id : finishedBefore)
                QVERIFY2(finished.count(id) == 1, "a finished request was lost");
            std::map<std::string, json> results;
            QByteArray torn;
            readResults(folder, results, torn);
            for (const auto& [customId, line] : results)
                QVERIFY2(finished.count(std::stoul(customId.substr(3))) == 1,
                         "results.jsonl ran ahead of the run file");
            for (const auto& [request, attempts] : point->attemptsMade) {
                QVERIFY(finished.count(request) == 0);
                // Only a first attempt that was to be retried may stand alone: a last one comes with its result.
                QCOMPARE(request % 5, 0u);
                QCOMPARE(attempts, 1);
            }
            finishedBefore = std::move(finished);
        }
        QVERIFY2(killedAtWork >= 20, qPrintable(QString::number(killedAtWork) + " kills met a victim at work"));

        QProcess process;
        process.start(victim(), {folder, QString::number(requests)});
        QVERIFY(process.waitForFinished(120'000));
        QCOMPARE(process.exitCode(), 0);

        std::map<std::string, json> results;
        QByteArray torn;
        readResults(folder, results, torn);
        QVERIFY(torn.isEmpty());
        QCOMPARE(results.size(), static_cast<std::size_t>(requests));
        for (std::size_t id = 0; id < requests; ++id) {
            const auto& line = results["id-" + std::to_string(id)];
            QCOMPARE(line["response"]["body"]["choices"][0]["message"]["content"].get<std::string>(),
                     "answer " + std::to_string(id) + std::string(id % 700, 'x'));
        }
        const auto summary = json::parse(contentOf(folder + "/summary.json").toStdString());
        QCOMPARE(summary["requests"], json(requests));
        QCOMPARE(summary["successes"], json(requests));
        QCOMPARE(summary["attempts"], json(requests + requests / 5));
        QCOMPARE(summary["retries"], json(requests / 5));
        QCOMPARE(summary["retries_by_cause"]["503"], json(requests / 5));

        const auto python = QStandardPaths::findExecutable(QStringLiteral("python3"));
        if (python.isEmpty()) QSKIP("python3 is not installed");
        QProcess recompute;
        recompute.start(python, {QStringLiteral(RECOMPUTE_SCRIPT), folder});
        QVERIFY(recompute.waitForFinished(60'000));
        QVERIFY2(recompute.exitCode() == 0, recompute.readAllStandardOutput() + recompute.readAllStandardError());
    }
};

QTEST_GUILESS_MAIN(TestKill)
#include "tst_kill.moc"
