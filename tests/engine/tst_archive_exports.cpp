#include "tests/engine/archive_bench.h"

#include <csignal>
#include <sys/resource.h>

using namespace penstock;
using namespace penstock::test;

class TestArchiveExports : public QObject, private ArchiveBench {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { record(); }

    void eachDocumentIsWrittenAnewAsTheRunWroteIt() {
        RunArchive archive;
        QVERIFY(open(archive, three_).ok());
        const std::pair<Kind, const char*> documents[] = {{Kind::ResultsJsonl, "results.jsonl"}, {Kind::SpansCsv, "spans.csv"},
                                                          {Kind::RecordCsv, "record.csv"}, {Kind::SummaryJson, "summary.json"}};
        QDir().mkpath(temporary_.path() + "/out");
        for (const auto& [kind, name] : documents) {
            const auto written = write(archive, kind, at(QString("out/") + name));
            QVERIFY2(written.ok(), written ? "" : written.error().message.c_str());
            const auto wrote = contentOf(temporary_.path() + "/out/" + name), first = contentOf(three_ + "/" + name);
            QVERIFY(!wrote.isEmpty());
            // Results stand in the order of requests here, in the order of their ends there.
            if (kind == Kind::ResultsJsonl) {
                auto a = wrote.split('\n'), b = first.split('\n');
                std::sort(a.begin(), a.end());
                std::sort(b.begin(), b.end());
                QCOMPARE(a, b);
            } else {
                QCOMPARE(wrote, first);
            }
        }
        hasOnly(temporary_.path() + "/out", {"record.csv", "results.jsonl", "spans.csv", "summary.json"});
    }

