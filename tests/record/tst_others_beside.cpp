// What other programs, and other parts of this one, do to a run's folder while it is written or just after.
#include "engine/record/run_lock.h"
#include "tests/record/reader_bench.h"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <mutex>

using namespace penstock;
using namespace penstock::record;
using namespace penstock::test;

namespace {

const Pace goOn = [](double) { return true; };

/// Another program's hold on a run file.
class Foreign {
public:
    Foreign(const QString& folder, const char* begin) {
        database_ = QSqlDatabase::addDatabase("QSQLITE", "foreign");
        database_.setDatabaseName(folder + "/run.penstock");
        if (!database_.open()) qFatal("cannot open");
        exec(begin);
    }
    ~Foreign() {
        database_.close();
        database_ = QSqlDatabase();
        QSqlDatabase::removeDatabase("foreign");
    }
    void exec(const char* sql) {
        QSqlQuery query(database_);
        if (!query.exec(sql)) qFatal("%s", qPrintable(query.lastError().text()));
    }

private:
    QSqlDatabase database_;
};

/// Whether the log has said `words` since; from any thread.
class LogWatch {
    class Sink final : public spdlog::sinks::base_sink<std::mutex> {
    public:
        explicit Sink(std::string words)
            : words_(std::move(words)) {}
        bool seen() const { return seen_; }

    private:
        void sink_it_(const spdlog::details::log_msg& message) override {
            if (std::string_view(message.payload.data(), message.payload.size()).find(words_) != std::string_view::npos) seen_ = true;
        }
        void flush_() override {}

        const std::string words_;
        std::atomic<bool> seen_{false};
    };

public:
    explicit LogWatch(std::string words)
        : sink_(std::make_shared<Sink>(std::move(words)))
        , before_(spdlog::default_logger()) {
        spdlog::set_default_logger(std::make_shared<spdlog::logger>("watched", sink_));
    }
    ~LogWatch() { spdlog::set_default_logger(before_); }
    bool seen() const { return sink_->seen(); }

private:
    std::shared_ptr<Sink> sink_;
    std::shared_ptr<spdlog::logger> before_;
};

qint64 valueIn(const QString& folder, const char* sql) {
    auto file = RunFile::openToRead(inFolder(folder));
    if (!file) qFatal("%s", file.error().message.c_str());
    const auto value = (*file)->value(sql);
    if (!value) qFatal("%s", value.error().message.c_str());
    return value->toLongLong();
}

/// Against `file` anew: results.jsonl as the run file has it.
QByteArray resultsAnew(const QString& folder, const QString& elsewhere) {
    auto file = RunFile::openToRead(inFolder(folder));
    if (!file || !exportDocument(**file, Document::ResultsJsonl, elsewhere.toStdString(), goOn)) return "cannot";
    return contentOf(elsewhere);
}

} // namespace

class TestOthersBeside : public QObject, private ReaderBench {
    Q_OBJECT

    void answer(Recorder& recorder, RequestId id) {
        const auto span = once(id, 1, static_cast<int>(id), static_cast<int>(id), static_cast<int>(id) + 5);
        recorder.span(span, {});
        recorder.result(resultOf(span, "answer " + std::to_string(id)));
        (void)recorder.storedAnswer(id);
    }

private Q_SLOTS:
    void noExportGoesIntoTheFolderOfARunThatGoesOn() {
        const auto done = threeRequests(), folder = newFolder();
        {
            auto recorder = create(folder);
            recorder->segment(someSegment(1, 2));
            answer(*recorder, 0);
            const auto before = contentOf(folder + "/results.jsonl");
            for (const auto& from : {done, folder})
                for (const char* name : {"/results.jsonl", "/spans.csv", "/record.csv", "/summary.json", "/copy.penstock", "/other.jsonl"})
                    for (const auto document : {Document::ResultsJsonl, Document::SpansCsv, Document::SummaryJson, Document::RunFile}) {
                        const auto written = exportDocument(*reading(from), document, (folder + name).toStdString(), goOn);
                        QVERIFY2(!written.ok(), name);
                        QVERIFY2(written.error().message.find("a run that goes on") != std::string::npos, written.error().message.c_str());
                    }
            QCOMPARE(contentOf(folder + "/results.jsonl"), before);
            QVERIFY(recorder->close({}, true).ok());
        }
        const auto later = exportDocument(*reading(folder), Document::ResultsJsonl, (folder + "/results.jsonl").toStdString(), goOn);
        QVERIFY2(later.ok(), later ? "" : later.error().message.c_str());
    }

