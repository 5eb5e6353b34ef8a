#include "tests/record/handmade_run.h"

#include <nlohmann/json.hpp>

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace penstock;
using namespace penstock::test;
using nlohmann::json;

namespace {

/// JSON in which apostrophes stand for quotation marks.
json parsed(std::string text) {
    std::replace(text.begin(), text.end(), '\'', '"');
    return json::parse(text);
}

} // namespace

/// Three requests, cap 2, by hand (milliseconds of run time):
///
///   request, attempt  queued admitted sent first last completed released  outcome
///   0, 1                  0        0    1    11   41        42       42   success, 10 in, 4 out, new connection (1 ms)
///   1, 1                  0        0    2     -    -        12       12   503, new connection (2 ms)
///   2, 1                  0       12   12    23   32        35       35   cut stream, 3 out estimated, all wasted
///   1, 2                 20       35   36    45   80        82       84   success, 20 in, 16 out
class TestFigures : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    Summary summary_;
    json written_;

    void compare(const Percentiles& p, std::uint64_t count, double p50, double p95, double p99, double mean) {
        QCOMPARE(p.count, count);
        QCOMPARE(*p.p50, p50);
        QCOMPARE(*p.p95, p95);
        QCOMPARE(*p.p99, p99);
        QCOMPARE(*p.mean, mean);
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(folder_.isValid());
        auto made =
            createRecorder(optionsFor(folder_.path() + "/new/out"), someRun(), {{7, "no prompt"}, {9, "not JSON"}});
        QVERIFY2(made.ok(), made ? "" : made.error().message.c_str());
        recordThreeRequests(**made);
        auto closed = (*made)->close(threeRequestsTotals(), true);
        QVERIFY2(closed.ok(), closed ? "" : closed.error().message.c_str());
        summary_ = *closed;
        written_ = json::parse(contentOf(folder_.path() + "/new/out/summary.json").toStdString());
    }

    void requestsAndAttemptsAreCounted() {
        QCOMPARE(summary_.requests, 3u);
        QCOMPARE(summary_.successes, 2u);
        QCOMPARE(summary_.failures, 1u);
        QCOMPARE(summary_.cancelled, 0u);
        QCOMPARE(summary_.shed, 0u);
        QCOMPARE(summary_.skippedLines, 2u);
        QCOMPARE(summary_.endings, (std::map<std::string, std::uint64_t>{{"success", 2}, {"cut_stream", 1}}));
        QCOMPARE(*summary_.successRate, 2.0 / 3);
        QCOMPARE(summary_.attempts, 4u);
        QCOMPARE(summary_.retries, 1u);
        QCOMPARE(summary_.retriesByCause, (std::map<std::string, std::uint64_t>{{"503", 1}}));
        QCOMPARE(summary_.attemptsLost, 0u);
        QCOMPARE(summary_.moved, 1u);
        QCOMPARE(summary_.httpVersion, std::string("1.1"));
    }

    void theWindowRunsFromTheFirstQueuedToTheLastCompleted() { QCOMPARE(summary_.windowSeconds, 0.082); }

    /// "cost_per_success = C_hour / R_success"; C_hour is 3.6.
    void costIsTheSeedsArithmetic() {
        QCOMPARE(*summary_.successesPerHour, 2 / (0.082 / 3600));
        QCOMPARE(*summary_.costPerSuccess, 3.6 * 0.082 / 3600 / 2);
        QCOMPARE(*summary_.costPerMillionOutputTokens, 4.1);
        QCOMPARE(*summary_.upperBoundSuccessesPerHour, 2 / 0.063 * 3600); // cap / E[t_in_flight] * 3600: 126 ms of slots for 2 successes
        QCOMPARE(*summary_.avoidableCost, 3 * 10 / 1e6);
    }

    void whatTheEngineAloneKnowsIsTakenFromItsTotals() {
        QCOMPARE(summary_.maxConcurrency, 2);
        QCOMPARE(summary_.inFlightPeak, 2);
        QCOMPARE(summary_.inFlightMean, 126.0 / 82);
        QCOMPARE(summary_.gapSeconds, 0.0041);
        QCOMPARE(summary_.gapFraction, 0.05);
        QCOMPARE(summary_.connectionsOpened, 2u);
        QCOMPARE(*summary_.newConnectionsPerSuccess, 1.0);
    }

    void distributionsAreExactByNearestRank() {
        compare(summary_.tQueue, 4, 0, 0.015, 0.015, 0.027 / 4);
        compare(summary_.tConn, 4, 0, 0.002, 0.002, 0.003 / 4);
        compare(summary_.tFirstToken, 3, 0.010, 0.011, 0.011, 0.010);
        compare(summary_.tStream, 3, 0.030, 0.035, 0.035, 0.074 / 3);
        compare(summary_.tPost, 3, 0.002, 0.003, 0.003, 0.002);
        compare(summary_.tInFlight, 4, 0.023, 0.049, 0.049, 0.0315);
        compare(summary_.tpot, 3, 0.0045, 0.010, 0.010, (10'000'000 + 2'333'333 + 4'500'000) / 3e9);
        compare(summary_.itl, 8, 0.010000001, 0.020000001, 0.020000001, 0.074 / 8);
    }

    void tokensAreThoseOfSuccessesAndWasteThatOfTheRest() {
        QCOMPARE(*summary_.inputTokens, 30);
        QCOMPARE(*summary_.outputTokens, 20);
        QVERIFY(summary_.usageKind == UsageKind::Exact);
        QCOMPARE(summary_.wastedTokens, 3);
        QVERIFY(!summary_.wastedAtLeast);
    }

    void summaryJsonHoldsEveryPromisedNameAndTheSameFigures() {
        for (const char* name : {"run_id",
                                 "window_seconds",
                                 "paused_seconds",
                                 "requests",
                                 "ended",
                                 "successes",
                                 "failures",
                                 "cancelled",
                                 "shed",
                                 "unfinished",
                                 "salvaged",
                                 "success_rate",
                                 "successes_per_hour",
                                 "cost_per_success",
                                 "cost_per_million_output_tokens",
                                 "upper_bound_successes_per_hour",
                                 "max_concurrency",
                                 "in_flight_peak",
                                 "in_flight_mean",
                                 "gap_seconds",
                                 "gap_fraction",
                                 "connections_opened",
                                 "new_connections_per_success",
                                 "attempts",
                                 "retries",
                                 "retries_by_cause",
                                 "t_queue",
                                 "t_conn",
                                 "t_first_token",
                                 "t_stream",
                                 "t_post",
                                 "t_in_flight",
                                 "itl",
                                 "tpot",
                                 "input_tokens",
                                 "output_tokens",
                                 "wasted_tokens",
                                 "avoidable_cost",
                                 "goodput",
                                 "simulated"})
            QVERIFY2(written_.contains(name), name);
        QCOMPARE(written_["run_id"].get<std::string>(), someRun().runId);
        QCOMPARE(written_["window_seconds"].get<double>(), 0.082);
        QCOMPARE(written_["cost_per_success"].get<double>(), *summary_.costPerSuccess);
        QCOMPARE(written_["t_in_flight"]["mean"].get<double>(), 0.0315);
        QCOMPARE(written_["t_queue"]["p95"].get<double>(), 0.015);
        QCOMPARE(written_["retries_by_cause"], (json{{"503", 1}}));
        QVERIFY(written_["goodput"].is_null());
        QCOMPARE(written_["simulated"], json(false));
    }

    void spansCsvHasThePromisedColumnsAndOneRowAnAttempt() {
        const auto run = QByteArray::fromStdString(someRun().runId);
        const QByteArray expected =
            "run_id,request_id,custom_id,span_id,parent_span_id,stage,attempt,segment,target,http_version,connection_"
            "new,"
            "queued_ns,admitted_ns,sent_ns,first_byte_ns,first_event_ns,first_token_ns,last_token_ns,completed_ns,"
            "released_ns,t_conn_ns,outcome,retry_cause,status_code,input_tokens,output_tokens,usage_kind,wasted_tokens,"
            "bytes_received\n" +
            run +
            ",0,\"a,\"\"b\"\"\",0000000000000001,ffffffffffffff00,model,1,1,http://127.0.0.1:8000/v1,1.1,true,0,0,"
            "1000000,9000000,10000000,11000000,41000000,42000000,42000000,1000000,success,,200,10,4,exact,0,500\n" +
            run +
            ",1,'=1+1,0000000000000011,ffffffffffffff01,model,1,1,http://127.0.0.1:8000/v1,1.1,true,0,0,"
            "2000000,11000000,,,,12000000,12000000,2000000,server_error,503,503,,,unknown,0,17\n" +
            run +
            ",1,'=1+1,0000000000000012,ffffffffffffff01,model,2,1,http://127.0.0.1:8000/v1,1.1,false,20000000,"
            "35000000,36000000,44000000,45000000,45000000,80000000,82000000,84000000,0,success,,200,20,16,exact,0,"
            "900\n" +
            run +
            ",2,\"line\nbreak\",0000000000000021,ffffffffffffff02,model,1,1,http://127.0.0.1:8000/v1,1.1,false,0,"
            "12000000,12000000,20000000,21000000,23000000,32000000,35000000,35000000,0,cut_stream,,200,,3,estimated,"
            "3,300\n";
        QCOMPARE(contentOf(folder_.path() + "/new/out/spans.csv"), expected);
    }

    void recordCsvFillsTheControlledSide() {
        const auto lines = contentOf(folder_.path() + "/new/out/record.csv").split('\n');
        QCOMPARE(lines[0], QByteArray("metric,unit,baseline,controlled,ratio,ci_low,ci_high,interpretation"));
        const QByteArrayList starts{"new_connections_per_success,connections,,1,,,,",
                                    "in_flight_cap,requests,,2,,,,",
                                    "t_queue_p95,s,,0.015,,,,",
                                    "t_first_token_p95,s,,0.011,,,,",
                                    "gap_seconds,s,,0.0041,,,,",
                                    "gap_fraction,fraction,,0.05,,,,",
                                    "retry_rate,retries per request,,0.3333333333333333,,,,",
                                    "success_rate,fraction,,0.6666666666666666,,,,",
                                    "successes_per_hour,successes/h,,87804.87804878049,,,,",
                                    "upper_bound_successes_per_hour,successes/h,,114285.71428571429,,,,"};
        for (int i = 0; i < starts.size(); ++i)
            QVERIFY2(lines[i + 1].startsWith(starts[i]), lines[i + 1]);
        QCOMPARE(lines.size(), 16);
        QVERIFY(!contentOf(folder_.path() + "/new/out/record.csv").contains("simulated"));
    }

    void resultsAreInTheBatchShape() {
        std::map<std::string, json> lines;
        for (const auto& line : contentOf(folder_.path() + "/new/out/results.jsonl").split('\n')) {
            if (line.isEmpty()) continue;
            auto object = json::parse(line.toStdString());
            lines[object["custom_id"].get<std::string>()] = object;
        }
        QCOMPARE(lines.size(), 3u);
        const auto& good = lines["a,\"b\""];
        QVERIFY(good["error"].is_null());
        const auto expectedAnswer = parsed(
            "{'status_code':200,'request_id':'req-0','body':{'id':'chatcmpl-1','object':'chat.completion','model':'m-1'"
            ",'choices':[{'index':0,'message':{'role':'assistant','content':'\\ufeffcaf\\u00e9','reasoning_content':'"
            "because'},'finish_reason':'stop'}],'usage':{'prompt_tokens':10,'completion_tokens':4,'total_tokens':14,'"
            "prompt_tokens_details':{'cached_tokens':8},'completion_tokens_details':{'reasoning_tokens':1}}}}");
        QCOMPARE(good["response"], expectedAnswer);
        const auto& tools = lines["=1+1"]["response"]["body"];
        const auto expectedMessage = parsed("{'role':'assistant','content':null,'tool_calls':[{'id':'call_1','type':'"
                                            "function','function':{'name':'look','arguments':'{\\\"at\\\":1}'}}]}");
        QCOMPARE(tools["choices"][0]["message"], expectedMessage);
        QVERIFY(tools["choices"][0]["finish_reason"].is_null());
        QCOMPARE(tools["usage"]["total_tokens"], json(36));
        const auto& cut = lines["line\nbreak"];
        const auto expectedError =
            parsed("{'code':'cut_stream','message':'the stream ended without [DONE]','partial_text':'half an ans'}");
        QCOMPARE(cut["error"], expectedError);
        const auto expectedResponse = parsed("{'status_code':200,'request_id':'req-2','body':null}");
        QCOMPARE(cut["response"], expectedResponse);
    }

    void theFolderHoldsOneRunFileAndNoLeftovers() {
        const auto names = QDir(folder_.path() + "/new/out").entryList(QDir::Files | QDir::Hidden, QDir::Name);
        QCOMPARE(names, (QStringList{"record.csv", "results.jsonl", "run.penstock", "spans.csv", "summary.json"}));
    }

    void anIndependentProgramComesToTheSameFigures() {
        const auto python = QStandardPaths::findExecutable(QStringLiteral("python3"));
        if (python.isEmpty()) QSKIP("python3 is not installed");
        QProcess process;
        process.start(python, {QStringLiteral(RECOMPUTE_SCRIPT), folder_.path() + "/new/out"});
        QVERIFY(process.waitForFinished(60'000));
        const auto said = process.readAllStandardOutput() + process.readAllStandardError();
        QVERIFY2(process.exitCode() == 0, said);
        QVERIFY2(said.contains("figures agree"), said);
    }

    void anIndependentProgramNoticesAFigureThatWasChanged() {
        const auto python = QStandardPaths::findExecutable(QStringLiteral("python3"));
        if (python.isEmpty()) QSKIP("python3 is not installed");
        QTemporaryDir copy;
        for (const char* name : {"/spans.csv", "/summary.json"})
            QVERIFY(QFile::copy(folder_.path() + "/new/out" + name, copy.path() + name));
        auto changed = written_;
        changed["t_queue"]["p95"] = 0.016;
        QFile file(copy.path() + "/summary.json");
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(QByteArray::fromStdString(changed.dump()));
        file.close();
        QProcess process;
        process.start(python, {QStringLiteral(RECOMPUTE_SCRIPT), copy.path()});
        QVERIFY(process.waitForFinished(60'000));
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(process.readAllStandardOutput().contains("t_queue.p95"));
    }

    void aSimulatedRunSaysSoInTheRecordAndTheSummary() {
        auto info = someRun();
        info.simulated = true;
        auto made = createRecorder(optionsFor(folder_.path() + "/simulated"), info, {});
        QVERIFY(made.ok());
        recordThreeRequests(**made);
        QVERIFY((*made)->close(threeRequestsTotals(), true).ok());
        const auto lines = contentOf(folder_.path() + "/simulated/record.csv").split('\n');
        for (int i = 1; i + 1 < lines.size(); ++i)
            QVERIFY2(lines[i].contains("simulated"), lines[i]);
        QCOMPARE(json::parse(contentOf(folder_.path() + "/simulated/summary.json").toStdString())["simulated"],
                 json(true));
    }

    void aRunInWhichNothingHappenedHasNullsAndNoInventedFigures() {
        auto made = createRecorder(optionsFor(folder_.path() + "/empty"), someRun(), {});
        QVERIFY(made.ok());
        (*made)->segment(someSegment(1, 2));
        QVERIFY((*made)->close({}, false).ok());
        const auto out = json::parse(contentOf(folder_.path() + "/empty/summary.json").toStdString());
        QCOMPARE(out["window_seconds"], json(0.0));
        for (const char* name : {"success_rate", "successes_per_hour", "cost_per_success", "gap_fraction",
                                 "in_flight_mean", "output_tokens", "input_tokens", "new_connections_per_success",
                                 "upper_bound_successes_per_hour", "cost_per_million_output_tokens"})
            QVERIFY2(out[name].is_null(), name);
        QVERIFY(out["t_queue"]["p50"].is_null());
        QCOMPARE(out["usage_kind"], json("unknown"));
    }
};

QTEST_GUILESS_MAIN(TestFigures)
#include "tst_figures.moc"
