#include "engine/measure/aggregates.h"
#include "engine/record/request_pages.h"
#include "engine/record/run_export.h"
#include "engine/record/run_folders.h"
#include "engine/record/run_overview.h"
#include "engine/record/sample_series.h"
#include "engine/record/summary_json.h"
#include "tests/record/handmade_run.h"

#include <QDir>
#include <QProcess>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <random>
#include <thread>

using namespace penstock;
using namespace penstock::record;
using namespace penstock::test;

namespace {

std::string inFolder(const QString& folder) { return (folder + "/run.penstock").toStdString(); }

std::vector<RequestId> idsOf(const RequestPage& page) {
    std::vector<RequestId> out;
    for (const auto& row : page.rows) out.push_back(row.id);
    return out;
}

using Ids = std::vector<RequestId>;

/// A request that was asked once, under `segment`, from queued to released in milliseconds, with its first token half way.
Span once(RequestId id, std::uint32_t segment, int queued, int admitted, int released, bool good = true) {
    Span span;
    span.request = id;
    span.customId = "request-" + std::to_string(id);
    span.spanId = "0123456789abcdef";
    span.parentId = "fedcba9876543210";
    span.segment = segment;
    span.httpVersion = "1.1";
    auto& s = span.stamps;
    s.queued = at(queued);
    s.admitted = s.sent = at(admitted);
    s.firstByte = s.firstEvent = s.firstToken = at(admitted + (released - admitted) / 2);
    s.lastToken = s.completed = s.released = at(released);
    span.outcome.kind = good ? OutcomeKind::Success : OutcomeKind::CutStream;
    span.outcome.status = 200;
    if (!good) span.outcome.message = "the stream ended without [DONE]";
    span.usage = {UsageKind::Exact, 10, 20, 30, {}, {}};
    return span;
}

RequestResult resultOf(const Span& last, const std::string& text, const std::string& body = {}) {
    RequestResult result;
    result.id = last.request;
    result.customId = last.customId;
    result.line = last.request + 1;
    result.outcome = last.outcome;
    result.completion.text = text;
    result.completion.usage = last.usage;
    result.attempts = last.attempt;
    result.segment = last.segment;
    result.ended = *last.stamps.completed;
    if (!body.empty()) result.requestBody = std::make_shared<const std::string>(body);
    return result;
}

/// A request body; `text` is the inside of a JSON string.
std::string chatBody(const std::string& text) {
    return "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"" + text + "\"}]}";
}

} // namespace

class TestRunReader : public QObject {
    Q_OBJECT

    QTemporaryDir temporary_;
    int made_ = 0;

    QString newFolder() { return temporary_.path() + "/r" + QString::number(++made_); }

    std::unique_ptr<Recorder> create(const QString& folder, const RunInfo& info = someRun()) {
        auto recorder = createRecorder(optionsFor(folder), info, {});
        if (!recorder) qFatal("%s", recorder.error().message.c_str());
        return std::move(*recorder);
    }

    std::unique_ptr<RunFile> reading(const QString& folder) {
        auto file = RunFile::openToRead(inFolder(folder));
        if (!file) qFatal("%s", file.error().message.c_str());
        return std::move(*file);
    }

    /// Three requests by hand, closed.
    QString threeRequests(Summary* summary = nullptr) {
        const auto folder = newFolder();
        auto recorder = create(folder);
        recordThreeRequests(*recorder);
        auto closed = recorder->close(threeRequestsTotals(), true);
        if (!closed) qFatal("%s", closed.error().message.c_str());
        if (summary) *summary = *closed;
        return folder;
    }

