#include "tests/ui/support/own_settings.h"
#include "ui/dialogs/synthetic_workload.h"
#include "ui/dialogs/workload_form.h"

#include <nlohmann/json.hpp>

#include <QFile>
#include <QDir>
#include <QTest>

using namespace penstock;
using namespace penstock::ui;

class TestWorkloadForm : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSyntheticWorkloadHasAsManyPromptsOfThatLengthAndIsTheSameEachTime() {
        const SyntheticWorkload wanted{40, 100, 64, 1};
        const auto bytes = syntheticPrompts(wanted);
        QCOMPARE(bytes, syntheticPrompts(wanted));
        QVERIFY(bytes != syntheticPrompts({40, 100, 64, 2}));
        const auto lines = bytes.split('\n');
        QCOMPARE(lines.size(), 41);
        QVERIFY(lines.back().isEmpty());
        double words = 0;
        for (int i = 0; i < 40; ++i) {
            const auto line = nlohmann::json::parse(lines[i].toStdString());
            QCOMPARE(line.at("custom_id"), "synthetic-" + std::to_string(i + 1));
            QCOMPARE(line.at("max_tokens"), 64);
            const auto count = QString::fromStdString(line.at("prompt").get<std::string>()).count(QLatin1Char(' '));
            QVERIFY2(count >= 50 && count <= 150, qPrintable(QString::number(count)));
            words += count;
        }
        QVERIFY(words / 40 > 80 && words / 40 < 120);
    }

    void syntheticPromptsAreMadeOnceBoundedAndTheOldestForgotten() {
        const QTemporaryDir folder;
        WorkloadForm form;
        form.source = WorkloadForm::Source::Synthetic;
        form.syntheticRequests = 3;
        form.syntheticWords = 4;
        const auto first = workloadOf(form, folder.path());
        QVERIFY(first.ok());
        QFile file(QString::fromStdString(first->path));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("still the one that was made\n");
        file.close();
        QVERIFY(workloadOf(form, folder.path()).ok());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("still the one that was made\n"));
        for (int words = 5; words < 12; ++words) {
            form.syntheticWords = words;
            QVERIFY(workloadOf(form, folder.path()).ok());
        }
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 4);
        form.syntheticRequests = 1'000'000;
        form.syntheticWords = 100'000;
        const auto much = workloadOf(form, folder.path());
        QVERIFY(!much.ok());
        QVERIFY2(much.error().message.find("choose fewer") != std::string::npos, much.error().message.c_str());
    }

    void theSampleIsWrittenOnceAndLoopsWhenAsked() {
        const QTemporaryDir folder;
        WorkloadForm form;
        const auto options = workloadOf(form, folder.path());
        QVERIFY2(options.ok(), options ? "" : options.error().message.c_str());
        QCOMPARE(options->repeat, std::uint64_t{0});
        QFile file(QString::fromStdString(options->path));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll().count('\n'), 202);
        form.loop = false;
        QCOMPARE(workloadOf(form, folder.path())->repeat, std::uint64_t{1});
    }

    void aFileIsTakenWithItsBounds() {
        WorkloadForm form;
        form.source = WorkloadForm::Source::File;
        QVERIFY(!workloadOf(form, {}).ok());
        form.path = QStringLiteral("/somewhere/w.jsonl");
        form.limit = 7;
        form.maxTokens = 32;
        form.skipBadLines = true;
        form.format = WorkloadFormat::MtBench;
        const auto options = workloadOf(form, {});
        QVERIFY(options.ok());
        QCOMPARE(options->path, std::string("/somewhere/w.jsonl"));
        QCOMPARE(*options->limit, std::uint64_t{7});
        QCOMPARE(*options->maxTokens, 32);
        QVERIFY(options->skipBadLines);
        QVERIFY(options->format == WorkloadFormat::MtBench);
    }

    void theFormOfAWorkloadInUseIsThatWorkload() {
        WorkloadForm saved;
        saved.maxTokens = 48; // of another day
        saved.loop = true;
        WorkloadOptions options;
        options.path = "/somewhere/w.jsonl";
        options.limit = 7;
        options.repeat = 1;
        const auto form = formOf(options, saved, QStringLiteral("/kept"));
        QVERIFY(form.source == WorkloadForm::Source::File);
        QCOMPARE(form.path, QStringLiteral("/somewhere/w.jsonl"));
        QCOMPARE(form.limit, 7);
        QCOMPARE(form.maxTokens, 0);
        QVERIFY(!form.loop);
        saved.source = WorkloadForm::Source::Synthetic;
        options.path = "/kept/synthetic-1x1x1.jsonl";
        QVERIFY(formOf(options, saved, QStringLiteral("/kept")).source == WorkloadForm::Source::Synthetic);
    }

    void aPlaceThatCannotBeWrittenToIsNamed() {
        const auto options = workloadOf(WorkloadForm{}, QStringLiteral("/proc/nowhere"));
        QVERIFY(!options.ok());
        QVERIFY2(options.error().message.find("/proc/nowhere") != std::string::npos, options.error().message.c_str());
    }

    void whatWasChosenIsThereAgain() {
        const test::OwnSettings settings;
        WorkloadForm form;
        form.source = WorkloadForm::Source::Synthetic;
        form.loop = false;
        form.syntheticRequests = 12;
        form.syntheticWords = 13;
        form.syntheticTokens = 14;
        form.maxTokens = 15;
        form.format = WorkloadFormat::Text;
        form.save();
        const auto again = WorkloadForm::load();
        QVERIFY(again.source == WorkloadForm::Source::Synthetic);
        QVERIFY(!again.loop);
        QCOMPARE(again.syntheticRequests, 12);
        QCOMPARE(again.syntheticWords, 13);
        QCOMPARE(again.syntheticTokens, 14);
        QCOMPARE(again.maxTokens, 15);
        QVERIFY(again.format == WorkloadFormat::Text);
    }

    void aFileThatIsGoneFallsBackToTheSample() {
        const test::OwnSettings settings;
        WorkloadForm form;
        form.source = WorkloadForm::Source::File;
        form.path = settings.path() + QStringLiteral("/gone.jsonl");
        form.save();
        QVERIFY(WorkloadForm::load().source == WorkloadForm::Source::Sample);
    }
};

QTEST_GUILESS_MAIN(TestWorkloadForm)
#include "tst_workload_form.moc"
