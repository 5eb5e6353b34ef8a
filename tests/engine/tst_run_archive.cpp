#include "tests/engine/archive_bench.h"

#include <thread>

using namespace penstock;
using namespace penstock::test;

class TestRunArchive : public QObject, private ArchiveBench {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { record(); }

    void aFolderOrAFileIsOpenedAndRead() {
        RunArchive archive;
        QVERIFY(!page(archive).ok());
        const auto run = open(archive, three_);
        QVERIFY2(run.ok(), run ? "" : run.error().message.c_str());
        QCOMPARE(run->path, (three_ + "/run.penstock").toStdString());
        QCOMPARE(page(archive)->total, 3u);
        const auto detail = ask<RequestDetail>([&](auto done) { archive.detail(0, std::move(done)); });
        QCOMPARE(detail->reasoning, std::string("because"));
        const auto samples = ask<std::vector<Snapshot>>([&](auto done) { archive.samples(100, std::move(done)); });
        QVERIFY(samples.ok());
        QVERIFY(open(archive, three_ + "/run.penstock").ok());
        archive.close();
        QCOMPARE(page(archive).error().message, std::string("no run is open"));
        hasOnly(three_, {"record.csv", "results.jsonl", "run.penstock", "spans.csv", "summary.json"});
    }

    void answersComeInTheOrderOfTheCallsAndNeverFromInside() {
        RunArchive archive;
        QStringList order;
        archive.open(three_.toStdString(), [&](auto) { order << "open"; });
        archive.detail(0, [&](auto) { order << "detail"; });
        archive.requests({}, [&](auto) { order << "requests"; });
        archive.refresh([&](auto) { order << "refresh"; });
        QVERIFY(order.isEmpty());
        QVERIFY(wait([&] { return order.size() == 4; }));
        QCOMPARE(order, (QStringList{"open", "detail", "requests", "refresh"}));
    }

    void aLaterPageTakesThePlaceOfOneThatHasNotBegun() {
        RunArchive archive;
        archive.open(many_.toStdString(), [](auto) {});
        QList<int> answered;
        for (int i = 0; i < 50; ++i) {
            RequestQuery query;
            query.offset = static_cast<std::uint64_t>(i);
            archive.requests(query, [&answered, i](const Result<RequestPage>& result) {
                answered << i;
                QCOMPARE(result->offset, static_cast<std::uint64_t>(i));
            });
        }
        QVERIFY(wait([&] { return answered.contains(49); }));
        // One may have begun before the others were asked for.
        QVERIFY(answered.size() <= 2);
        QCOMPARE(answered.last(), 49);
    }

