#include "tests/stream/decoding.h"

#include <QTest>

using namespace penstock;
using namespace penstock::test;
using namespace std::string_literals;

class ChatFailuresTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void failsOnAnErrorInsideTheStream_data();
    void failsOnAnErrorInsideTheStream();
    void keepsUsageReportedBehindAnError();
    void ignoresWhatComesBehindTheTerminal();
    void neverSucceedsWithoutTheTerminal();
    void failsAnswersThatAreNoStream_data();
    void failsAnswersThatAreNoStream();
    void takesACutAnswerForNothingWorse_data();
    void takesACutAnswerForNothingWorse();
    void failsAStreamWithAnEventThatIsNotJson();
    void stopsAtEachBound();
    void readsTheErrorOfAnErrorBody_data();
    void readsTheErrorOfAnErrorBody();
    void boundsAndCleansWhatAServerSays();
};

void ChatFailuresTest::failsOnAnErrorInsideTheStream_data() {
    QTest::addColumn<std::string>("event");
    QTest::addColumn<std::string>("code");
    QTest::addColumn<std::string>("message");
    QTest::addColumn<bool>("numeric");
    const auto row = [](const char* name, std::string event, std::string code, std::string message,
                        bool numeric = false) {
        QTest::newRow(name) << std::move(event) << std::move(code) << std::move(message) << numeric;
    };
    row("OpenAI", streamOf({R"({"error":{"message":"too much","type":"server_error","param":null,"code":null}})"}),
        "server_error", "too much");
    row("a numeric code", streamOf({R"({"error":{"code":400,"message":"bad"}})"}), "400", "bad", true);
    row("beside choices",
        streamOf({R"({"error":{"code":"x","message":"bad"},"choices":[{"index":0,"delta":{"content":""}}]})"}), "x",
        "bad");
    row("a string", streamOf({R"({"error":"out of memory","error_type":"overloaded"})"}), "overloaded",
        "out of memory");
    row("a name beside its sentence", streamOf({R"({"error":"Internal Server Error","message":"out of memory"})"}), "",
        "out of memory");
    row("vLLM's older form",
        streamOf({R"({"object":"error","message":"too long","type":"BadRequestError","code":40303})"}), "40303",
        "too long", true);
    row("FastChat", streamOf({R"({"text":"NETWORK ERROR","error_code":50001})"}), "50001", "NETWORK ERROR", true);
    row("inside the choice",
        streamOf({R"({"choices":[{"index":0,"delta":{},"error":{"code":502,"message":"upstream"}}]})"}), "502",
        "upstream", true);
    row("the finish reason", streamOf({chunk("{}", R"(,"finish_reason":"error")")}), "",
        "the server ended the completion with finish_reason \"error\"");
    row("a list", streamOf({R"([{"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}])"}), "503", "busy",
        true);
    row("no message", streamOf({R"({"error":{"code":500}})"}), "500", R"({"code":500})", true);
    row("an error event", "event: error\ndata: {\"error\":{\"message\":\"bad\",\"code\":\"tool_use_failed\"}}\n\n",
        "tool_use_failed", "bad");
    row("an error event of another shape", "event: error\ndata: {\"message\":\"bad\",\"code\":7}\n\n", "7", "bad",
        true);
    row("an error event of text", "event: error\ndata: it broke\n\n", "", "it broke");
    row("an error event that says it is done", "event: error\ndata: [DONE]\n\n", "", "[DONE]");
    row("an error event without a word", "event: error\ndata:\n\n", "",
        "the server sent an error event without a message");
}

void ChatFailuresTest::failsOnAnErrorInsideTheStream() {
    QFETCH(std::string, event);
    QFETCH(std::string, code);
    QFETCH(std::string, message);
    QFETCH(bool, numeric);
    const std::string before = streamOf({chunk(R"({"content":"partial"})")});
    for (const std::string& after : {""s, done, streamOf({R"({"error":"a second one"})"}) + done}) {
        const Decoded d = decodeEachWay(before + event + after);
        QVERIFY2(d.problem == OutcomeKind::ErrorEvent, described(d));
        QCOMPARE(d.code, code);
        QCOMPARE(d.message, message);
        QCOMPARE(d.facts.numericErrorCode, numeric);
        QVERIFY(d.terminal == Terminal::Error);
        QVERIFY(!d.success());
        QCOMPARE(d.completion.text, "partial"s);
        QCOMPARE(d.facts.terminal, after.empty() ? std::string_view("error") : std::string_view("[DONE]"));
        QCOMPARE(d.wantsMore, after.empty());
    }
    // What says nothing is no error.
    for (const char* empty : {"null", "\"\"", "false", "{}", R"({"code":null,"message":""})", "0", "[]"}) {
        const Decoded d =
            decodeEachWay(before + streamOf({R"({"choices":[],"error":)"s + empty + R"(,"error_code":0})"}) + done);
        QVERIFY2(d.success(), described(d));
    }
}

