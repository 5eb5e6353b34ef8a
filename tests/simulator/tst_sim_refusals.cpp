#include "tests/simulator/simulator_bench.h"

using namespace penstock;
using namespace penstock::test;

class TstSimRefusals : public QObject {
    Q_OBJECT

    QNetworkAccessManager network_;

private Q_SLOTS:
    void pathsAndMethodsThatDoNotExistAreRefusedInOpenAisShape() {
        const auto simulator = start(fastOptions());
        const auto missing = get(network_, url(*simulator, "/v1/embeddings"));
        QCOMPARE(missing.status, 404);
        QCOMPARE(missing.document()["error"]["type"].get<std::string>(), std::string("invalid_request_error"));
        const auto wrong = get(network_, url(*simulator));
        QCOMPARE(wrong.status, 405);
        QCOMPARE(wrong.headers.at("allow"), std::string("POST"));
        QCOMPARE(get(network_, url(*simulator, "/stats/reset")).status, 405);
    }

    void badBodiesAreRefusedByField_data() {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("param");
        const auto row = [](const char* name, const QByteArray& body, const char* param) {
            QTest::newRow(name) << body << QString::fromLatin1(param);
        };
        const QByteArray messages = R"("messages":[{"role":"user","content":"hi"}])";
        row("empty", "", "");
        row("no JSON", "{\"messages\":", "");
        row("no object", "[1,2]", "");
        row("bad UTF-8", "{\"messages\":[{\"role\":\"user\",\"content\":\"\xff\"}]}", "");
        row("too deep", QByteArray(200000, '['), "");
        row("too deep inside", "{" + messages + ",\"x\":" + QByteArray(80, '[') + QByteArray(80, ']') + "}", "");
        row("no messages", "{}", "messages");
        row("no message", R"({"messages":[]})", "messages");
        row("message is text", R"({"messages":["hi"]})", "messages[0]");
        row("no role", R"({"messages":[{"content":"hi"}]})", "messages[0].role");
        row("content is a number", R"({"messages":[{"role":"user","content":5}]})", "messages[0].content");
        row("part is text", R"({"messages":[{"role":"user","content":["hi"]}]})", "messages[0].content");
        row("max_tokens 0", "{" + messages + ",\"max_tokens\":0}", "max_tokens");
        row("max_tokens negative", "{" + messages + ",\"max_completion_tokens\":-1}", "max_completion_tokens");
        row("max_tokens not whole", "{" + messages + ",\"max_tokens\":1.5}", "max_tokens");
        row("stream is text", "{" + messages + ",\"stream\":\"yes\"}", "stream");
        row("options without stream", "{" + messages + ",\"stream_options\":{\"include_usage\":true}}",
            "stream_options");
        row("two answers", "{" + messages + ",\"n\":2}", "n");
        row("model is a number", "{" + messages + ",\"model\":4}", "model");
        row("beyond the context", QByteArray::fromStdString(chatBody(std::string(4 * 3600, 'x'), false)), "messages");
    }

    void badBodiesAreRefusedByField() {
        QFETCH(QByteArray, body);
        QFETCH(QString, param);
        const auto simulator = start(fastOptions());
        const auto reply = post(network_, url(*simulator), body.toStdString());
        QCOMPARE(reply.status, 400);
        const json error = reply.document()["error"];
        QVERIFY(!error["message"].get<std::string>().empty());
        QCOMPARE(error["param"].is_null() ? QString() : QString::fromStdString(error["param"]), param);
        const json stats = simulator->stats();
        QCOMPARE(stats["bad_requests"].get<int>(), 1);
        QCOMPARE(stats["live"].get<int>(), 0);
    }

    void oddButValidBodiesAreAnswered() {
        const auto simulator = start(fastOptions());
        for (
            const char* body :
            {R"({"messages":[{"role":"user","content":[{"type":"text","text":"hi"},{"type":"image_url","image_url":{"url":"x"}}]}],"max_tokens":2})",
             R"({"messages":[{"role":"assistant","content":null,"tool_calls":[]}],"max_tokens":2,"n":1,"stream":null})",
             "{\"messages\":[{\"role\":\"user\",\"content\":\"[[[[ \\\" "
             "]]]]\"}],\"max_completion_tokens\":2,\"max_tokens\":null}",
             R"({"messages":[{"role":"user","content":"hi"}],"max_tokens":18446744073709551615,"max_completion_tokens":2})"})
            QCOMPARE(post(network_, url(*simulator), body).document()["usage"]["completion_tokens"].get<int>(), 2);
    }

    void aFullWaitingRoomAnswers429WithRetryAfter() {
        SimulatorOptions options = slowOptions();
        options.slots = 1;
        options.waitingRoom = 1;
        const auto simulator = start(options);
        RawRequest first(port(*simulator), chatBody("one", true, 100));
        RawRequest second(port(*simulator), chatBody("two", true, 100));
        QTRY_COMPARE_WITH_TIMEOUT(simulator->stats()["live"].get<int>(), 2, patience);
        const auto reply = post(network_, url(*simulator), chatBody("three", true));
        QCOMPARE(reply.status, 429);
        QCOMPARE(reply.document()["error"]["code"].get<std::string>(), std::string("waiting_room_full"));
        const int seconds = std::stoi(reply.headers.at("retry-after"));
        QVERIFY(seconds >= 1 && seconds <= 4); // 100 steps of 30 ms are left at most
        const json stats = simulator->stats();
        QCOMPARE(stats["status_429"].get<int>(), 1);
        QCOMPARE(stats["rejected"]["waiting_room"].get<int>(), 1);
        QCOMPARE(stats["peak_in_flight"].get<int>(), 3);
        QCOMPARE(stats["live"].get<int>(), 2);
    }

    void theRequestsOfAMinuteAreLimited() {
        SimulatorOptions options = fastOptions();
        options.requestsPerMinute = 2;
        const auto simulator = start(options);
        QCOMPARE(post(network_, url(*simulator), chatBody("a", false, 1)).status, 200);
        QCOMPARE(post(network_, url(*simulator), chatBody("b", false, 1)).status, 200);
        const auto reply = post(network_, url(*simulator), chatBody("c", false, 1));
        QCOMPARE(reply.status, 429);
        QCOMPARE(reply.document()["error"]["code"].get<std::string>(), std::string("rate_limit_exceeded"));
        QVERIFY(std::stoi(reply.headers.at("retry-after")) <= 60);
        QCOMPARE(simulator->stats()["rejected"]["rate_limit"].get<int>(), 1);
    }

    void theTokensOfAMinuteAreLimited() {
        SimulatorOptions options = fastOptions();
        options.tokensPerMinute = 20;
        const auto simulator = start(options);
        QCOMPARE(post(network_, url(*simulator), chatBody("abcd", false, 9)).status, 200); // 10 tokens
        QCOMPARE(post(network_, url(*simulator), chatBody("abcd", false, 10)).status, 429);
        QCOMPARE(post(network_, url(*simulator), chatBody("abcd", false, 9)).status, 200);
        QCOMPARE(post(network_, url(*simulator), chatBody("abcd", false, 30)).status, 400); // never fits
    }

    void whatCannotBeStartedSaysWhy() {
        const auto first = start(fastOptions());
        SimulatorOptions options = fastOptions();
        options.port = port(*first);
        QVERIFY(!startSimulator(options).ok());
        options = fastOptions();
        options.slots = 0;
        QCOMPARE(startSimulator(options).error().message, std::string("--slots must be 1 to 100000"));
    }
};

QTEST_GUILESS_MAIN(TstSimRefusals)
#include "tst_sim_refusals.moc"
