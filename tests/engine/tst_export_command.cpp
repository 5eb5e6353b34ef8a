#include "tests/record/handmade_run.h"

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace penstock::test;

class TestExportCommand : public QObject {
    Q_OBJECT

    QTemporaryDir temporary_;
    QString run_;

    struct Ended {
        int status = -1;
        QByteArray said;
    };
    Ended call(const QStringList& arguments) {
        QProcess program;
        program.start(qEnvironmentVariable("PENSTOCK_BIN", QCoreApplication::applicationDirPath()) + "/penstock-cli", QStringList{"export"} + arguments);
        if (!program.waitForFinished(60'000)) return {};
        return {program.exitCode(), program.readAllStandardError()};
    }

private Q_SLOTS:
    void initTestCase() {
        run_ = temporary_.path() + "/run";
        auto recorder = penstock::createRecorder(optionsFor(run_), someRun(), {});
        QVERIFY(recorder.ok());
        recordThreeRequests(**recorder);
        QVERIFY((*recorder)->close(threeRequestsTotals(), true).ok());
    }

    void csvIsTheSpansAndJsonlTheResults() {
        const auto csv = temporary_.path() + "/spans.csv", jsonl = temporary_.path() + "/results.jsonl";
        auto ended = call({run_ + "/run.penstock", "--format", "csv", "--output", csv});
        QVERIFY2(ended.status == 0, ended.said.constData());
        QCOMPARE(contentOf(csv), contentOf(run_ + "/spans.csv"));
        ended = call({run_, "--format", "jsonl", "--output", jsonl});
        QVERIFY2(ended.status == 0, ended.said.constData());
        QCOMPARE(contentOf(jsonl).count('\n'), 3);
    }

    void whatIsNotBuiltYetIsRefusedByName() {
        for (const char* format : {"otlp", "html", "md"}) {
            const auto ended = call({run_, "--format", format, "--output", temporary_.path() + "/x"});
            QCOMPARE(ended.status, 2);
            QVERIFY(ended.said.contains("--format " + QByteArray(format) + " is not built yet"));
        }
        QVERIFY(call({run_, "--format", "xml", "--output", "x"}).said.contains("must be csv or jsonl, not xml"));
        QVERIFY(!QFile::exists(temporary_.path() + "/x"));
    }

    void badFilesAndPlacesEndWithTwoAndASentence() {
        auto ended = call({temporary_.path() + "/none.penstock", "--format", "csv", "--output", temporary_.path() + "/y"});
        QCOMPARE(ended.status, 2);
        QVERIFY2(ended.said.contains("No such file"), ended.said.constData());
        ended = call({run_, "--format", "csv", "--output", "/proc/nowhere/y"});
        QCOMPARE(ended.status, 2);
        QVERIFY2(ended.said.contains("/proc/nowhere/y"), ended.said.constData());
        QCOMPARE(call({run_}).status, 2);
    }
};

QTEST_GUILESS_MAIN(TestExportCommand)
#include "tst_export_command.moc"
