#include "tests/record/handmade_run.h"

#include <nlohmann/json.hpp>

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

using namespace penstock;
using namespace penstock::test;
using nlohmann::json;

namespace {

Span spanOf(RequestId request, int attempt, OutcomeKind kind, std::uint32_t segment, int queued, int completed) {
    Span span;
    span.request = request;
    span.customId = "r" + std::to_string(request);
    span.attempt = attempt;
    span.segment = segment;
    span.outcome.kind = kind;
    span.stamps.queued = span.stamps.admitted = span.stamps.sent = at(queued);
    span.stamps.completed = span.stamps.released = at(completed);
    return span;
}

RequestResult resultOf(const Span& last, std::string text = {}) {
    RequestResult result;
    result.id = last.request;
    result.customId = last.customId;
    result.outcome = last.outcome;
    result.completion.text = std::move(text);
    result.attempts = last.attempt;
    result.segment = last.segment;
    result.ended = *last.stamps.completed;
    return result;
}

std::map<std::string, json> resultsIn(const QString& folder) {
    std::map<std::string, json> out;
    for (const auto& line : contentOf(folder + "/results.jsonl").split('\n'))
        if (!line.isEmpty()) {
            auto object = json::parse(line.toStdString());
            const auto id = object["custom_id"].get<std::string>();
            if (!out.emplace(id, std::move(object)).second) out["twice: " + id] = nullptr;
        }
    return out;
}

} // namespace

class TestResume : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> temporary_;
    QString folder_;
    std::string path() const { return folder_.toStdString(); }

    std::unique_ptr<Recorder> create() {
        auto made = createRecorder(optionsFor(folder_), someRun(), {});
        if (!made) qFatal("%s", made.error().message.c_str());
        return std::move(*made);
    }
    std::unique_ptr<Recorder> resume() {
        const auto point = readResumePoint(path());
        if (!point) qFatal("%s", point.error().message.c_str());
        auto made = resumeRecorder(optionsFor(folder_), *point);
        if (!made) qFatal("%s", made.error().message.c_str());
        return std::move(*made);
    }

    /// What another reader of the run file sees while the run goes on.
    qint64 count(const char* sql) {
        qint64 out = -1;
        {
            auto database = QSqlDatabase::addDatabase("QSQLITE", "reader");
            database.setDatabaseName(folder_ + "/run.penstock");
            database.setConnectOptions("QSQLITE_OPEN_READONLY");
            if (!database.open()) qFatal("cannot open");
            QSqlQuery query(database);
            if (query.exec(sql) && query.next()) out = query.value(0).toLongLong();
        }
        QSqlDatabase::removeDatabase("reader");
        return out;
    }

