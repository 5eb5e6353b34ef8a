#include "tests/record/handmade_run.h"
#include "tests/support/small_disk.h"

#include <nlohmann/json.hpp>

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace penstock;
using namespace penstock::test;

namespace {

RequestResult shedOf(RequestId id) {
    RequestResult result;
    result.id = id;
    result.customId = std::to_string(id);
    result.outcome.kind = OutcomeKind::Shed;
    result.outcome.message.assign(2'000, 'x');
    result.ended = epoch;
    return result;
}

int linesOf(const QString& path) {
    return static_cast<int>(contentOf(path).count('\n'));
}

} // namespace

class TestDisk : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aFullDiskIsSaidAndWhatWasRecordedBeforeIsKeptAndResumed() {
        QTemporaryDir temporary;
        SmallDisk disk(temporary.path());
        if (!disk.mounted()) QSKIP("mounting a small file system needs root");
        const auto folder = temporary.path() + "/out";
        RequestId id = 0;
        {
            auto recorder = createRecorder(optionsFor(folder), someRun(), {});
            QVERIFY(recorder.ok());
            bool told = false;
            (*recorder)->setOnRoom([&] { told = true; });
            while (!(*recorder)->failure() && id < 5000) {
                (*recorder)->result(shedOf(id++));
                if (id % 10 == 0) (void)(*recorder)->storedAnswer(0); // waits for the disk
            }
            const auto failure = (*recorder)->failure();
            QVERIFY(failure.has_value());
            QVERIFY2(failure->message.find("the disk is full") != std::string::npos, failure->message.c_str());
            QVERIFY2(failure->message.find(folder.toStdString()) != std::string::npos, failure->message.c_str());
            QTRY_VERIFY_WITH_TIMEOUT(told, 10'000);
            const auto closed = (*recorder)->close({}, false);
            QVERIFY(!closed.ok());
            QCOMPARE(closed.error().message, failure->message);
        }
        QVERIFY(disk.grow());
        const auto point = readResumePoint(folder.toStdString());
        QVERIFY2(point.ok(), point ? "" : point.error().message.c_str());
        const auto kept = std::count(point->finished.begin(), point->finished.end(), true);
        QVERIFY2(kept > 20, qPrintable(QString::number(kept)));
        auto recorder = resumeRecorder(optionsFor(folder), *point);
        QVERIFY(recorder.ok());
        QCOMPARE(linesOf(folder + "/results.jsonl"), static_cast<int>(kept));
        for (RequestId missing = 0; missing < id; ++missing)
            if (missing >= point->finished.size() || !point->finished[missing]) (*recorder)->result(shedOf(missing));
        const auto summary = (*recorder)->close({}, true);
        QVERIFY(summary.ok());
        QCOMPARE(summary->shed, id);
        QCOMPARE(linesOf(folder + "/results.jsonl"), static_cast<int>(id));
    }

    void aLimitOnFileSizeEndsTheRunWithASentenceAndNotTheProcess() {
        QTemporaryDir temporary;
        const auto folder = temporary.path() + "/out";
        const auto victim = QCoreApplication::applicationDirPath() + "/record_victim";
        QProcess limited;
        limited.start(victim, {folder, "3000", "500000"});
        QVERIFY(limited.waitForFinished(60'000));
        QCOMPARE(limited.exitStatus(), QProcess::NormalExit);
        const auto said = limited.readAllStandardOutput();
        QVERIFY2(said.contains("failed "), said.right(300));
        QVERIFY2(said.contains(folder.toLocal8Bit()), said.right(300));

        QProcess again;
        again.start(victim, {folder, "3000"});
        QVERIFY(again.waitForFinished(60'000));
        QVERIFY(again.readAllStandardOutput().contains("closed"));
        QCOMPARE(linesOf(folder + "/results.jsonl"), 3000);
    }

    void aReadOnlyDiskIsSaidAtTheStart() {
        QTemporaryDir temporary;
        SmallDisk disk(temporary.path());
        if (!disk.mounted()) QSKIP("mounting a small file system needs root");
        QVERIFY(QDir().mkpath(temporary.path() + "/out"));
        QVERIFY(disk.makeReadOnly());
        const auto made = createRecorder(optionsFor(temporary.path() + "/out"), someRun(), {});
        QVERIFY(!made.ok());
        QVERIFY2(made.error().message.find("Read-only") != std::string::npos, made.error().message.c_str());
    }

    void aFolderThatCannotBeMadeIsSaid() {
        const auto made = createRecorder(optionsFor("/dev/null/out"), someRun(), {});
        QVERIFY(!made.ok());
        QVERIFY2(made.error().message.find("/dev/null/out") != std::string::npos, made.error().message.c_str());
    }

    void aRunFileThatVanishesIsSaid() {
        QTemporaryDir temporary;
        const auto folder = temporary.path() + "/out";
        auto recorder = createRecorder(optionsFor(folder), someRun(), {});
        QVERIFY(recorder.ok());
        (*recorder)->result(shedOf(0));
        (void)(*recorder)->storedAnswer(0);
        QVERIFY(!(*recorder)->failure());
        QVERIFY(QFile::remove(folder + "/run.penstock"));
        (*recorder)->result(shedOf(1));
        QTRY_VERIFY_WITH_TIMEOUT((*recorder)->failure().has_value(), 10'000);
        const auto message = (*recorder)->failure()->message;
        QVERIFY2(message.find("removed") != std::string::npos, message.c_str());
        QVERIFY(!(*recorder)->close({}, true).ok());
    }
};

QTEST_GUILESS_MAIN(TestDisk)
#include "tst_disk.moc"