void ChatFailuresTest::keepsUsageReportedBehindAnError() {
    const Decoded d = decodeEachWay(streamOf({chunk(R"({"content":"a"})"), R"({"error":{"code":400,"message":"bad"}})",
                                              R"({"choices":[],"usage":{"prompt_tokens":4,"completion_tokens":9}})"}) +
                                    done);
    QVERIFY(d.terminal == Terminal::Error);
    QCOMPARE(d.completion.usage.output, std::optional<std::int64_t>(9));
    QCOMPARE(int(d.completion.usage.kind), int(UsageKind::Exact));
}

void ChatFailuresTest::ignoresWhatComesBehindTheTerminal() {
    const std::string body = streamOf({chunk(R"({"content":"a"})")}) + done;
    const Decoded clean = decodeEachWay(body);
    QVERIFY(clean.success());
    for (const std::string& rest : {streamOf({chunk(R"({"content":"b"})")}), streamOf({R"({"error":"late"})"}), done,
                                    "data: not json\n\n"s, std::string(3000, 'x'), "\xFF\xFE\0"s})
        QVERIFY(decodeEachWay(body + rest, true, {}, {1000, 1000, 10, 4000}) == clean);
    // White space around the terminal does not hide it, and nothing else passes for it.
    QVERIFY(decodeEachWay("data:[DONE] \r\n\r\n").success());
    for (const char* near : {"data: [done]\n\n", "data: DONE\n\n", ": [DONE]\n\n", "event: [DONE]\n\n",
                             "data: [DONE]\n", "[DONE]\n\n", "data: [DONE\ndata: ]\n\n"})
        QVERIFY2(!decodeEachWay(near).success(), near);
}

void ChatFailuresTest::neverSucceedsWithoutTheTerminal() {
    // A finish reason and a usage are no terminal.
    const std::string body = streamOf({chunk(R"({"content":"a"})"), chunk("{}", R"(,"finish_reason":"stop")"),
                                       R"({"choices":[],"usage":{"prompt_tokens":4,"completion_tokens":9}})"}) +
                             done;
    DecoderBench bench;
    for (std::size_t end = 0; end < body.size(); ++end) {
        const Decoded d = bench.decode(body.substr(0, end));
        QVERIFY2(d.terminal == Terminal::None && d.problem == OutcomeKind::Success && d.wantsMore, described(d));
    }
    QVERIFY(bench.decode(body).success());
}

void ChatFailuresTest::failsAnswersThatAreNoStream_data() {
    QTest::addColumn<std::string>("body");
    QTest::addColumn<std::string>("contentType");
    QTest::addColumn<int>("problem");
    QTest::addColumn<std::string>("message");
    const auto row = [](const char* name, std::string body, std::string type, OutcomeKind problem,
                        std::string message) {
        QTest::newRow(name) << std::move(body) << std::move(type) << int(problem) << std::move(message);
    };
    const auto no = OutcomeKind::NotAStream;
    row("a web page", "<!DOCTYPE html><HTML><head><Title>\n502 Bad\tGateway </TITLE></head></html>",
        "text/html; charset=utf-8", no,
        "the server answered with a web page (text/html; charset=utf-8), titled \"502 Bad Gateway\"");
    row("a web page without a title", "<p>no</p>", "", no, "the server answered with a web page: \"<p>no</p>\"");
    row("a long web page", "<title>busy</title>" + std::string(9000, 'x'), "", no,
        "the server answered with a web page, titled \"busy\"");
    row("plain text", "upstream connect error", "text/plain", no,
        "the server answered with text that is no event stream: \"upstream connect error\"");
    row("a JSON error", R"({"error":{"message":"bad","code":"x"}})", "application/json", OutcomeKind::ErrorEvent,
        "bad");
    row("a JSON error that claims to be a stream", R"({"error":"Internal Server Error","message":"no worker"})",
        "text/event-stream", OutcomeKind::ErrorEvent, "no worker");
    row("other JSON", R"({"detail":"Not Found"})", "application/json", no,
        R"(the server answered with JSON that is no completion: "{"detail":"Not Found"}")");
    row("no choices", R"({"choices":[]})", "", no,
        R"(the server answered with JSON that is no completion: "{"choices":[]}")");
    row("a JSON list", "[1]", "", no, "the server answered with JSON that is no completion: \"[1]\"");
    row("wrong JSON", "{a:1}", "", no,
        "the server answered with neither an event stream nor valid JSON (The JSON document has an improper structure: "
        "missing or "
        "superfluous commas, braces, missing keys, etc.): \"{a:1}\"");
}