    void resultsThatWerePutAsideAreWrittenAnew_data() {
        QTest::addColumn<QString>("how");
        for (const char* how : {"replaced", "removed", "cut"}) QTest::newRow(how) << how;
    }
    void resultsThatWerePutAsideAreWrittenAnew() {
        QFETCH(QString, how);
        for (const bool atTheEnd : {false, true}) {
            const auto folder = newFolder();
            const auto path = folder + "/results.jsonl";
            auto recorder = create(folder);
            recorder->segment(someSegment(1, 2));
            for (RequestId id = 0; id < 5; ++id) answer(*recorder, id);
            if (how == "replaced") {
                QFile other(folder + "/mine");
                QVERIFY(other.open(QIODevice::WriteOnly));
                other.write("mine\n");
                other.close();
                QVERIFY(QFile::remove(path));
                QVERIFY(other.rename(path));
            } else if (how == "removed") {
                QVERIFY(QFile::remove(path));
            } else {
                QVERIFY(QFile::resize(path, 10));
            }
            if (!atTheEnd)
                for (RequestId id = 5; id < 9; ++id) answer(*recorder, id);
            QVERIFY(recorder->close({}, true).ok());
            QCOMPARE(contentOf(path).count('\n'), atTheEnd ? 5 : 9);
            QCOMPARE(contentOf(path), resultsAnew(folder, temporary_.path() + "/anew.jsonl"));
        }
    }

