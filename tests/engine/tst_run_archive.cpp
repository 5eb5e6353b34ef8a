#include "engine/run_archive.h"
#include "tests/record/handmade_run.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <sys/resource.h>
#include <thread>

using namespace penstock;
using namespace penstock::test;

namespace {

/// Lets the event loop run until `done` says so.
bool wait(const std::function<bool()>& done) {
    QDeadlineTimer deadline(std::chrono::seconds{60});
    while (!done() && !deadline.hasExpired()) QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
    return done();
}

/// The answer to `call(callback)`.
template <typename T>
Result<T> ask(const std::function<void(RunArchive::Callback<T>)>& call) {
    auto answer = std::make_shared<std::optional<Result<T>>>();
    call([answer](Result<T> result) { answer->emplace(std::move(result)); });
    if (!wait([&] { return answer->has_value(); })) return Error{"no answer"};
    return std::move(**answer);
}

using Kind = RunArchive::ExportKind;
using Exported = RunArchive::Exported;

} // namespace

class TestRunArchive : public QObject {
    Q_OBJECT

    QTemporaryDir temporary_;
    QString three_, many_;

    std::string at(const QString& name) const { return (temporary_.path() + "/" + name).toStdString(); }

    Result<RunOverview> open(RunArchive& archive, const QString& path) {
        return ask<RunOverview>([&](auto done) { archive.open(path.toStdString(), std::move(done)); });
    }
    Result<Exported> write(RunArchive& archive, Kind kind, const std::string& path) {
        return ask<Exported>([&](auto done) { archive.exportTo(kind, path, {}, std::move(done)); });
    }
    Result<RequestPage> page(RunArchive& archive, const RequestQuery& query = {}) {
        return ask<RequestPage>([&](auto done) { archive.requests(query, std::move(done)); });
    }

    /// A run of `count` requests, all alike.
    static void recordMany(Recorder& recorder, int count) {
        recorder.segment(someSegment(1, 4));
        for (int i = 0; i < count; ++i) {
            Span span;
            span.request = static_cast<RequestId>(i);
            span.customId = "request-" + std::to_string(i);
            span.segment = 1;
            span.stamps.queued = span.stamps.admitted = span.stamps.sent = test::at(i);
            span.stamps.firstToken = span.stamps.lastToken = span.stamps.completed = span.stamps.released = test::at(i + 3);
            span.outcome.kind = OutcomeKind::Success;
            span.outcome.status = 200;
            recorder.span(span, {});
            RequestResult result;
            result.id = span.request;
            result.customId = span.customId;
            result.outcome = span.outcome;
            result.completion.text = std::string(200, 'a');
            result.attempts = 1;
            result.segment = 1;
            result.ended = *span.stamps.completed;
            recorder.result(result);
        }
    }

    /// No file of an export that was given up lies in `folder`.
    static void hasOnly(const QString& folder, const QStringList& names) {
        QCOMPARE(QDir(folder).entryList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot | QDir::Hidden, QDir::Name), names);
    }

private Q_SLOTS:
    void initTestCase() {
        three_ = temporary_.path() + "/three";
        many_ = temporary_.path() + "/many";
        {
            auto recorder = createRecorder(optionsFor(three_), someRun(), {});
            QVERIFY(recorder.ok());
            recordThreeRequests(**recorder);
            QVERIFY((*recorder)->close(threeRequestsTotals(), true).ok());
        }
        auto recorder = createRecorder(optionsFor(many_), someRun(), {});
        QVERIFY(recorder.ok());
        recordMany(**recorder, 30'000);
        QVERIFY((*recorder)->close({}, true).ok());
    }

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
