#include "tests/record/reader_bench.h"

using namespace penstock;
using namespace penstock::record;
using namespace penstock::test;

class TestRunFiles : public QObject, private ReaderBench {
    Q_OBJECT

private Q_SLOTS:
    void aWriterIsNeverHinderedByReaders() {
        const auto folder = newFolder();
        auto recorder = create(folder);
        recorder->segment(someSegment(1, 4));
        (void)recorder->storedAnswer(0);
        std::atomic<bool> over{false};
        std::atomic<int> looks{0}, problems{0};
        std::vector<std::thread> readers;
        for (int i = 0; i < 3; ++i)
            readers.emplace_back([&, i] {
                while (!over) {
                    const auto file = RunFile::openToRead(inFolder(folder));
                    const auto run = file ? readOverview(**file) : Result<RunOverview>(file.error());
                    const auto page = file ? RequestPages(**file).page({}) : Result<RequestPage>(file.error());
                    const bool good = run && page && run->live && readSamples(**file, 50).ok();
                    const bool labelled = i != 0 || writeLabel(inFolder(folder), {"while it runs", ""}).ok();
                    if (!good || !labelled) ++problems;
                    ++looks;
                }
            });
        RequestId id = 0;
        for (; id < 5'000 || looks < 30; ++id) {
            const auto span = once(id, 1, static_cast<int>(id), static_cast<int>(id), static_cast<int>(id) + 5);
            recorder->span(span, {});
            recorder->result(resultOf(span, "yes"));
            if (id % 100 == 0) (void)recorder->storedAnswer(id);
        }
        const auto failed = recorder->failure();
        QVERIFY2(!failed, failed ? failed->message.c_str() : "");
        over = true;
        for (auto& reader : readers) reader.join();
        QCOMPARE(problems.load(), 0);
        const auto summary = recorder->close({}, true);
        QVERIFY2(summary.ok(), summary ? "" : summary.error().message.c_str());
        QCOMPARE(summary->requests, id);
    }

    /// The file and its log as a kill -9 leaves them.
    void whatAKilledWriterLeftInItsLogIsRead() {
        const auto folder = newFolder(), killed = newFolder();
        auto recorder = create(folder);
        recordThreeRequests(*recorder);
        (void)recorder->storedAnswer(0);
        QVERIFY(QDir().mkpath(killed));
        for (const char* name : {"/run.penstock", "/run.penstock-wal"}) QVERIFY(QFile::copy(folder + name, killed + name));
        const auto before = contentOf(killed + "/run.penstock");
        {
            const auto file = reading(killed);
            const auto run = readOverview(*file);
            QVERIFY2(run.ok(), run ? "" : run.error().message.c_str());
            QCOMPARE(run->requests, 3u);
            QVERIFY(!run->live);
            QVERIFY(!run->complete);
            QCOMPARE(run->summary->successes, 2u);
        }
        QCOMPARE(contentOf(killed + "/run.penstock"), before);
        QVERIFY(reading(folder) != nullptr);
        QVERIFY(readOverview(*reading(folder))->live);
        // Folded in when it is let go.
        RunFile::tidy(inFolder(killed));
        QVERIFY(!QFile::exists(killed + "/run.penstock-wal"));
        QCOMPARE(readOverview(*reading(killed))->requests, 3u);
        // Not while it is written.
        RunFile::tidy(inFolder(folder));
        QVERIFY(QFile::exists(folder + "/run.penstock-wal"));
        QVERIFY(recorder->close(threeRequestsTotals(), true).ok());
    }

    void onlyARunWhoseWriterWasKilledIsCutOff() {
        const auto root = newFolder(), live = root + "/live", killed = root + "/killed";
        QVERIFY(QDir().mkpath(killed));
        auto recorder = create(live);
        recordThreeRequests(*recorder);
        (void)recorder->storedAnswer(0);
        for (const char* name : {"/run.penstock", "/run.penstock-wal"}) QVERIFY(QFile::copy(live + name, killed + name));
        QVERIFY(QFile::copy(killed + "/run.penstock", killed + "/copy.penstock")); // a resume would not find it
        const auto run = readCutOff(inFolder(killed));
        QVERIFY(run);
        QCOMPARE(run->requests, 3u);
        QCOMPARE(run->session, 1);
        QCOMPARE(run->runId, someRun().runId);
        QVERIFY(!readCutOff(inFolder(live)));
        QVERIFY(!readCutOff(inFolder(root)));
        const auto below = cutOffRunsBelow({root.toStdString()}, [] { return false; });
        QCOMPARE(below.size(), std::size_t{1});
        QCOMPARE(below[0].path, inFolder(killed));
        QVERIFY(cutOffRunsBelow({root.toStdString()}, [] { return true; }).empty());
        // Stopped by a person: its session has its end.
        QVERIFY(recorder->close(threeRequestsTotals(), false).ok());
        recorder.reset();
        QVERIFY(!readCutOff(inFolder(live)));
    }

