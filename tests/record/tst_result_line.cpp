#include "engine/record/result_line.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace penstock;
using nlohmann::json;

class TestResultLine : public QObject {
    Q_OBJECT

    static json lineOf(const RequestResult& result) {
        const auto line = record::resultLine("run", result);
        if (line.empty() || line.back() != '\n' || line.find('\n') != line.size() - 1) return "not one line";
        return json::parse(line, nullptr, false);
    }

private Q_SLOTS:
    void aFailureWithoutAStatusHasNoResponse() {
        RequestResult result;
        result.id = 7;
        result.customId = "c";
        result.outcome.kind = OutcomeKind::ConnectFailed;
        result.outcome.message = "nobody listens there";
        const auto line = lineOf(result);
        QCOMPARE(line["id"], json("batch_req_run_7"));
        QCOMPARE(line["custom_id"], json("c"));
        QVERIFY(line["response"].is_null());
        QCOMPARE(line["error"], (json{{"code", "connect_failed"}, {"message", "nobody listens there"}}));
        QVERIFY(!line.contains("degraded"));
    }

    void theServersOwnCodeAndThePartialReasoningAreKept() {
        RequestResult result;
        result.outcome.kind = OutcomeKind::Rejected;
        result.outcome.status = 404;
        result.outcome.code = "model_not_found";
        result.completion.reasoning = "hmm";
        result.degraded = true;
        const auto line = lineOf(result);
        QCOMPARE(line["response"], (json{{"status_code", 404}, {"request_id", nullptr}, {"body", nullptr}}));
        QCOMPARE(line["error"]["server_code"], json("model_not_found"));
        QCOMPARE(line["error"]["partial_reasoning"], json("hmm"));
        QCOMPARE(line["degraded"], json(true));
    }

    void anEstimateIsNotPassedOffAsTheServersUsage() {
        RequestResult result;
        result.outcome.kind = OutcomeKind::Success;
        result.outcome.status = 200;
        result.completion.text = "x";
        result.completion.usage = {UsageKind::Estimated, {}, 5, {}, {}, {}};
        QVERIFY(lineOf(result)["response"]["body"]["usage"].is_null());
        result.completion.usage = {UsageKind::Exact, {}, 5, {}, {}, {}};
        const auto usage = lineOf(result)["response"]["body"]["usage"];
        QCOMPARE(usage, (json{{"prompt_tokens", nullptr}, {"completion_tokens", 5}, {"total_tokens", nullptr}}));
    }

    void textThatIsNotUtf8IsMended() {
        RequestResult result;
        result.customId = "a\xff";
        result.outcome.kind = OutcomeKind::Success;
        result.completion.text = std::string("x\xc3(\0y", 5);
        const auto line = lineOf(result);
        QCOMPARE(line["custom_id"], json("a\xef\xbf\xbd"));
        QCOMPARE(line["response"]["body"]["choices"][0]["message"]["content"],
                 json(std::string("x\xef\xbf\xbd(\0y", 7)));
    }

    void aRefusalHasNullContent() {
        RequestResult result;
        result.outcome.kind = OutcomeKind::Success;
        result.completion.refusal = "no";
        const auto message = lineOf(result)["response"]["body"]["choices"][0]["message"];
        QVERIFY(message["content"].is_null());
        QCOMPARE(message["refusal"], json("no"));
    }
};

QTEST_GUILESS_MAIN(TestResultLine)
#include "tst_result_line.moc"