    RequestPage pageOf(const QString& folder, const RequestQuery& query) {
        const auto file = reading(folder);
        auto page = RequestPages(*file).page(query);
        if (!page) qFatal("%s", page.error().message.c_str());
        return *page;
    }

private Q_SLOTS:
    void theOverviewOfAFinishedRunIsWhatItsEndSaid() {
        Summary told;
        const auto folder = threeRequests(&told);
        const auto file = reading(folder);
        const auto run = readOverview(*file, Recompute::No);
        QVERIFY2(run.ok(), run ? "" : run.error().message.c_str());
        QCOMPARE(run->info.runId, someRun().runId);
        QVERIFY(run->complete);
        QVERIFY(!run->live);
        QCOMPARE(run->requests, 3u);
        QCOMPARE(run->skippedLines, 2u);
        QVERIFY(run->summary.has_value());
        QCOMPARE(summaryJson(*run->summary).dump(), summaryJson(told).dump());
        QCOMPARE(run->segments.size(), 1u);
        const auto& figures = run->segments.front();
        QCOMPARE(figures.change, std::string("start"));
        QCOMPARE(figures.windowSeconds, 0.082); // the last completion, as in the summary
        QCOMPARE(figures.windowSeconds, told.windowSeconds);
        QCOMPARE(figures.successes, 2u);
        QCOMPARE(figures.failures, 1u);
        QCOMPARE(figures.attempts, 4u);
        QCOMPARE(figures.retries, 1u);
        QCOMPARE(*figures.costPerSuccess, 3.6 / (2 * 3600 / 0.082));
        QCOMPARE(figures.gapSeconds, 0.0041);
        QCOMPARE(*figures.newConnectionsPerSuccess, 1.0);
        QCOMPARE(run->lengthSeconds, 0.082);
    }

    void aRunThatWasCutOffHasItsFiguresWorkedOut() {
        Summary told;
        const auto whole = threeRequests(&told);
        const auto folder = newFolder();
        {
            auto recorder = create(folder);
            recordThreeRequests(*recorder);
        } // no close()
        const auto file = reading(folder);
        const auto run = readOverview(*file);
        QVERIFY2(run.ok(), run ? "" : run.error().message.c_str());
        QVERIFY(!run->complete);
        QVERIFY(!run->live);
        QCOMPARE(run->requests, 3u);
        QCOMPARE(*run->summary->costPerSuccess, *told.costPerSuccess);
        QCOMPARE(run->segments.size(), 1u);
        const auto same = readOverview(*reading(whole));
        QCOMPARE(*run->segments.front().costPerSuccess, *same->segments.front().costPerSuccess);
    }

    void eachOrderSortsByItsColumnAndPutsWhatWasNotMeasuredLast() {
        const auto folder = newFolder();
        {
            auto recorder = create(folder);
            recorder->segment(someSegment(1, 4));
            // id, in flight, tokens, outcome: first tokens after half of the time in flight
            auto slow = once(0, 1, 0, 0, 100);
            slow.customId = "b";
            slow.usage.output = 5;
            auto quick = once(1, 1, 0, 0, 40);
            quick.customId = "c";
            quick.usage.output = 50;
            auto refused = once(2, 1, 0, 0, 60, false);
            refused.customId = "a";
            refused.stamps.firstToken = refused.stamps.lastToken = {};
            refused.usage = {};
            refused.attempt = 1;
            for (const auto* span : {&slow, &quick, &refused}) {
                recorder->span(*span, {});
                recorder->result(resultOf(*span, "text"));
            }
            QVERIFY(recorder->close({}, true).ok());
        }
        using Order = RequestQuery::Order;
        const auto sorted = [&](Order order, bool descending) {
            RequestQuery query;
            query.order = order;
            query.descending = descending;
            return idsOf(pageOf(folder, query));
        };
        QCOMPARE(sorted(Order::Ended, true), (Ids{0, 2, 1}));
        QCOMPARE(sorted(Order::Ended, false), (Ids{1, 2, 0}));
        QCOMPARE(sorted(Order::CustomId, false), (Ids{2, 0, 1}));
        QCOMPARE(sorted(Order::FirstToken, false), (Ids{1, 0, 2}));
        QCOMPARE(sorted(Order::FirstToken, true), (Ids{0, 1, 2}));
        QCOMPARE(sorted(Order::InFlight, true), (Ids{0, 2, 1}));
        QCOMPARE(sorted(Order::Tokens, true), (Ids{1, 0, 2}));
        QCOMPARE(sorted(Order::Tokens, false), (Ids{0, 1, 2}));
        QCOMPARE(sorted(Order::Outcome, false), (Ids{2, 0, 1}));
        QCOMPARE(sorted(Order::Attempts, true), (Ids{2, 1, 0}));
    }