void ChatFailuresTest::failsAnswersThatAreNoStream() {
    QFETCH(std::string, body);
    QFETCH(std::string, contentType);
    QFETCH(int, problem);
    QFETCH(std::string, message);
    for (const bool streamed : {true, false}) {
        const Decoded d = decodeEachWay(body, streamed, contentType);
        QVERIFY2(int(d.problem) == problem, described(d));
        QCOMPARE(d.message, message);
        QVERIFY(!d.success());
    }
}

void ChatFailuresTest::takesACutAnswerForNothingWorse_data() {
    QTest::addColumn<std::string>("body");
    for (const char* body : {"", "\n", "\xEF\xBB", "d", "data", "data: {\"choices\":[", ": pin", "event: er", "id",
                             R"({"choices":[{"mess)", "[", R"({"a)", R"({"a\)"})
        QTest::newRow(QByteArray(body).toPercentEncoding().prepend("cut behind ")) << std::string(body);
}

void ChatFailuresTest::takesACutAnswerForNothingWorse() {
    QFETCH(std::string, body);
    for (const bool streamed : {true, false}) {
        const Decoded d = decodeEachWay(body, streamed);
        QVERIFY2(d.problem == OutcomeKind::Success && d.terminal == Terminal::None, described(d));
    }
}

void ChatFailuresTest::failsAStreamWithAnEventThatIsNotJson() {
    for (const char* bad : {"{\"choices\":[", "nonsense", "7", "[]", "\"x\"", "{} {}"}) {
        const Decoded d =
            decodeEachWay(streamOf({chunk(R"({"content":"a"})"), bad, chunk(R"({"content":"b"})")}) + done);
        QVERIFY2(d.problem == OutcomeKind::NotAStream, described(d));
        QVERIFY(d.message.starts_with("event 1 of the stream is no"));
        QVERIFY(!d.success());
        QCOMPARE(d.completion.text, "a"s);
    }
    const std::string deep = R"({"choices":)" + std::string(200, '[') + std::string(200, ']') + "}";
    QVERIFY(decodeEachWay(streamOf({deep}) + done).problem == OutcomeKind::NotAStream);
    // Events of a type of their own are none of the dialect's, and empty ones say nothing.
    QVERIFY(decodeEachWay("event: ping\ndata: 12:30\n\ndata:\n\n" + done).success());
}

void ChatFailuresTest::stopsAtEachBound() {
    const std::string event = streamOf({chunk(R"({"content":"a"})")});
    const std::string text = chunk("{\"content\":\"" + std::string(300, 'x') + "\"}");
    const auto failure = [&](const std::string& body, const StreamLimits& limits) {
        const Decoded d = decodeEachWay(body + done, true, {}, limits);
        if (d.problem != OutcomeKind::TooLarge || d.wantsMore || d.success() || d.completion.text != "a")
            return "no: " + d.message;
        return d.message;
    };
    QCOMPARE(failure(event + streamOf({text}), {200, 4000, 10, 4000}),
             "a line of the stream is longer than max-line-bytes (200)"s);
    QCOMPARE(failure(event + streamOf({text}), {4000, 200, 10, 4000}),
             "an event of the stream is larger than max-event-bytes (200)"s);
    QCOMPARE(failure(event + "data:\ndata:\ndata:\n\n", {4000, 4000, 2, 4000}),
             "an event of the stream has more lines than max-event-lines (2)"s);
    QCOMPARE(failure(event + std::string(2000, '\n'), {4000, 4000, 10, 1000}),
             "the response is longer than max-response-bytes (1000)"s);
    // At the bound exactly there is nothing to refuse.
    const std::string whole = event + done;
    QVERIFY(decodeEachWay(whole, true, {}, {4000, 4000, 10, whole.size()}).success());
    QVERIFY(decodeEachWay(whole, true, {}, {4000, 4000, 10, whole.size() - 1}).problem == OutcomeKind::TooLarge);
    QVERIFY(decodeEachWay("{\"a\":" + std::string(2000, ' '), false, {}, {4000, 4000, 10, 1000}).problem ==
            OutcomeKind::TooLarge);
}

void ChatFailuresTest::readsTheErrorOfAnErrorBody_data() {
    QTest::addColumn<std::string>("body");
    QTest::addColumn<std::string>("code");
    QTest::addColumn<std::string>("message");
    const auto row = [](const char* name, std::string body, std::string code, std::string message) {
        QTest::newRow(name) << std::move(body) << std::move(code) << std::move(message);
    };
    row("OpenAI",
        R"({"error":{"message":"Rate limit reached","type":"requests","param":null,"code":"rate_limit_exceeded"}})",
        "rate_limit_exceeded", "Rate limit reached");
    row("the type where there is no code", R"({"error":{"message":"no","type":"invalid_request_error","code":null}})",
        "invalid_request_error", "no");
    row("a string", R"({"error":"overloaded"})", "", "overloaded");
    row("message", R"({"message":"no such model","code":404})", "404", "no such model");
    row("detail", R"({"detail":"Not Found"})", "", "Not Found");
    row("a list of details", R"({"detail":[{"loc":["body","model"],"msg":"field required","type":"missing"}]})", "",
        R"(field required at ["body","model"])");
    row("a detail with fields", R"({"detail":{"error":"no capacity"}})", "", "no capacity");
    row("a list of errors", R"({"errors":[{"message":"a"}]})", "", R"([{"message":"a"}])");
    row("vLLM", R"({"object":"error","message":"too long","type":"BadRequestError","code":400})", "400", "too long");
    row("Google", R"([{"error":{"code":429,"message":"quota","status":"RESOURCE_EXHAUSTED"}}])", "429", "quota");
    row("JSON of no known shape", R"({"a":[1, 2]})", "", R"({"a":[1,2]})");
    row("text", "  upstream\r\nconnect\terror \n", "", "upstream connect error");
    row("a page", "<html><head><title>503 Service Unavailable</title></head></html>", "", "503 Service Unavailable");
    row("a page without a title", "<h1>no</h1>", "", "<h1>no</h1>");
    row("wrong JSON", R"({"error":)", "", R"({"error":)");
    row("nothing", "", "", "");
    row("white space", " \n", "", "");
    row("wrong UTF-8", "{\"error\":\"a\xFFz\"}", "", "a\uFFFDz");
}

void ChatFailuresTest::readsTheErrorOfAnErrorBody() {
    QFETCH(std::string, body);
    QFETCH(std::string, code);
    QFETCH(std::string, message);
    const ServerMessage read = readErrorBody(body);
    QCOMPARE(read.code, code);
    QCOMPARE(read.message, message);
}

void ChatFailuresTest::boundsAndCleansWhatAServerSays() {
    const auto message = [](const std::string& text) { return readErrorBody(text).message; };
    QCOMPARE(message(std::string(5000, 'x')), std::string(500, 'x'));
    QCOMPARE(message("{\"error\":\"" + std::string(5000, 'x') + "\"}"), std::string(500, 'x'));
    std::string euros;
    for (int i = 0; i < 500; ++i)
        euros += "\u20AC";
    QCOMPARE(message(euros + euros), euros); // characters, not bytes, and none of them torn
    QCOMPARE(message(std::string(3u << 20, '{')), std::string(500, '{'));
    QCOMPARE(message("a\x1B[31mb\x07\0c\x7F\u009Bd"s), "a[31mbcd"s);
    QCOMPARE(message(R"({"error":"a\u001b[31mb\u009bc\nd"})"), "a[31mbc d"s);
    QCOMPARE(readErrorBody("{\"error\":{\"code\":\"" + std::string(5000, 'x') + "\",\"message\":\"m\"}}").code,
             std::string(100, 'x'));
    QCOMPARE(message("Incorrect API key provided: sk-proj-abcDEF123_456*** (see help)"),
             "Incorrect API key provided: sk-[hidden] (see help)"s);
    QCOMPARE(message("header Authorization: Bearer abcdefgh12345678 refused"),
             "header Authorization: Bearer [hidden] refused"s);
    QCOMPARE(message("task-12345678 and a Bearer token"), "task-12345678 and a Bearer token"s);
    // In a stream, too.
    const Decoded d =
        decodeEachWay(streamOf({R"({"error":{"code":401,"message":"wrong key sk-abcdefgh12345678\n"}})"}));
    QCOMPARE(d.message, "wrong key sk-[hidden]"s);
}

QTEST_APPLESS_MAIN(ChatFailuresTest)
#include "tst_chat_failures.moc"
