#include "tests/workload/workload_files.h"

#include <QTest>

using namespace penstock;
using namespace penstock::test;

class TestWorkloadBodies : public QObject {
    Q_OBJECT

    WorkloadFiles files_;

    /// The one request of a workload of one line.
    Request requestOf(const std::string& line, WorkloadOptions options = {}) const {
        options.path = files_.write("w", line + "\n");
        const auto drained = runThrough(options);
        if (drained.requests.size() != 1) qFatal("%s", drained.error.c_str());
        return drained.requests.front();
    }
    static std::string batch(const std::string& body, const std::string& url = "/v1/chat/completions") {
        return "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"" + url + "\",\"body\":" + body + "}";
    }
    std::string batchBody(const std::string& body, const WorkloadOptions& options = {}) const {
        return *requestOf(batch(body), options).body;
    }

private Q_SLOTS:
    void aPromptBecomesAStreamedChatWithUsage() {
        const auto request = requestOf("Say \"hi\"\tto Zo\xC3\xAB \\ now ");
        QCOMPARE(*request.body,
                 std::string("{\"messages\":[{\"role\":\"user\",\"content\":\"Say \\\"hi\\\"\\tto Zo"
                             "\xC3\xAB"
                             " \\\\ now \"}],\"stream\":true,\"stream_options\":{\"include_usage\":true}}"));
        QCOMPARE(request.stream, true);
        QCOMPARE(request.path, std::string());
        QCOMPARE(request.customId, std::string("line-1"));
        QCOMPARE(request.line, std::uint64_t(1));
        QVERIFY(!request.parent);
    }

    void modelAndMaxTokensComeFromTheRunWhereTheLineNamesNone() {
        WorkloadOptions options;
        options.model = "m\"1";
        options.maxTokens = 64;
        options.stream = false;
        QCOMPARE(*requestOf("Hi", options).body,
                 std::string(
                     "{\"model\":\"m\\\"1\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"max_tokens\":64}"));
        const auto request =
            requestOf(R"({"prompt":"Hi","max_tokens":7,"output_tokens_count":5,"prompt_tokens_count":2})", options);
        QCOMPARE(*request.body,
                 std::string(
                     "{\"model\":\"m\\\"1\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"max_tokens\":7}"));
        QCOMPARE(request.expectedOutputTokens.value_or(-1), std::int64_t(5));
        QCOMPARE(request.expectedInputTokens.value_or(-1), std::int64_t(2));
        QCOMPARE(request.stream, false);
    }

    void aPromptLineMayNameTextAndItsOwnId() {
        const auto request = requestOf(
            "{\"custom_id\":\"mine\",\"text\":\"\\u00e9\\ud83d\\ude00 é\",\"max_tokens\":null,\"other\":[1]}");
        QCOMPARE(request.customId, std::string("mine"));
        QCOMPARE(
            *request.body,
            std::string("{\"messages\":[{\"role\":\"user\",\"content\":\"\\u00e9\\ud83d\\ude00 é\"}],\"stream\":true,"
                        R"("stream_options":{"include_usage":true}})"));
        QVERIFY(!request.expectedOutputTokens);
        // Where a line has both, `prompt` is the prompt.
        QVERIFY(requestOf(R"({"text":"no","prompt":"yes"})").body->find(R"("content":"yes")") != std::string::npos);
    }

    void aBatchBodyGoesOutAsItIs() {
        const std::string body =
            "{\"z\":1,\"messages\":[{\"role\":\"user\", \"content\":[{\"type\":\"text\",\"text\":\"\\u00e9}\"}]}],"
            R"("seed":123456789012345678901,"temperature":0.70,"model":"x","tools":[{"a":{"b":[1.0,2e5]}}],)"
            R"("stream":true,"stream_options":{"include_usage":true},"max_tokens":5})";
        WorkloadOptions options;
        options.model = "other";
        options.maxTokens = 64;
        QCOMPARE(batchBody(body, options), body);
    }

    void whatABatchBodyLacksIsAddedBehindTheRest() {
        WorkloadOptions options;
        options.model = "m";
        options.maxTokens = 64;
        QCOMPARE(
            batchBody(R"({ "messages" : [ {} ] })", options),
            std::string(
                R"({"messages":[ {} ],"model":"m","max_tokens":64,"stream":true,"stream_options":{"include_usage":true}})"));
        QCOMPARE(
            batchBody(R"({"model":null,"messages":[{}],"max_tokens":null,"n":1})", options),
            std::string(
                R"({"model":"m","messages":[{}],"max_tokens":64,"n":1,"stream":true,"stream_options":{"include_usage":true}})"));
        QCOMPARE(
            batchBody(R"({"messages":[{}],"max_completion_tokens":9})", options),
            std::string(
                R"({"messages":[{}],"max_completion_tokens":9,"model":"m","stream":true,"stream_options":{"include_usage":true}})"));
        QCOMPARE(batchBody(R"({"messages":[{}]})"),
                 std::string(R"({"messages":[{}],"stream":true,"stream_options":{"include_usage":true}})"));
    }

    void howTheAnswerTravelsIsTheRunsChoice() {
        QCOMPARE(batchBody(R"({"stream":false,"messages":[{}],"stream_options":{"x":1,"include_usage":false,"y":2}})"),
                 std::string(R"({"stream":true,"messages":[{}],"stream_options":{"x":1,"include_usage":true,"y":2}})"));
        QCOMPARE(batchBody(R"({"stream_options":{"x":1},"messages":[{}]})"),
                 std::string(R"({"stream_options":{"x":1,"include_usage":true},"messages":[{}],"stream":true})"));
        QCOMPARE(batchBody(R"({"stream_options":null,"messages":[{}]})"),
                 std::string(R"({"stream_options":{"include_usage":true},"messages":[{}],"stream":true})"));
        WorkloadOptions whole;
        whole.stream = false;
        QCOMPARE(batchBody(R"({"stream":true,"messages":[{}],"stream_options":{"include_usage":true},"n":1})", whole),
                 std::string(R"({"stream":false,"messages":[{}],"n":1})"));
        QCOMPARE(batchBody(R"({"messages":[{}]})", whole), std::string(R"({"messages":[{}]})"));
        QCOMPARE(requestOf(batch(R"({"stream":true,"messages":[{}]})"), whole).stream, false);
    }

    void theUrlOfABatchLineIsTakenBelowTheBase() {
        QCOMPARE(requestOf(batch(R"({"messages":[{}]})")).path, std::string("/chat/completions"));
        QCOMPARE(requestOf(batch(R"({"messages":[{}]})", "/chat/completions")).path, std::string("/chat/completions"));
    }
};

QTEST_GUILESS_MAIN(TestWorkloadBodies)
#include "tst_workload_bodies.moc"