    void pagesAndFiltersAgreeWithACountByHand() {
        const auto folder = newFolder();
        {
            auto recorder = create(folder);
            recorder->segment(someSegment(1, 4));
            for (RequestId id = 0; id < 100; ++id) {
                if (id == 60) recorder->segment(someSegment(2, 8, std::chrono::milliseconds{600}));
                const int begin = static_cast<int>(id) * 10;
                auto span = once(id, id < 60 ? 1 : 2, begin, begin, begin + 5, id % 10 != 3);
                if (id % 25 == 7) {
                    auto before = span;
                    before.outcome.kind = OutcomeKind::Throttled;
                    before.retryCause = "429";
                    before.wastedTokens = 3;
                    recorder->span(before, {});
                    span.attempt = 2;
                }
                recorder->span(span, {});
                recorder->result(resultOf(span, id == 42 ? "It rains 100% in Bergen_" : "dry",
                                          chatBody("question " + std::to_string(id))));
            }
            QVERIFY(recorder->close({}, true).ok());
        }
        RequestQuery query;
        query.descending = false;
        query.offset = 95;
        query.limit = 3;
        auto page = pageOf(folder, query);
        QCOMPARE(page.total, 100u);
        QCOMPARE(idsOf(page), (Ids{95, 96, 97}));
        query = {};
        query.which = RequestQuery::Which::Failed;
        QCOMPARE(pageOf(folder, query).total, 10u);
        query.which = RequestQuery::Which::Succeeded;
        QCOMPARE(pageOf(folder, query).total, 90u);
        query.which = RequestQuery::Which::Retried;
        page = pageOf(folder, query);
        QCOMPARE(idsOf(page), (Ids{82, 57, 32, 7}));
        QCOMPARE(page.rows[0].attempts.size(), 2u);
        QCOMPARE(page.rows[0].attempts[0].retryCause, std::string("429"));
        QCOMPARE(page.rows[0].wastedTokens, 3);
        query = {};
        query.segment = 2;
        QCOMPARE(pageOf(folder, query).total, 40u);
        query.which = RequestQuery::Which::Failed;
        QCOMPARE(pageOf(folder, query).total, 4u);
        query = {};
        query.endedBefore = 0.505; // request 50 ended at 0.505
        QCOMPARE(pageOf(folder, query).total, 50u);
        query = {};
        query.limit = 5000;
        QCOMPARE(pageOf(folder, query).rows.size(), 100u);
        const std::pair<const char*, Ids> texts[] = {
            {"RAINS 100%", {42}}, {"en_", {42}}, {"0% i", {42}}, {"request-9_", {}}, {"question 7", {7, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79}},
            {"request-99", {99}}, {"without [DONE]", {3, 13, 23, 33, 43, 53, 63, 73, 83, 93}}, {"' OR 1", {}}};
        for (const auto& [text, ids] : texts) {
            query = {};
            query.descending = false;
            query.text = text;
            page = pageOf(folder, query);
            QCOMPARE(page.total, ids.size());
            QCOMPARE(idsOf(page), ids);
        }
        query.text = "question 7";
        query.which = RequestQuery::Which::Failed;
        QCOMPARE(idsOf(pageOf(folder, query)), (Ids{73}));
    }

    void runTimeBeginsWithTheFirstRequestQueued() {
        const auto folder = newFolder();
        {
            auto recorder = create(folder);
            recorder->segment(someSegment(1, 1));
            const auto span = once(0, 1, 150, 160, 250);
            SessionTotals totals;
            totals.firstQueued = at(150);
            recorder->span(span, totals);
            recorder->result(resultOf(span, "yes"));
            Snapshot sample;
            sample.sequence = 1;
            sample.elapsedSeconds = 0.04;
            recorder->sample(sample);
            QVERIFY(recorder->close(totals, true).ok());
        }
        const auto row = pageOf(folder, {}).rows.at(0);
        QCOMPARE(row.ended, 0.1);
        QCOMPARE(*row.attempts.at(0).queued, 0.0);
        QCOMPARE(*row.attempts.at(0).admitted, 0.01);
        QCOMPARE(*row.attempts.at(0).released, 0.1);
        QCOMPARE(*row.tInFlight, 0.09);
        QCOMPARE(*row.tFirstToken, 0.045);
        const auto file = reading(folder);
        const auto samples = readSamples(*file, 10);
        QCOMPARE(samples->at(0).elapsedSeconds, 0.04);
        const auto detail = readDetail(*file, 0);
        QCOMPARE(*detail->attempts.at(0).stamps.released - Instant{}, Nanos{std::chrono::milliseconds{100}});
        QCOMPARE(readOverview(*file)->segments.at(0).start, 0.0);
        QCOMPARE(readOverview(*file)->segments.at(0).end, 0.1);
    }