    void aSearchThatHasBegunIsHeardUnlessAnotherTextIsLookedFor() {
        RunArchive archive;
        QVERIFY(open(archive, many_).ok());
        QStringList answered;
        const auto search = [&](const char* text, std::uint64_t offset) {
            RequestQuery query;
            query.text = text;
            query.offset = offset;
            archive.requests(query, [&, text](const Result<RequestPage>& page) {
                answered << QStringLiteral("%1 from %2").arg(text).arg(page->offset);
                QCOMPARE(page->total, 11u); // 2999 and 29990 to 29999
            });
        };
        // What comes behind it on the reader's thread is there: so it was begun and is done, and nobody has heard of it yet.
        const auto isDone = [&](const QString& name) {
            const auto path = at(name);
            archive.exportTo(Kind::SummaryJson, path, {}, [](const auto&) {});
            QDeadlineTimer deadline(std::chrono::seconds{60});
            while (!QFile::exists(QString::fromStdString(path)) && !deadline.hasExpired()) std::this_thread::yield();
            return QFile::exists(QString::fromStdString(path));
        };
        search("request-2999", 0);
        QVERIFY(isDone("searched-1"));
        search("request-2999", 5); // as a table does that is brought up to date
        QVERIFY(wait([&] { return answered.size() == 2; }));
        QCOMPARE(answered, (QStringList{"request-2999 from 0", "request-2999 from 5"}));
        answered.clear();
        search("request-2999", 0);
        QVERIFY(isDone("searched-2"));
        search("quest-2999", 0);
        QVERIFY(wait([&] { return !answered.isEmpty(); }));
        QCOMPARE(page(archive)->total, 30'000u);
        QCOMPARE(answered, QStringList{"quest-2999 from 0"});
    }

    void aSearchForAnotherTextEndsTheOneBefore() {
        RunArchive archive;
        QVERIFY(open(archive, many_).ok());
        QStringList answered;
        for (const char* text : {"request-1", "request-12", "request-123", "request-1234"}) {
            RequestQuery query;
            query.text = text;
            archive.requests(query, [&, text](const Result<RequestPage>& page) {
                answered << text;
                QCOMPARE(page->total, 11u); // 1234 and 12340 to 12349
            });
        }
        QVERIFY(wait([&] { return !answered.isEmpty(); }));
        QCOMPARE(page(archive)->total, 30'000u);
        QCOMPARE(answered, QStringList{"request-1234"});
        RequestQuery endless;
        endless.text = std::string(20'001, 'a');
        const auto refused = page(archive, endless);
        QVERIFY(!refused.ok() && refused.error().message.find("too long") != std::string::npos);
    }

    /// While a run goes on its record is made anew every few seconds, however long that takes.
    void aLaterComparisonOfASeriesTakesThePlaceOfOneThatHasNotBegun() {
        RunArchive archive;
        const RunArchive::Side side{(many_ + "/run.penstock").toStdString(), 0};
        int asked = 0, answered = 0;
        bool last = false;
        for (int i = 0; i < 50; ++i) archive.compareAnew(side, side, [&](const Result<ResultRecord>&) { ++answered; });
        archive.compare(side, side, [&](const Result<ResultRecord>&) { ++asked; }); // a person's own question keeps its place
        archive.compareAnew(side, side, [&](const Result<ResultRecord>& record) { last = record.ok(); });
        QVERIFY(wait([&] { return last; }));
        QCOMPARE(asked, 1);
        QVERIFY2(answered < 25, qPrintable(QString::number(answered)));
    }

    void badFilesEachGetASentence() {
        RunArchive archive;
        QDir().mkpath(temporary_.path() + "/bad");
        const auto put = [&](const char* name, const QByteArray& bytes) {
            const auto path = temporary_.path() + "/bad/" + name;
            QFile file(path);
            if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write");
            file.write(bytes);
            return path;
        };
        const auto says = [&](const QString& path, const char* words) {
            const auto run = open(archive, path);
            QVERIFY(!run.ok());
            QVERIFY2(run.error().message.find(words) != std::string::npos, run.error().message.c_str());
        };
        says(temporary_.path() + "/nothing.penstock", "No such file");
        says(put("text.penstock", QByteArray(5000, 'x')), "not a run file, or it is damaged");
        says(put("empty.penstock", {}), "not a Penstock run");
        auto torn = contentOf(many_ + "/run.penstock");
        for (qsizetype i = 4096 * 3; i < torn.size(); i += 4096) torn[i] = '\x7f';
        says(put("torn.penstock", torn), "damaged");
        for (const auto& [version, words] : {std::pair{1, "older Penstock"}, {4, "newer Penstock"}}) {
            const auto path = put("version.penstock", contentOf(three_ + "/run.penstock"));
            {
                auto database = QSqlDatabase::addDatabase("QSQLITE", "forger");
                database.setDatabaseName(path);
                QVERIFY(database.open());
                QSqlQuery(database).exec(QStringLiteral("PRAGMA user_version=%1").arg(version));
            }
            QSqlDatabase::removeDatabase("forger");
            says(path, words);
        }
        // The one that was open is closed; nothing was made.
        QVERIFY(!page(archive).ok());
        hasOnly(temporary_.path() + "/bad", {"empty.penstock", "text.penstock", "torn.penstock", "version.penstock"});
    }

    void runsAreListedNewestFirstAndLabelled() {
        RunArchive archive;
        const auto label = ask<RunLabel>([&](auto done) { archive.setLabel(three_.toStdString(), {"the small one", "by hand"}, std::move(done)); });
        QCOMPARE(label->name, std::string("the small one"));
        const auto runs = ask<std::vector<RunListing>>([&](auto done) { archive.list({temporary_.path().toStdString()}, std::move(done)); });
        QVERIFY(runs.ok());
        int found = 0;
        for (const auto& run : *runs) {
            if (run.path != (three_ + "/run.penstock").toStdString()) continue;
            ++found;
            QCOMPARE(run.label.name, std::string("the small one"));
            QCOMPARE(run.label.note, std::string("by hand"));
            QCOMPARE(run.successes, 2u);
            QCOMPARE(run.workloadName, std::string("three.jsonl"));
        }
        QCOMPARE(found, 1);
        QCOMPARE(runs->front().label.name, std::string("the small one")); // changed last
    }

    void anAnswerMayDestroyTheArchive() {
        auto archive = std::make_unique<RunArchive>();
        bool called = false;
        archive->open(three_.toStdString(), [&](auto) {
            called = true;
            archive.reset();
        });
        archive->refresh([](auto) { QFAIL("it is gone"); });
        QVERIFY(wait([&] { return called; }));
        QCoreApplication::processEvents();
    }
};

QTEST_GUILESS_MAIN(TestRunArchive)
#include "tst_run_archive.moc"
