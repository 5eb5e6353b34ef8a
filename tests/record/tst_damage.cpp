#include "tests/record/handmade_run.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

#include <random>

using namespace penstock;
using namespace penstock::test;

/// A run file comes from a disk, from a colleague, from anywhere: whatever it holds, reading it ends with a sentence.
class TestDamage : public QObject {
    Q_OBJECT

    QTemporaryDir temporary_;
    QByteArray sound_;
    int made_ = 0;

    QString folderWith(const QByteArray& runFile) {
        const auto folder = temporary_.path() + "/d" + QString::number(++made_);
        QDir().mkpath(folder);
        QFile file(folder + "/run.penstock");
        if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write");
        file.write(runFile);
        return folder;
    }

    /// The sound file after `sql` was run on it.
    QString folderAfter(const QStringList& statements) {
        const auto folder = folderWith(sound_);
        {
            auto database = QSqlDatabase::addDatabase("QSQLITE", "forger");
            database.setDatabaseName(folder + "/run.penstock");
            if (!database.open()) qFatal("cannot open");
            for (const auto& sql : statements) {
                QSqlQuery query(database);
                if (!query.exec(sql)) qFatal("cannot forge: %s", qPrintable(sql));
            }
        }
        QSqlDatabase::removeDatabase("forger");
        return folder;
    }

    /// Whether resuming from `folder` gives an Error that says `word`.
    void refuses(const QString& folder, const char* word) {
        const auto point = readResumePoint(folder.toStdString());
        QVERIFY(!point.ok());
        QVERIFY2(point.error().message.find(word) != std::string::npos, point.error().message.c_str());
    }

private Q_SLOTS:
    void initTestCase() {
        const auto folder = temporary_.path() + "/sound";
        {
            auto recorder = createRecorder(optionsFor(folder), someRun(), {});
            QVERIFY(recorder.ok());
            recordThreeRequests(**recorder);
            QVERIFY((*recorder)->close(threeRequestsTotals(), false).ok());
        }
        sound_ = contentOf(folder + "/run.penstock");
        QVERIFY(sound_.size() > 10'000);
        QVERIFY(readResumePoint(folderWith(sound_).toStdString()).ok());
    }

    void anEmptyFileIsNoRun() { refuses(folderWith({}), "not a Penstock run"); }
    void aTextFileIsNoRun() {
        refuses(folderWith("hello, this is text and not a database at all\n"), "not a run file");
    }
    void aFolderInItsPlaceIsNoRun() {
        const auto folder = temporary_.path() + "/dir";
        QVERIFY(QDir().mkpath(folder + "/run.penstock"));
        refuses(folder, "not a file");
    }
    void anotherProgramsDatabaseIsNoRun() { refuses(folderAfter({"PRAGMA application_id=7"}), "not a Penstock run"); }
    void anotherFormatIsNamed() {
        refuses(folderAfter({"PRAGMA user_version=2"}), "written by an older Penstock (format 2");
        refuses(folderAfter({"PRAGMA user_version=4"}), "written by a newer Penstock (format 4");
    }
    void aTriggerIsRefused() {
        refuses(folderAfter({"CREATE TRIGGER t AFTER INSERT ON attempts BEGIN DELETE FROM requests; END"}),
                "not Penstock's");
    }
    void aMissingTableIsAnError() { refuses(folderAfter({"DROP TABLE attempts"}), "run.penstock"); }
    void aMissingRunIsAnError() { refuses(folderAfter({"DELETE FROM run"}), "damaged"); }
    void ANegativeRequestIsAnError() {
        refuses(folderAfter({"UPDATE requests SET request = -5 WHERE request = 0"}), "damaged");
    }
    void aRequestBeyondAllBoundsDoesNotMakeUsAllocate() {
        refuses(folderAfter({"UPDATE requests SET request = 4611686018427387904 WHERE request = 0"}), "damaged");
    }
    void timesBeyondAllBoundsAreAnError() {
        refuses(folderAfter({"UPDATE attempts SET released_ns = 9223372036854775807"}), "damaged");
    }
    void aSeedThatIsNoNumberIsAnError() { refuses(folderAfter({"UPDATE run SET seed = 'x'"}), "damaged"); }
    void anOutcomeThatIsNoneIsAnErrorWhenTheResultsAreWrittenAnew() {
        const auto folder = folderAfter({"UPDATE requests SET outcome = 'splendid'"});
        const auto point = readResumePoint(folder.toStdString());
        QVERIFY(point.ok());
        const auto recorder = resumeRecorder(optionsFor(folder), *point);
        QVERIFY(!recorder.ok());
        QVERIFY(recorder.error().message.find("damaged") != std::string::npos);
    }
    void toolCallsThatAreNoJsonAreAnErrorToo() {
        for (const char* calls : {"{", "{}", "[1]", "[[1,2,3]]", "[[\"a\"]]"}) {
            const auto folder = folderAfter({QStringLiteral("UPDATE texts SET tool_calls = '%1'").arg(calls)});
            const auto point = readResumePoint(folder.toStdString());
            QVERIFY(point.ok());
            QVERIFY(!resumeRecorder(optionsFor(folder), *point).ok());
        }
    }

    void aFileCutOffAnywhereIsAnErrorOrSound() {
        std::mt19937 random(5);
        for (int i = 0; i < 60; ++i) {
            const auto length = std::uniform_int_distribution<qsizetype>(0, sound_.size() - 1)(random);
            tryIt(sound_.left(length));
        }
    }

    void bytesChangedAnywhereAreAnErrorOrHarmless() {
        std::mt19937 random(6);
        for (int i = 0; i < 150; ++i) {
            auto bytes = sound_;
            for (int j = 0; j <= i % 8; ++j)
                bytes[std::uniform_int_distribution<qsizetype>(0, bytes.size() - 1)(random)] =
                    static_cast<char>(random());
            tryIt(bytes);
        }
    }

private:
    /// Must not crash; an Error has a sentence.
    void tryIt(const QByteArray& bytes) {
        const auto folder = folderWith(bytes);
        const auto point = readResumePoint(folder.toStdString());
        if (!point) {
            QVERIFY(!point.error().message.empty());
            return;
        }
        auto recorder = resumeRecorder(optionsFor(folder), *point);
        if (!recorder) {
            QVERIFY(!recorder.error().message.empty());
            return;
        }
        const auto summary = (*recorder)->close({}, false);
        if (!summary) QVERIFY(!summary.error().message.empty());
    }
};

QTEST_GUILESS_MAIN(TestDamage)
#include "tst_damage.moc"