    void theDetailHoldsAllThatIsKeptOfARequest() {
        const auto folder = newFolder();
        auto info = someRun();
        info.requestHeaders = {"User-Agent: penstock/0.1.0", "Authorization: (hidden)"};
        const std::string body = chatBody("  Why is\\n\\tthe sky blue?");
        {
            auto recorder = create(folder, info);
            recorder->segment(someSegment(1, 1));
            const auto span = once(5, 1, 0, 1, 9);
            recorder->span(span, {});
            auto result = resultOf(span, "Because of Rayleigh", body);
            result.completion.reasoning = "hm";
            result.completion.model = "m-1";
            result.completion.finishReason = "stop";
            result.completion.toolCalls = {{"c", "f", "{}"}};
            recorder->result(result);
            QVERIFY(recorder->close({}, true).ok());
        }
        const auto file = reading(folder);
        const auto detail = readDetail(*file, 5);
        QVERIFY2(detail.ok(), detail ? "" : detail.error().message.c_str());
        QCOMPARE(detail->row.prompt, std::string("Why is the sky blue?"));
        QCOMPARE(detail->requestBody, body);
        QCOMPARE(detail->text, std::string("Because of Rayleigh"));
        QCOMPARE(detail->reasoning, std::string("hm"));
        QCOMPARE(detail->model, std::string("m-1"));
        QCOMPARE(detail->finishReason, std::string("stop"));
        QCOMPARE(detail->toolCalls, std::string("[[\"c\",\"f\",\"{}\"]]"));
        QCOMPARE(detail->httpVersion, std::string("1.1"));
        QCOMPARE(*detail->usage.output, 20);
        QCOMPARE(detail->requestHeaders.size(), 3u);
        QCOMPARE(detail->requestHeaders[1], std::string("Authorization: (hidden)"));
        QCOMPARE(detail->requestHeaders[2], "traceparent: 00-" + info.runId + "-0123456789abcdef-01");
        QCOMPARE(detail->attempts.size(), 1u);
        QVERIFY(!readDetail(*file, 6).ok());
    }

    void aBodyBeyondAMebibyteIsNotKeptButItsPromptIs() {
        const auto folder = newFolder();
        const std::string exact = chatBody("caf" + std::string((1u << 20) - chatBody("caf").size(), 'e'));
        {
            auto recorder = create(folder);
            recorder->segment(someSegment(1, 1));
            for (RequestId id = 0; id < 2; ++id) {
                const auto span = once(id, 1, 0, 1, 9);
                recorder->span(span, {});
                recorder->result(resultOf(span, "yes", id == 0 ? exact : " " + exact));
            }
            QVERIFY(recorder->close({}, true).ok());
        }
        const auto file = reading(folder);
        QCOMPARE(readDetail(*file, 0)->requestBody.size(), std::size_t{1u << 20});
        QCOMPARE(readDetail(*file, 1)->requestBody, std::string());
        QCOMPARE(readDetail(*file, 1)->row.prompt, "caf" + std::string(197, 'e'));
    }