private Q_SLOTS:
    void init() {
        temporary_ = std::make_unique<QTemporaryDir>();
        folder_ = temporary_->path() + "/out";
    }

    void whatWasRecordedIsReadBack() {
        {
            auto recorder = create();
            recorder->segment(someSegment(1, 2));
            const auto done = spanOf(0, 1, OutcomeKind::Success, 1, 0, 10);
            recorder->span(done, {});
            recorder->result(resultOf(done));
            auto retried = spanOf(3, 1, OutcomeKind::Throttled, 1, 0, 20);
            retried.retryCause = "429";
            recorder->span(retried, {});
            retried.attempt = 2;
            recorder->span(retried, {});
        }
        const auto point = readResumePoint(path());
        QVERIFY(point.ok());
        QCOMPARE(point->info.runId, someRun().runId);
        QCOMPARE(point->info.seed, someRun().seed);
        QCOMPARE(point->info.workloadOptions, someRun().workloadOptions);
        QCOMPARE(point->info.workloadDigest, someRun().workloadDigest);
        QVERIFY(point->info.startedAt == someRun().startedAt);
        QCOMPARE(point->finished, (std::vector<bool>{true}));
        QCOMPARE(point->attemptsMade, (std::unordered_map<RequestId, int>{{3, 2}}));
        QCOMPARE(point->lastSegment, 1u);
        QCOMPARE(point->session, 2);
        QCOMPARE(point->resumeAt, Nanos{20'000'000});
    }

    void sessionsAddUpAndTheTimeBetweenThemIsLeftOut() {
        {
            auto recorder = create();
            recorder->segment(someSegment(1, 2));
            auto failed = spanOf(1, 1, OutcomeKind::ServerError, 1, 5, 25);
            failed.retryCause = "5xx";
            failed.wastedTokens = 4;
            SessionTotals totals;
            totals.gap = Nanos{2'000'000};
            totals.inFlightIntegral = 30e6;
            totals.inFlightPeak = 2;
            totals.connectionsOpened = 2;
            totals.attemptsStarted = 4; // two of them are in flight at the end
            totals.itl = std::make_shared<const std::vector<Bucket>>(std::vector<Bucket>{{Nanos{10}, Nanos{11}, 3}});
            recorder->span(failed, totals);
            const auto done = spanOf(0, 1, OutcomeKind::Success, 1, 0, 30);
            recorder->span(done, totals);
            recorder->result(resultOf(done));
        }
        auto recorder = resume();
        recorder->segment(someSegment(2, 4, Nanos{1'000'000'000}));
        const auto done = spanOf(1, 2, OutcomeKind::Success, 2, 1000, 1010);
        SessionTotals totals;
        totals.gap = Nanos{1'000'000};
        totals.inFlightIntegral = 10e6;
        totals.inFlightPeak = 1;
        totals.connectionsOpened = 1;
        totals.attemptsStarted = 1;
        totals.itl = std::make_shared<const std::vector<Bucket>>(
            std::vector<Bucket>{{Nanos{10}, Nanos{11}, 1}, {Nanos{20}, Nanos{21}, 6}});
        recorder->span(done, totals);
        recorder->result(resultOf(done));
        totals.itl.reset();
        const auto summary = recorder->close(totals, true);
        QVERIFY(summary.ok());
        QCOMPARE(summary->windowSeconds, 0.040);
        QCOMPARE(summary->requests, 2u);
        QCOMPARE(summary->successes, 2u);
        QCOMPARE(summary->attempts, 3u);
        QCOMPARE(summary->attemptsLost, 2u);
        QCOMPARE(summary->retries, 1u);
        QCOMPARE(summary->retriesByCause, (std::map<std::string, std::uint64_t>{{"5xx", 1}}));
        QCOMPARE(summary->wastedTokens, 4);
        QCOMPARE(summary->gapSeconds, 0.003);
        QCOMPARE(summary->gapFraction, 0.075);
        QCOMPARE(summary->inFlightMean, 1.0);
        QCOMPARE(summary->inFlightPeak, 2);
        QCOMPARE(summary->connectionsOpened, 3u);
        QCOMPARE(summary->maxConcurrency, 4);
        // The cap's mean over the windows' 40 ms: 2 for 30 ms and 4 for 10 ms. E[t_in_flight] = 60 ms / 2 successes.
        QCOMPARE(*summary->upperBoundSuccessesPerHour, 2.5 / 0.030 * 3600);
        QCOMPARE(summary->itl.count, 10u);
        QCOMPARE(*summary->itl.p50, 20e-9);
    }

    void aKnobTurnedInMidWindowWeighsByItsTime() {
        auto recorder = create();
        recorder->segment(someSegment(1, 2));
        auto dear = someSegment(2, 2, Nanos{60'000'000});
        dear.knobs.costPerHour = 7.6; // for 40 of 100 ms, after 3.6 for 60
        recorder->segment(dear);
        const auto done = spanOf(0, 1, OutcomeKind::Success, 1, 0, 100);
        recorder->span(done, {});
        recorder->result(resultOf(done));
        const auto summary = recorder->close({}, true);
        QVERIFY(summary.ok());
        QCOMPARE(*summary->costPerSuccess, 5.2 * 0.1 / 3600);
    }

    void aLastAttemptIsCommittedTogetherWithItsResultAndAnyOtherAtOnce() {
        auto recorder = create();
        recorder->segment(someSegment(1, 2));
        auto retried = spanOf(0, 1, OutcomeKind::Throttled, 1, 0, 5);
        retried.retryCause = "429";
        SessionTotals totals;
        totals.attemptsStarted = 1;
        recorder->span(retried, totals);
        (void)recorder->storedAnswer(0); // waits until what came before is committed
        QCOMPARE(count("SELECT count(*) FROM attempts"), 1);
        QCOMPARE(count("SELECT attempts_started FROM sessions"), 1);

        const auto done = spanOf(0, 2, OutcomeKind::Success, 1, 5, 10);
        totals.attemptsStarted = 2;
        recorder->span(done, totals);
        QVERIFY(!recorder->storedAnswer(0));
        QCOMPARE(count("SELECT count(*) FROM attempts"), 1);
        QCOMPARE(count("SELECT attempts_started FROM sessions"), 1);
        QCOMPARE(contentOf(folder_ + "/results.jsonl"), QByteArray());
        recorder->result(resultOf(done, "yes"));
        QCOMPARE(recorder->storedAnswer(0)->text, std::string("yes"));
        QCOMPARE(count("SELECT count(*) FROM attempts"), 2);
        QCOMPARE(count("SELECT attempts_started FROM sessions"), 2);
        QCOMPARE(resultsIn(folder_).size(), 1u);
    }

    void storedAnswersComeBackWholeAndOnlyOfSuccesses() {
        {
            auto recorder = create();
            recordThreeRequests(*recorder);
        }
        auto recorder = resume();
        const auto answer = recorder->storedAnswer(0);
        QVERIFY(answer.has_value());
        QCOMPARE(answer->text, std::string("\xef\xbb\xbf"
                                           "caf\xc3\xa9"));
        QCOMPARE(answer->reasoning, std::string("because"));
        QCOMPARE(*answer->finishReason, std::string("stop"));
        QCOMPARE(answer->usage, (Usage{UsageKind::Exact, 10, 4, 14, 8, 1}));
        QCOMPARE(recorder->storedAnswer(1)->toolCalls, (std::vector<ToolCall>{{"call_1", "look", "{\"at\":1}"}}));
        QVERIFY(!recorder->storedAnswer(2));
        QVERIFY(!recorder->storedAnswer(77));
    }

    void resultsAreWrittenAnewWhateverTheKillCutOff() {
        {
            auto recorder = create();
            recordThreeRequests(*recorder);
        }
        const auto whole = resultsIn(folder_);
        QFile file(folder_ + "/results.jsonl");
        QVERIFY(file.resize(file.size() - 40)); // a torn line
        resume();
        QCOMPARE(resultsIn(folder_), whole);
        QVERIFY(file.remove());
        resume();
        QCOMPARE(resultsIn(folder_), whole);
    }

    void whatAPersonsStopCancelledIsAskedAgain() {
        {
            auto recorder = create();
            recorder->segment(someSegment(1, 2));
            const auto cancelled = spanOf(0, 1, OutcomeKind::CancelledByUser, 1, 0, 10);
            recorder->span(cancelled, {});
            recorder->result(resultOf(cancelled, "partial"));
            auto upstream = spanOf(1, 1, OutcomeKind::CancelledUpstream, 1, 0, 10);
            auto result = resultOf(upstream);
            result.attempts = 0;
            recorder->result(result);
            const auto failed = spanOf(2, 1, OutcomeKind::Rejected, 1, 0, 10);
            recorder->span(failed, {});
            recorder->result(resultOf(failed));
            const auto summary = recorder->close({}, false);
            QVERIFY(summary.ok());
            QCOMPARE(summary->cancelled, 2u);
            QCOMPARE(summary->failures, 1u);
        }
        const auto point = readResumePoint(path());
        QVERIFY(point.ok());
        QCOMPARE(point->finished, (std::vector<bool>{false, false, true}));
        QCOMPARE(point->attemptsMade, (std::unordered_map<RequestId, int>{{0, 1}}));

        auto recorder = resume();
        QCOMPARE(resultsIn(folder_).size(), 1u);
        recorder->segment(someSegment(2, 2, Nanos{20'000'000}));
        const auto again = spanOf(0, 2, OutcomeKind::Success, 2, 20, 30);
        recorder->span(again, {});
        recorder->result(resultOf(again));
        const auto child = spanOf(1, 1, OutcomeKind::Success, 2, 20, 30);
        recorder->span(child, {});
        recorder->result(resultOf(child));
        const auto summary = recorder->close({}, true);
        QVERIFY(summary.ok());
        QCOMPARE(summary->requests, 3u);
        QCOMPARE(summary->successes, 2u);
        QCOMPARE(summary->cancelled, 0u);
        QCOMPARE(summary->attempts, 4u);
        QCOMPARE(summary->retriesByCause, (std::map<std::string, std::uint64_t>{{"restart", 1}}));
        QCOMPARE(resultsIn(folder_).size(), 3u);
    }

    void aRetryThatWasPlannedButNeverMadeIsNoRetry() {
        auto recorder = create();
        recorder->segment(someSegment(1, 2));
        auto failed = spanOf(0, 1, OutcomeKind::Throttled, 1, 0, 10);
        failed.retryCause = "429";
        recorder->span(failed, {});
        failed.outcome.kind = OutcomeKind::DeadlineExceeded;
        recorder->result(resultOf(failed));
        const auto summary = recorder->close({}, true);
        QVERIFY(summary.ok());
        QCOMPARE(summary->retries, 0u);
        QVERIFY(summary->retriesByCause.empty());
        QVERIFY(!contentOf(folder_ + "/spans.csv").contains(",429,"));
    }

    void aFailedAttemptWithoutACountMakesTheWasteALowerBound() {
        auto recorder = create();
        recorder->segment(someSegment(1, 2));
        auto failed = spanOf(0, 1, OutcomeKind::FirstTokenTimeout, 1, 0, 10);
        recorder->span(failed, {});
        recorder->result(resultOf(failed));
        const auto summary = recorder->close({}, true);
        QVERIFY(summary.ok());
        QVERIFY(summary->wastedAtLeast);
    }

    void aCompleteRunCannotBeResumed() {
        auto recorder = create();
        recordThreeRequests(*recorder);
        QVERIFY(recorder->close(threeRequestsTotals(), true).ok());
        recorder.reset();
        const auto point = readResumePoint(path());
        QVERIFY(!point.ok());
        QVERIFY2(point.error().message.find("complete") != std::string::npos, point.error().message.c_str());
    }

    void aFolderThatHoldsARunIsRefusedAndResumeIsNamed() {
        create();
        const auto again = createRecorder(optionsFor(folder_), someRun(), {});
        QVERIFY(!again.ok());
        QVERIFY2(again.error().message.find("--resume") != std::string::npos, again.error().message.c_str());
    }

    void aFolderThatHoldsSomebodysResultsIsRefused() {
        QVERIFY(QDir().mkpath(folder_));
        QFile file(folder_ + "/results.jsonl");
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("precious\n");
        file.close();
        const auto made = createRecorder(optionsFor(folder_), someRun(), {});
        QVERIFY(!made.ok());
        QVERIFY2(made.error().message.find("results.jsonl") != std::string::npos, made.error().message.c_str());
        QCOMPARE(contentOf(folder_ + "/results.jsonl"), QByteArray("precious\n"));
    }

    void aRunIsWrittenByOneAtATime() {
        auto recorder = create();
        const auto point = readResumePoint(path());
        QVERIFY(!point.ok());
        QVERIFY2(point.error().message.find("another process") != std::string::npos, point.error().message.c_str());
        ResumePoint forged;
        forged.info = someRun();
        forged.session = 2;
        QVERIFY(!resumeRecorder(optionsFor(folder_), forged).ok());
        recorder.reset();
        QVERIFY(readResumePoint(path()).ok());
    }

    void aLockFileThatAKillLeftDoesNotHinder() {
        create();
        QFile stale(folder_ + "/run.lock");
        QVERIFY(stale.open(QIODevice::WriteOnly));
        stale.close();
        QVERIFY(readResumePoint(path()).ok());
        resume();
    }

    void nothingToResumeIsSaid() {
        const auto point = readResumePoint(path());
        QVERIFY(!point.ok());
        QVERIFY2(point.error().message.find("no run to resume") != std::string::npos, point.error().message.c_str());
    }

    void anAttemptRecordedTwiceIsRefusedLoudly() {
        auto recorder = create();
        recorder->segment(someSegment(1, 2));
        auto span = spanOf(0, 1, OutcomeKind::Throttled, 1, 0, 10);
        span.retryCause = "429";
        recorder->span(span, {});
        recorder->span(span, {});
        QTRY_VERIFY_WITH_TIMEOUT(recorder->failure().has_value(), 10'000);
        QVERIFY(!recorder->close({}, true).ok());
    }
};

QTEST_GUILESS_MAIN(TestResume)
#include "tst_resume.moc"