    void aFileThatIsNotThereIsNotMade() {
        const auto folder = newFolder();
        QVERIFY(QDir().mkpath(folder));
        const auto file = RunFile::openToRead(inFolder(folder));
        QVERIFY(!file.ok());
        QVERIFY(file.error().message.find("No such file") != std::string::npos);
        QVERIFY(QDir(folder).isEmpty());
    }

    void hostileFilesAreRefusedWithASentenceOrRead() {
        const auto sound = contentOf(threeRequests() + "/run.penstock");
        std::mt19937 random(11);
        int refused = 0;
        for (int i = 0; i < 200; ++i) {
            auto bytes = sound;
            if (i % 4 == 0) bytes = bytes.left(std::uniform_int_distribution<qsizetype>(0, bytes.size() - 1)(random));
            else
                for (int j = 0; j <= i % 16; ++j)
                    bytes[std::uniform_int_distribution<qsizetype>(0, bytes.size() - 1)(random)] = static_cast<char>(random());
            const auto folder = newFolder();
            QVERIFY(QDir().mkpath(folder));
            QFile out(folder + "/run.penstock");
            QVERIFY(out.open(QIODevice::WriteOnly));
            out.write(bytes);
            out.close();
            const auto file = RunFile::openToRead(inFolder(folder));
            if (!file) {
                QVERIFY(!file.error().message.empty());
                ++refused;
                continue;
            }
            const auto check = [&](const auto& result) {
                if (result) return;
                ++refused;
                QVERIFY(!result.error().message.empty());
            };
            check(readOverview(**file));
            RequestQuery query;
            query.text = "a";
            query.order = RequestQuery::Order::Tokens;
            check(RequestPages(**file).page(query));
            check(readDetail(**file, 1));
            check(readSamples(**file, 10));
            (void)readListing(inFolder(folder));
        }
        QVERIFY(refused > 20);
    }

    void runFilesAreFoundTwoLevelsDeepNewestFirst() {
        const auto root = newFolder();
        const std::pair<const char*, int> files[] = {{"/a.penstock", 3}, {"/x/run.penstock", 1}, {"/x/y/run.penstock", 2}, {"/x/y/z/run.penstock", 0}, {"/x/notes.txt", 5}};
        for (const auto& [name, day] : files) {
            const auto path = root + name;
            QVERIFY(QDir().mkpath(QFileInfo(path).path()));
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write("x");
            file.flush();
            QVERIFY(file.setFileTime(QDateTime(QDate(2026, 1, 10 + day), QTime(0, 0)), QFileDevice::FileModificationTime));
        }
        const auto found = runFilesBelow({root.toStdString(), (root + "/x").toStdString(), "/nowhere"}, 1000);
        const std::vector<std::string> expected{(root + "/a.penstock").toStdString(), (root + "/x/y/run.penstock").toStdString(),
                                                (root + "/x/run.penstock").toStdString(), (root + "/x/y/z/run.penstock").toStdString()};
        QCOMPARE(found, expected); // the last one is two levels below the second folder
        QCOMPARE(runFilesBelow({root.toStdString()}, 1000).size(), 3u);
        QCOMPARE(runFilesBelow({root.toStdString()}, 1).size(), 1u);
        const auto listing = readListing(expected[0]);
        QVERIFY(!listing.problem.empty());
        const auto good = readListing(inFolder(threeRequests()));
        QCOMPARE(good.problem, std::string());
        QCOMPARE(good.successes, 2u);
        QCOMPARE(*good.costPerSuccess, 3.6 * 0.082 / 3600 / 2);
        QCOMPARE(good.maxConcurrency, 2);
        QCOMPARE(good.currency, std::string("USD"));
        QVERIFY(good.complete);
    }
};

QTEST_GUILESS_MAIN(TestRunFiles)
#include "tst_run_files.moc"