    /// The same events through the live arithmetic and through the file: the same figures. And through a script of its own.
    void theSettingsFiguresAreTheLiveOnesAndThoseOfARecomputation() {
        std::mt19937 random(7);
        const auto draw = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
        struct Knot { int start; int cap; double gap; std::uint64_t connections; };
        const std::vector<Knot> knots{{0, 4, 0, 0}, {9'001, 14, 0.7, 9}, {21'003, 2, 0.9, 30}, {21'500, 8, 1.1, 31}};
        std::vector<Span> spans;
        for (RequestId id = 0; id < 1500; ++id) {
            const int admitted = 2 + static_cast<int>(id) * 20 + draw(0, 15) / 5 * 5;
            std::uint32_t segment = 1;
            for (std::size_t k = 1; k < knots.size(); ++k)
                if (knots[k].start <= admitted) segment = static_cast<std::uint32_t>(k + 1);
            spans.push_back(once(id, segment, admitted - 2, admitted, admitted + draw(20, 900), draw(0, 20) != 0));
            // No two things at one instant: their order would be anybody's.
            auto& stamps = spans.back().stamps;
            for (auto* stamp : {&stamps.admitted, &stamps.sent, &stamps.firstToken, &stamps.lastToken, &stamps.completed, &stamps.released})
                **stamp += Nanos{static_cast<std::int64_t>(id) * 7 + 1};
        }
        std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return *a.stamps.released < *b.stamps.released; });
        const auto totalsAt = [&](int ms) {
            SessionTotals totals;
            totals.firstQueued = at(0);
            totals.gap = std::chrono::microseconds{ms * 50};
            totals.connectionsOpened = static_cast<std::uint64_t>(ms / 700);
            return totals;
        };
        const auto folder = newFolder();
        {
            auto recorder = create(folder);
            for (std::size_t k = 0; k < knots.size(); ++k) {
                auto segment = someSegment(static_cast<std::uint32_t>(k + 1), knots[k].cap, std::chrono::milliseconds{knots[k].start});
                const auto totals = totalsAt(knots[k].start);
                segment.gapSeconds = k == 0 ? 0 : toSeconds(totals.gap);
                segment.connectionsOpened = k == 0 ? 0 : totals.connectionsOpened;
                recorder->segment(segment);
            }
            for (const auto& span : spans) {
                const int released = static_cast<int>((*span.stamps.released - epoch) / std::chrono::milliseconds{1});
                recorder->span(span, totalsAt(released));
                recorder->result(resultOf(span, "x"));
            }
            QVERIFY(recorder->close(totalsAt(40'000), true).ok());
        }

        // Live: the same, in the order of time.
        struct Event { Instant at; int kind; std::size_t index; };
        std::vector<Event> events;
        for (std::size_t i = 0; i < spans.size(); ++i) {
            events.push_back({*spans[i].stamps.firstToken, 0, i});
            events.push_back({*spans[i].stamps.released, 1, i});
            events.push_back({resultOf(spans[i], "x").ended, 2, i});
            events.push_back({*spans[i].stamps.admitted, 4, i});
        }
        for (std::size_t k = 1; k < knots.size(); ++k) events.push_back({at(knots[k].start), 3, k});
        std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return std::pair(a.at, a.kind) < std::pair(b.at, b.kind); });
        Aggregates live;
        live.segment(1, someSegment(1, knots[0].cap).knobs, epoch, {});
        live.queued(epoch);
        Instant last{};
        for (const auto& event : events) {
            const auto totals = totalsAt(static_cast<int>((event.at - epoch) / std::chrono::milliseconds{1}));
            const SegmentMeter::Totals shared{toSeconds(totals.gap), totals.connectionsOpened};
            switch (event.kind) {
            case 0: live.firstToken(spans[event.index]); break;
            case 1:
                live.attempt(spans[event.index], shared);
                last = std::max(last, *spans[event.index].stamps.completed);
                break;
            case 2: live.result(resultOf(spans[event.index], "x")); break;
            case 3: live.segment(static_cast<std::uint32_t>(event.index + 1), someSegment(1, knots[event.index].cap).knobs, event.at, shared); break;
            case 4: live.admitted(spans[event.index].segment); break;
            }
        }
        const auto end = totalsAt(40'000);
        const auto expected = live.segmentFigures(last, {toSeconds(end.gap), end.connectionsOpened});
        const auto file = reading(folder);
        const auto found = readOverview(*file)->segments;
        QCOMPARE(found.size(), expected.size());
        QCOMPARE(found.size(), 4u);
        for (std::size_t i = 0; i < found.size(); ++i) {
            const auto &f = found[i], &e = expected[i];
            QCOMPARE(f.number, e.number);
            QCOMPARE(f.change, e.change);
            QCOMPARE(f.start, e.start);
            QCOMPARE(f.end, e.end);
            QCOMPARE(f.settlingSeconds, e.settlingSeconds);
            QCOMPARE(f.windowSeconds, e.windowSeconds);
            QCOMPARE(f.successes, e.successes);
            QCOMPARE(f.failures, e.failures);
            QCOMPARE(f.attempts, e.attempts);
            QCOMPARE(f.costPerSuccess, e.costPerSuccess);
            QCOMPARE(f.costInterval.has_value(), e.costInterval.has_value());
            if (f.costInterval) QCOMPARE(f.costInterval->low, e.costInterval->low);
            if (f.costInterval) QCOMPARE(f.costInterval->high, e.costInterval->high);
            QCOMPARE(f.tFirstToken.count, e.tFirstToken.count);
            QCOMPARE(f.tFirstToken.p95, e.tFirstToken.p95);
            QCOMPARE(f.gapSeconds, e.gapSeconds);
            QCOMPARE(f.newConnectionsPerSuccess, e.newConnectionsPerSuccess);
        }
        QVERIFY(found[0].costInterval.has_value());
        QVERIFY(found[1].settlingSeconds > 0.3);

        const auto python = QStandardPaths::findExecutable("python3");
        if (python.isEmpty()) QSKIP("python3 is missing: the figures are not recomputed");
        QProcess script;
        script.start(python, {RECOMPUTE_SEGMENTS, QString::fromStdString(inFolder(folder))});
        QVERIFY(script.waitForFinished(60'000));
        const auto told = script.readAll();
        QVERIFY2(script.exitCode() == 0, told.constData());
        QVERIFY(told.contains("figures of 4 settings agree with 1500 attempts"));
    }

    void aResumedRunGoesOnInTimeAndInCounts() {
        const auto folder = newFolder();
        const auto sampleAt = [](std::uint64_t sequence, double elapsed, std::uint64_t successes) {
            Snapshot sample;
            sample.sequence = sequence;
            sample.elapsedSeconds = elapsed;
            sample.segment = 1;
            sample.successes = successes;
            sample.retriesByCause = {{"429", successes}};
            sample.gapSeconds = elapsed / 10;
            return sample;
        };
        {
            auto recorder = create(folder);
            recorder->segment(someSegment(1, 4));
            const auto span = once(0, 1, 0, 0, 100);
            SessionTotals totals;
            totals.firstQueued = at(0);
            recorder->span(span, totals);
            recorder->result(resultOf(span, "one"));
            recorder->sample(sampleAt(3, 0.05, 0));
            recorder->sample(sampleAt(8, 0.1, 1));
            QVERIFY(recorder->close(totals, false).ok());
        }
        {
            const auto point = readResumePoint(folder.toStdString());
            QVERIFY(point.ok());
            auto recorder = resumeRecorder(optionsFor(folder), *point);
            QVERIFY(recorder.ok());
            {
                // The summary of the first session does not stand for the run that goes on.
                const auto file = reading(folder);
                const auto run = readOverview(*file, Recompute::No);
                QVERIFY(!run->summary);
                QVERIFY(run->live);
            }
            auto segment = someSegment(2, 8, std::chrono::milliseconds{110});
            (*recorder)->segment(segment);
            const auto span = once(1, 2, 120, 120, 200);
            SessionTotals totals;
            totals.firstQueued = at(120);
            (*recorder)->span(span, totals);
            (*recorder)->result(resultOf(span, "two"));
            (*recorder)->sample(sampleAt(2, 0.04, 0));
            (*recorder)->sample(sampleAt(3, 0.08, 1));
            QVERIFY((*recorder)->close(totals, true).ok());
        }
        const auto file = reading(folder);
        const auto samples = readSamples(*file, 100);
        QCOMPARE(samples->size(), 4u);
        QCOMPARE(samples->at(2).elapsedSeconds, 0.16);
        QCOMPARE(samples->at(2).successes, 1u);
        QCOMPARE(samples->at(3).elapsedSeconds, 0.2);
        QCOMPARE(samples->at(3).successes, 2u);
        QCOMPARE(samples->at(3).retriesByCause, (std::map<std::string, std::uint64_t>{{"429", 2}}));
        QCOMPARE(samples->at(3).gapSeconds, 0.018);
        const auto run = readOverview(*file);
        QCOMPARE(run->segments.size(), 2u);
        QCOMPARE(run->segments[1].change, std::string("resumed: max-concurrency 4 to 8"));
        QCOMPARE(run->segments[1].start, 0.12);
        QCOMPARE(run->segments[1].windowSeconds, 0.08);
        QCOMPARE(run->lengthSeconds, 0.2);
    }

    void everyFieldOfASampleComesBack() {
        const auto folder = newFolder();
        Snapshot s;
        s.sequence = 9;
        s.elapsedSeconds = 1.5;
        s.segment = 1;
        s.cancelled = 4;
        s.shed = 5;
        s.retriesByCause = {{"429", 2}, {"cut_stream", 1}};
        s.queueDepth = 6;
        s.queueCapacity = 256;
        s.tFirstToken = {0.1, 0.2, 0.3, {}, 0};
        s.window.seconds = 10;
        s.window.successesPerHour = 3600;
        s.window.costPerSuccess = 0.001;
        s.window.outputTokensPerSecond = 77;
        s.window.tFirstToken = {0.4, 0.5, 0.6, {}, 0};
        s.avoidableCost = 0.25;
        s.engineLoad = 0.125;
        s.gapSeconds = 0.3;
        {
            auto recorder = create(folder);
            recorder->segment(someSegment(1, 4));
            const auto span = once(0, 1, 0, 0, 100);
            recorder->span(span, {});
            recorder->result(resultOf(span, "one"));
            recorder->sample(s);
            QVERIFY(recorder->close({}, true).ok());
        }
        const auto file = reading(folder);
        const auto read = readSamples(*file, 5);
        QVERIFY2(read.ok(), read ? "" : read.error().message.c_str());
        const auto& r = read->at(0);
        QCOMPARE(r.sequence, 9u);
        QCOMPARE(r.cancelled, 4u);
        QCOMPARE(r.shed, 5u);
        QCOMPARE(r.retriesByCause, s.retriesByCause);
        QCOMPARE(r.queueCapacity, 256);
        QCOMPARE(*r.tFirstToken.p99, 0.3);
        QCOMPARE(*r.window.successesPerHour, 3600.0);
        QCOMPARE(*r.window.outputTokensPerSecond, 77.0);
        QCOMPARE(*r.window.tFirstToken.p99, 0.6);
        QCOMPARE(*r.avoidableCost, 0.25);
        QCOMPARE(r.engineLoad, 0.125);
        QCOMPARE(r.gapFraction, 0.2);
        QVERIFY(!r.upperBoundPerHour);
        QCOMPARE(r.currency, std::string("USD"));
    }

    void thinningKeepsTheEndsAndTheSharpestTurns() {
        const auto folder = newFolder();
        {
            auto recorder = create(folder);
            recorder->segment(someSegment(1, 4));
            const auto span = once(0, 1, 0, 0, 100);
            recorder->span(span, {});
            recorder->result(resultOf(span, "one"));
            for (int i = 0; i < 2000; ++i) {
                Snapshot sample;
                sample.sequence = static_cast<std::uint64_t>(i);
                sample.elapsedSeconds = i * 0.5;
                sample.inFlight = i == 777 ? 90 : 10;
                recorder->sample(sample);
            }
            QVERIFY(recorder->close({}, true).ok());
        }
        const auto file = reading(folder);
        const auto samples = readSamples(*file, 100);
        QCOMPARE(samples->size(), 100u);
        QCOMPARE(samples->front().elapsedSeconds, 0.0);
        QCOMPARE(samples->back().elapsedSeconds, 999.5);
        int peaks = 0;
        for (std::size_t i = 1; i < samples->size(); ++i) {
            QVERIFY(samples->at(i).elapsedSeconds > samples->at(i - 1).elapsedSeconds);
            peaks += samples->at(i).inFlight == 90;
        }
        QCOMPARE(peaks, 1);
        QCOMPARE(readSamples(*file, 1)->size(), 1u);
        QCOMPARE(readSamples(*file, 2)->size(), 2u);
        QCOMPARE(readSamples(*file, 0)->size(), 0u);
        QCOMPARE(readSamples(*file, 5000)->size(), 2000u);
    }

    void aLabelIsKeptInTheFileAndCutAtACharacter() {
        const auto folder = threeRequests();
        QCOMPARE(readLabel(*reading(folder))->name, std::string());
        const auto reader = reading(folder); // somebody looks at it meanwhile
        const auto written = writeLabel(inFolder(folder), {"caf\xc3\xa9", "first try\nof two"});
        QVERIFY2(written.ok(), written ? "" : written.error().message.c_str());
        QCOMPARE(readLabel(*reader)->name, std::string("caf\xc3\xa9"));
        QCOMPARE(readLabel(*reader)->note, std::string("first try\nof two"));
        const auto cut = writeLabel(inFolder(folder), {std::string(199, 'x') + "\xc3\xa9", ""});
        QCOMPARE(cut->name, std::string(199, 'x'));
        QCOMPARE(readListing(inFolder(folder)).label.name, std::string(199, 'x'));
        QVERIFY(!QFile::exists(folder + "/run.penstock-wal"));
        QVERIFY(!writeLabel(inFolder(folder + "x"), {}).ok());
        QVERIFY(!QFile::exists(folder + "x/run.penstock"));
    }

    /// Readers at work all the time; the writer must never find the file locked.
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

QTEST_GUILESS_MAIN(TestRunReader)
#include "tst_run_reader.moc"
