#include "tests/record/reader_bench.h"

using namespace penstock;
using namespace penstock::record;
using namespace penstock::test;

class TestRunReader : public QObject, private ReaderBench {
    Q_OBJECT

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
};

QTEST_GUILESS_MAIN(TestRunReader)
#include "tst_run_reader.moc"