    void aCopyOfARunIsTheRun() {
        RunArchive archive;
        const auto first = open(archive, many_);
        const auto path = at("it's a #1 copy?.penstock");
        double most = -1;
        const auto written = ask<Exported>([&](auto done) {
            archive.exportTo(Kind::RunFile, path, [&](double share) { most = std::max(most, share); }, std::move(done));
        });
        QVERIFY2(written.ok(), written ? "" : written.error().message.c_str());
        QCOMPARE(written->path, path);
        QVERIFY(most >= 0 && most <= 1);
        const auto copy = open(archive, QString::fromStdString(path));
        QVERIFY2(copy.ok(), copy ? "" : copy.error().message.c_str());
        QVERIFY(copy->complete);
        QVERIFY(!copy->live);
        QCOMPARE(copy->requests, 30'000u);
        QCOMPARE(*copy->summary->costPerSuccess, *first->summary->costPerSuccess);
        QCOMPARE(*copy->segments.at(0).costPerSuccess, *first->segments.at(0).costPerSuccess);
        RequestQuery query;
        query.order = RequestQuery::Order::CustomId;
        query.offset = 29'990;
        QCOMPARE(page(archive, query)->rows.size(), 10u);
        // One file, with nothing beside it.
        QVERIFY(!QFile::exists(QString::fromStdString(path) + "-wal"));
        QVERIFY(!QFile::exists(QString::fromStdString(path) + ".part"));
    }

    void aRunThatGoesOnIsCopiedAsItStands() {
        const auto folder = temporary_.path() + "/live";
        auto recorder = createRecorder(optionsFor(folder), someRun(), {});
        recordMany(**recorder, 500);
        (void)(*recorder)->storedAnswer(0);
        RunArchive archive;
        const auto run = open(archive, folder);
        QVERIFY(run->live);
        QVERIFY(!run->complete);
        QCOMPARE(run->requests, 500u);
        QVERIFY(write(archive, Kind::RunFile, at("live-copy.penstock")).ok());
        QVERIFY(write(archive, Kind::SpansCsv, at("live-spans.csv")).ok());
        QCOMPARE(contentOf(temporary_.path() + "/live-spans.csv").count('\n'), 501);
        // Not over the run itself.
        const auto self = write(archive, Kind::SpansCsv, (folder + "/run.penstock").toStdString());
        QVERIFY(self.error().message.find("is the run file itself") != std::string::npos);
        QVERIFY(!(*recorder)->failure());
        QVERIFY((*recorder)->close({}, true).ok());
        recorder->reset();
        const auto ended = ask<RunOverview>([&](auto done) { archive.refresh(std::move(done)); });
        QVERIFY(!ended->live);
        QVERIFY(ended->complete);
        QVERIFY(ended->summary.has_value());
        QCOMPARE(page(archive)->total, 500u);
        const auto copy = open(archive, temporary_.path() + "/live-copy.penstock");
        QVERIFY(!copy->complete);
        QCOMPARE(copy->requests, 500u);
        // The log that the reader's presence kept is gone with it.
        hasOnly(folder, {"record.csv", "results.jsonl", "run.penstock", "spans.csv", "summary.json"});
    }

    void everythingGoesIntoAFolderThatHoldsNothingOfIt() {
        RunArchive archive;
        QVERIFY(open(archive, three_).ok());
        const auto written = write(archive, Kind::Everything, at("a/b/all"));
        QVERIFY(written.ok());
        const auto length = ask<RunOverview>([&](auto done) { archive.refresh(std::move(done)); })->lengthSeconds;
        QCOMPARE(written->sessionSeconds, std::optional(length));
        hasOnly(temporary_.path() + "/a/b/all", {"record.csv", "results.jsonl", "run.penstock", "spans.csv", "summary.json"});
        QCOMPARE(contentOf(temporary_.path() + "/a/b/all/summary.json"), contentOf(three_ + "/summary.json"));
        const auto again = write(archive, Kind::Everything, at("a/b/all"));
        QVERIFY(again.error().message.find("already holds a file run.penstock") != std::string::npos);
        const auto own = write(archive, Kind::Everything, three_.toStdString());
        QVERIFY(!own.ok());
        QVERIFY(open(archive, three_).ok());
    }

    void aCancelledExportLeavesNothingBehind() {
        RunArchive archive;
        QVERIFY(open(archive, many_).ok());
        QDir().mkpath(temporary_.path() + "/given-up");
        for (const auto kind : {Kind::RunFile, Kind::ResultsJsonl, Kind::SpansCsv, Kind::RecordCsv, Kind::SummaryJson, Kind::Everything}) {
            std::optional<Result<Exported>> answer;
            bool cancelled = false;
            archive.exportTo(
                kind, at("given-up/x"),
                [&](double) {
                    archive.cancelExport();
                    cancelled = true;
                },
                [&](Result<Exported> result) { answer = std::move(result); });
            if (kind == Kind::RecordCsv) archive.cancelExport(); // before it has begun
            QVERIFY(wait([&] { return answer.has_value(); }));
            // A small one may have come to its end before it heard of it.
            if (!answer->ok()) {
                QCOMPARE(answer->error().message, std::string("the export was cancelled"));
                hasOnly(temporary_.path() + "/given-up", {});
            } else {
                QVERIFY(cancelled);
                QDir(temporary_.path() + "/given-up").removeRecursively();
                QDir().mkpath(temporary_.path() + "/given-up");
            }
            if (kind == Kind::RecordCsv) QVERIFY(!answer->ok());
        }
        // The next one is not cancelled.
        QVERIFY(write(archive, Kind::SpansCsv, at("given-up/x")).ok());
    }

    void anArchiveThatGoesAwayEndsItsExportWithoutACall() {
        QDir().mkpath(temporary_.path() + "/gone");
        bool called = false;
        {
            RunArchive archive;
            QVERIFY(open(archive, many_).ok());
            bool begun = false;
            archive.exportTo(Kind::RunFile, at("gone/x"), [&](double) { begun = true; }, [&](auto) { called = true; });
            archive.requests({}, [&](auto) {});
            QVERIFY(wait([&] { return begun; }));
        }
        QCoreApplication::processEvents();
        if (!called && QFile::exists(temporary_.path() + "/gone/x")) {
            // It had just come to its end: then it is whole.
            RunArchive archive;
            QCOMPARE(open(archive, temporary_.path() + "/gone/x")->requests, 30'000u);
            QFile::remove(temporary_.path() + "/gone/x");
        }
        hasOnly(temporary_.path() + "/gone", {});
    }

    void placesThatCannotBeWrittenAreNamed() {
        RunArchive archive;
        QVERIFY(open(archive, three_).ok());
        for (const auto kind : {Kind::RunFile, Kind::SpansCsv, Kind::ResultsJsonl, Kind::SummaryJson, Kind::Everything}) {
            const auto written = write(archive, kind, "/proc/nowhere/x");
            QVERIFY(!written.ok());
            QVERIFY2(written.error().message.find("/proc/nowhere/x") != std::string::npos, written.error().message.c_str());
        }
        const auto folder = write(archive, Kind::SpansCsv, temporary_.path().toStdString());
        QVERIFY(folder.error().message.find("it is a folder") != std::string::npos);
    }

    void aFullDiskEndsAnExportWithASentenceAndLeavesNothing() {
        RunArchive archive;
        QVERIFY(open(archive, many_).ok());
        QDir().mkpath(temporary_.path() + "/full");
        rlimit before{};
        QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
        auto small = before;
        small.rlim_cur = 200'000; // as a disk with so much room; writing beyond it fails
        const auto old = std::signal(SIGXFSZ, SIG_IGN);
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &small), 0);
        QStringList said;
        for (const auto kind : {Kind::RunFile, Kind::SpansCsv, Kind::ResultsJsonl, Kind::Everything}) {
            const auto written = write(archive, kind, at("full/x"));
            said << (written ? QStringLiteral("written") : QString::fromStdString(written.error().message));
        }
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
        std::signal(SIGXFSZ, old);
        for (const auto& sentence : said) QVERIFY2(sentence.contains("full/x") && sentence != "written", qPrintable(sentence));
        hasOnly(temporary_.path() + "/full", {});
    }
};

QTEST_GUILESS_MAIN(TestArchiveExports)
#include "tst_archive_exports.moc"