    void aLockOfSomeSecondsIsWaitedOutAndNothingIsLost() {
        const LogWatch log("waiting for it, nothing is lost"); // before there is a writer to log, until there is none
        const auto folder = newFolder();
        auto recorder = create(folder);
        recorder->segment(someSegment(1, 2));
        answer(*recorder, 0);
        auto foreign = std::make_unique<Foreign>(folder, "BEGIN IMMEDIATE");
        for (RequestId id = 1; id < 20; ++id) {
            const auto span = once(id, 1, static_cast<int>(id), static_cast<int>(id), static_cast<int>(id) + 5);
            recorder->span(span, {});
            recorder->result(resultOf(span, "yes"));
        }
        // Longer than SQLite waits by itself: until the writer has been refused.
        QTRY_VERIFY_WITH_TIMEOUT(log.seen(), 60'000);
        QVERIFY(!recorder->failure());
        foreign.reset();
        const auto summary = recorder->close({}, true);
        QVERIFY2(summary.ok(), summary ? "" : summary.error().message.c_str());
        QCOMPARE(summary->successes, 20u);
        QCOMPARE(contentOf(folder + "/results.jsonl").count('\n'), 20);
    }

    void aLockOfMinutesIsAFailureAndWhatWaitedIsStillWrittenAtTheEnd() {
        const auto folder = newFolder();
        std::atomic<int> minutes{0}; // a minute passes with each look at the clock
        auto options = optionsFor(folder);
        options.now = [&] { return epoch + std::chrono::minutes{minutes++}; };
        auto made = createRecorder(options, someRun(), {});
        QVERIFY(made.ok());
        auto recorder = std::move(*made);
        recorder->segment(someSegment(1, 2));
        answer(*recorder, 0);
        auto foreign = std::make_unique<Foreign>(folder, "BEGIN IMMEDIATE");
        const auto span = once(1, 1, 1, 1, 6);
        recorder->span(span, {});
        recorder->result(resultOf(span, "paid for"));
        QTRY_VERIFY_WITH_TIMEOUT(recorder->failure().has_value(), 60'000);
        QVERIFY(recorder->failure()->message.find("locked") != std::string::npos);
        QCOMPARE(minutes.load(), 4); // 0, 1, 2 and 3 minutes: patience is 3
        const auto late = once(2, 1, 2, 2, 7);
        recorder->span(late, {});
        recorder->result(resultOf(late, "ended after the failure"));
        foreign.reset();
        QVERIFY(!recorder->close({}, true).ok());
        recorder.reset();
        QCOMPARE(valueIn(folder, "SELECT count(*) FROM requests"), 3);
        const auto point = readResumePoint(folder.toStdString());
        QVERIFY(point.ok());
        QCOMPARE(point->finished, (std::vector<bool>{true, true, true}));
    }

    void aResumeThatIsRefusedLeavesTheRunAsItWas() {
        const auto folder = newFolder();
        {
            auto recorder = create(folder);
            recorder->segment(someSegment(1, 2));
            answer(*recorder, 0);
            auto cancelled = once(1, 1, 1, 1, 6, false);
            cancelled.outcome.kind = OutcomeKind::CancelledByUser;
            recorder->span(cancelled, {});
            recorder->result(resultOf(cancelled, {}));
            QVERIFY(recorder->close({}, false).ok());
        }
        const auto point = readResumePoint(folder.toStdString());
        QVERIFY(point.ok());
        auto stale = *point;
        stale.session = 1; // another resume was faster
        const auto before = contentOf(folder + "/run.penstock");
        QVERIFY(!resumeRecorder(optionsFor(folder), stale).ok());
        QCOMPARE(valueIn(folder, "SELECT count(*) FROM requests"), 2);
        QCOMPARE(valueIn(folder, "SELECT summary IS NOT NULL FROM run"), 1);
        QCOMPARE(valueIn(folder, "SELECT count(*) FROM segments WHERE figures IS NOT NULL"), 1);
        QCOMPARE(valueIn(folder, "SELECT count(*) FROM sqlite_master WHERE name = 'requests_by_id'"), 1);
        QVERIFY(!before.isEmpty());
        QVERIFY(resumeRecorder(optionsFor(folder), *point).ok());
    }

    void readersTakeNoLockThatAResumeWouldMeet() {
        const auto folder = newFolder();
        {
            auto recorder = create(folder);
            recorder->segment(someSegment(1, 2));
            answer(*recorder, 0);
        } // cut off: its log may lie beside it
        std::atomic<bool> over{false};
        std::vector<std::thread> readers;
        for (int i = 0; i < 3; ++i)
            readers.emplace_back([&] {
                while (!over) {
                    if (const auto file = RunFile::openToRead(inFolder(folder))) (void)readOverview(**file);
                    (void)readListing(inFolder(folder));
                    (void)RunLock::held(folder.toStdString());
                    RunFile::tidy(inFolder(folder));
                }
            });
        QString refused;
        for (int i = 0; i < 40 && refused.isEmpty(); ++i) {
            const auto point = readResumePoint(folder.toStdString());
            if (!point) refused = QString::fromStdString(point.error().message);
            if (!point) break;
            auto recorder = resumeRecorder(optionsFor(folder), *point);
            if (!recorder) refused = QString::fromStdString(recorder.error().message);
        }
        over = true;
        for (auto& reader : readers) reader.join();
        QVERIFY2(refused.isEmpty(), qPrintable(refused));
    }

    void aLockIsSeenWithinTheProcessAndOutlivesWhoLooks() {
        const auto folder = temporary_.path().toStdString();
        QVERIFY(!RunLock::held(folder));
        {
            const auto lock = RunLock::acquire(folder);
            QVERIFY(lock.ok());
            for (int i = 0; i < 3; ++i) QVERIFY(RunLock::held(folder));
            QVERIFY(!RunLock::acquire(folder).ok());
            QVERIFY(RunLock::held(folder));
        }
        QVERIFY(!RunLock::held(folder));
        QVERIFY(RunLock::acquire(folder).ok());
    }
};

QTEST_GUILESS_MAIN(TestOthersBeside)
#include "tst_others_beside.moc"
