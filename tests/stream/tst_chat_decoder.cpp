#include "tests/stream/decoding.h"
#include "tests/support/allocation_count.h"

#include <QTest>

using namespace penstock;
using namespace penstock::test;
using namespace std::string_literals;

class ChatDecoderTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void putsTextReasoningAndRefusalTogether();
    void countsAsContentOnlyWhatWasGenerated();
    void takesReasoningOnceWhenItComesUnderBothNames();
    void takesPartsOfContentApart();
    void assemblesToolCallsByIndex();
    void toleratesToolCallsWithoutOrWithTheSameIndex();
    void holdsNoMoreToolCallsThanTheBound();
    void takesOnlyTheFirstChoiceIntoTheText();
    void keepsTheLastFinishReasonGiven();
    void readsUsageWhereverItIsReported_data();
    void readsUsageWhereverItIsReported();
    void takesNoHostileCountForUsage_data();
    void takesNoHostileCountForUsage();
    void takesABodyThatWasAskedForWhole();
    void joinsCharactersTornAcrossReads();
    void readsUnpairedSurrogatesAsReplacementCharacters();
    void allocatesNothingPerEventInSteadyState();
};

void ChatDecoderTest::putsTextReasoningAndRefusalTogether() {
    const Decoded d = decodeEachWay(
        ": ping\n\n" +
        streamOf({chunk(R"({"role":"assistant","content":""})"), chunk(R"({"reasoning_content":"Hm"})"),
                  chunk(R"({"reasoning":"m."})"), chunk(R"({"content":"Hel"})"),
                  chunk(R"({"content":"lo","refusal":"No"})"), chunk("{}", R"(,"finish_reason":"stop")")}) +
        done);
    QVERIFY2(d.success(), described(d));
    QCOMPARE(d.completion.text, "Hello"s);
    QCOMPARE(d.completion.reasoning, "Hmm."s);
    QCOMPARE(d.completion.refusal, "No"s);
    QCOMPARE(d.completion.finishReason, std::optional("stop"s));
    QCOMPARE(d.completion.responseId, "c1"s);
    QCOMPARE(d.completion.model, "m"s);
    QCOMPARE(int(d.completion.usage.kind), int(UsageKind::Unknown));
    QCOMPARE(d.events, 6u);
    QCOMPARE(d.contentEvents, 4u);
    QCOMPARE(d.facts.events, 7u);
    QCOMPARE(d.facts.comments, 1u);
    QCOMPARE(d.facts.firstTokenEvent, std::optional<std::uint64_t>(1));
    QCOMPARE(d.facts.firstTextEvent, std::optional<std::uint64_t>(3));
    QVERIFY(!d.wantsMore);
}

void ChatDecoderTest::countsAsContentOnlyWhatWasGenerated() {
    const auto contentEvents = [](const std::string& event) {
        return decodeEachWay(streamOf({event}) + done).contentEvents;
    };
    for (const char* delta :
         {R"({"role":"assistant"})", R"({"role":"assistant","content":""})",
          R"({"content":null,"reasoning":null,"tool_calls":null})", "{}",
          R"({"content":"","reasoning_content":"","refusal":"","tool_calls":[]})", R"({"tool_calls":[{"index":0}]})",
          R"({"tool_calls":[{"index":0,"type":"function","function":{"arguments":""}}]})",
          R"({"content":7,"tool_calls":"x"})", "null"})
        QCOMPARE(contentEvents(chunk(delta)), 0u);
    for (const char* delta :
         {R"({"content":" "})", R"({"reasoning_content":"x"})", R"({"reasoning":"x"})", R"({"refusal":"x"})",
          R"({"tool_calls":[{"index":0,"id":"x"}]})", R"({"tool_calls":[{"index":0,"function":{"name":"x"}}]})",
          R"({"tool_calls":[{"index":0,"function":{"arguments":"{"}}]})", R"({"function_call":{"name":"x"}})"})
        QCOMPARE(contentEvents(chunk(delta)), 1u);
    QCOMPARE(contentEvents(R"({"choices":[],"usage":null})"), 0u);
    QCOMPARE(contentEvents(R"({"choices":null})"), 0u);
    QCOMPARE(decodeEachWay(streamOf({R"({"choices":[],"usage":null})"}) + done).events, 0u);
}

void ChatDecoderTest::takesReasoningOnceWhenItComesUnderBothNames() {
    const Decoded d = decodeEachWay(streamOf({chunk(R"({"reasoning":"ab","reasoning_content":"ab"})"),
                                              chunk(R"({"reasoning":"c","reasoning_content":null})")}) +
                                    done);
    QCOMPARE(d.completion.reasoning, "abc"s);
}

void ChatDecoderTest::takesPartsOfContentApart() {
    const Decoded d =
        decodeEachWay(streamOf({chunk(R"({"content":[{"type":"thinking","thinking":[{"type":"text","text":"so"}]}]})"),
                                chunk(R"({"content":[{"type":"text","text":"a"},7,{"type":"text","text":"b"}]})")}) +
                      done);
    QCOMPARE(d.completion.reasoning, "so"s);
    QCOMPARE(d.completion.text, "ab"s);
    QCOMPARE(d.contentEvents, 2u);
    QCOMPARE(d.facts.firstTokenEvent, std::optional<std::uint64_t>(0));
    QCOMPARE(d.facts.firstTextEvent, std::optional<std::uint64_t>(1));
}

void ChatDecoderTest::assemblesToolCallsByIndex() {
    const Decoded d = decodeEachWay(
        streamOf(
            {chunk(R"({"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]})"),
             chunk(R"({"tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":"["}}]})"),
             chunk(
                 R"({"tool_calls":[{"index":0,"function":{"arguments":"{\"x\":"}},{"index":1,"function":{"arguments":"1]"}}]})"),
             chunk(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"\"\\u00e9\"}"}}]})"),
             chunk(R"({"tool_calls":[{"index":-3,"function":{"arguments":" "}}]})")}) +
        done);
    const std::vector<ToolCall> expected{{"a", "f", R"({"x":"\u00e9"})"}, {"b", "g", "[1] "}};
    QVERIFY(d.completion.toolCalls == expected);
    QCOMPARE(d.facts.firstTokenEvent, std::optional<std::uint64_t>(0));
    QVERIFY(!d.facts.firstTextEvent);

    // The index says where a call belongs, even when it comes late or is absurd; it never says how much memory to take.
    const Decoded sparse = decodeEachWay(
        streamOf(
            {chunk(
                 R"({"tool_calls":[{"index":9000000000000000000,"id":"z","function":{"name":"z","arguments":"1"}}]})"),
             chunk(R"({"tool_calls":[{"index":1,"id":"b","function":{"name":"b","arguments":"2"}}]})"),
             chunk(R"({"tool_calls":[{"index":9000000000000000000,"function":{"arguments":"3"}}]})")}) +
        done);
    const std::vector<ToolCall> ordered{{"b", "b", "2"}, {"z", "z", "13"}};
    QVERIFY(sparse.completion.toolCalls == ordered);
}

void ChatDecoderTest::toleratesToolCallsWithoutOrWithTheSameIndex() {
    const std::vector<ToolCall> two{{"a", "f", "{}"}, {"b", "g", "[1]"}};
    for (const char* index : {"", R"("index":0,)", R"("index":null,)"}) {
        const auto part = [&](const std::string& rest) {
            return chunk(R"({"tool_calls":[{)" + std::string(index) + rest + "}]}");
        };
        const Decoded d = decodeEachWay(
            streamOf({part(R"("id":"a","function":{"name":"f","arguments":"{}"})"),
                      part(R"("id":"b","function":{"name":"g","arguments":"["})"),
                      part(R"("id":"b","function":{"arguments":"1"})"), part(R"("function":{"arguments":"]"})")}) +
            done);
        QVERIFY2(d.completion.toolCalls == two, index);
    }
    // Arguments as JSON instead of its text; and the older form of one unnamed call.
    const Decoded object = decodeEachWay(
        streamOf({chunk(R"({"tool_calls":[{"id":"a","function":{"name":"f","arguments":{"x": [1, 2]}}}]})")}) + done);
    QVERIFY((object.completion.toolCalls == std::vector<ToolCall>{{"a", "f", R"({"x":[1,2]})"}}));
    const Decoded legacy = decodeEachWay(streamOf({chunk(R"({"function_call":{"name":"f","arguments":"{"}})"),
                                                   chunk(R"({"function_call":{"arguments":"}"}})")}) +
                                         done);
    QVERIFY((legacy.completion.toolCalls == std::vector<ToolCall>{{"", "f", "{}"}}));
}

void ChatDecoderTest::holdsNoMoreToolCallsThanTheBound() {
    const auto calls = [](int count) {
        std::string body;
        for (int i = 0; i < count; ++i)
            body +=
                streamOf({chunk(R"({"tool_calls":[{"index":)" + std::to_string(i) + R"(,"function":{"name":"f"}}]})")});
        return body + done;
    };
    DecoderBench bench;
    const Decoded most = bench.decode(calls(1024));
    QVERIFY(most.success());
    QCOMPARE(most.completion.toolCalls.size(), 1024u);
    const Decoded more = bench.decode(calls(1025));
    QCOMPARE(int(more.problem), int(OutcomeKind::TooLarge));
    QCOMPARE(more.completion.toolCalls.size(), 1024u);
    QVERIFY(!more.success());
}

void ChatDecoderTest::takesOnlyTheFirstChoiceIntoTheText() {
    const Decoded d = decodeEachWay(
        streamOf(
            {R"({"choices":[{"index":1,"delta":{"content":"other","tool_calls":[{"id":"x"}]},"finish_reason":"length"}]})",
             R"({"choices":[{"index":0,"delta":{"content":"first"}},{"index":1,"delta":{"content":"other"}}]})",
             R"({"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})"}) +
        done);
    QCOMPARE(d.completion.text, "first"s);
    QVERIFY(d.completion.toolCalls.empty());
    QCOMPARE(d.completion.finishReason, std::optional("stop"s));
    QCOMPARE(d.contentEvents, 2u);
    QCOMPARE(d.facts.firstTokenEvent, std::optional<std::uint64_t>(0));
    QCOMPARE(d.facts.firstTextEvent, std::optional<std::uint64_t>(1));
}

void ChatDecoderTest::keepsTheLastFinishReasonGiven() {
    const auto reason = [](std::initializer_list<std::string_view> members) {
        std::string body;
        for (const auto member : members)
            body += streamOf({chunk(R"({"content":"x"})", member)});
        return decodeEachWay(body + done).completion.finishReason;
    };
    QCOMPARE(reason({"", ""}), std::nullopt);
    QCOMPARE(reason({R"(,"finish_reason":null)", R"(,"finish_reason":"")"}), std::nullopt);
    QCOMPARE(reason({R"(,"finish_reason":"length")", R"(,"finish_reason":null)"}), std::optional("length"s));
    QCOMPARE(reason({R"(,"finish_reason":"length")", R"(,"finish_reason":"stop")"}), std::optional("stop"s));
}

void ChatDecoderTest::readsUsageWhereverItIsReported_data() {
    QTest::addColumn<std::string>("body");
    const auto row = [](const char* name, std::string body) { QTest::newRow(name) << std::move(body); };
    const std::string usage =
        R"({"prompt_tokens":12,"completion_tokens":5,"total_tokens":17,"prompt_tokens_details":{"cached_tokens":8},"completion_tokens_details":{"reasoning_tokens":3}})";
    row("a chunk without choices", streamOf({chunk(R"({"content":"x"})"), R"({"choices":[],"usage":)" + usage + "}"}));
    row("the last chunk with a choice",
        streamOf({R"({"choices":[{"delta":{},"finish_reason":"stop"}],"usage":)" + usage + "}"}));
    row("running totals, of which the last counts",
        streamOf({R"({"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":1,"total_tokens":13}})",
                  R"({"choices":[],"usage":)" + usage + "}", R"({"choices":[],"usage":null})",
                  R"({"choices":[],"usage":{}})"}));
    row("inside the choice", streamOf({R"({"choices":[{"index":0,"delta":{},"usage":)" + usage + "}]}"}));
    row("beside an empty one, in a field of the provider",
        streamOf({R"({"choices":[],"usage":null,"x_groq":{"usage":)" + usage + "}}"}));
    row("as floats",
        streamOf(
            {R"({"choices":[],"usage":{"prompt_tokens":12.0,"completion_tokens":5.0,"total_tokens":17.0,)"
             R"("prompt_tokens_details":{"cached_tokens":8},"completion_tokens_details":{"reasoning_tokens":3.0}}})"}));
    row("with DeepSeek's name for cached tokens",
        streamOf(
            {R"({"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":5,"total_tokens":17,"prompt_cache_hit_tokens":8,)"
             R"("completion_tokens_details":{"reasoning_tokens":3}}})"}));
}

void ChatDecoderTest::readsUsageWhereverItIsReported() {
    QFETCH(std::string, body);
    const Usage usage = decodeEachWay(body + done).completion.usage;
    QVERIFY((usage == Usage{UsageKind::Exact, 12, 5, 17, 8, 3}));
}

void ChatDecoderTest::takesNoHostileCountForUsage_data() {
    QTest::addColumn<std::string>("usage");
    QTest::addColumn<Usage>("expected");
    const auto row = [](const char* name, std::string usage, Usage expected) {
        QTest::newRow(name) << std::move(usage) << expected;
    };
    const auto none = std::nullopt;
    row("negative", R"({"prompt_tokens":-1,"completion_tokens":-5,"total_tokens":-6})", {});
    row("beyond 64 bits", R"({"prompt_tokens":18446744073709551615,"completion_tokens":1e300,"total_tokens":1e18})",
        {});
    row("a sum-poisoning one beside a credible one", R"({"prompt_tokens":9223372036854775807,"completion_tokens":5})",
        {UsageKind::Exact, none, 5, none, none, none});
    row("fractions", R"({"prompt_tokens":1.5,"completion_tokens":5})", {UsageKind::Exact, none, 5, none, none, none});
    row("text, lists, booleans", R"({"prompt_tokens":"12","completion_tokens":[5],"total_tokens":true})", {});
    row("without output it is not known", R"({"prompt_tokens":12,"total_tokens":12})",
        {UsageKind::Unknown, 12, none, 12, none, none});
    row("zero is a count", R"({"prompt_tokens":0,"completion_tokens":0,"total_tokens":0})",
        {UsageKind::Exact, 0, 0, 0, none, none});
    row("details of another shape",
        R"({"completion_tokens":5,"prompt_tokens_details":7,"completion_tokens_details":[]})",
        {UsageKind::Exact, none, 5, none, none, none});
    row("no object", "[1,2]", {});
}

void ChatDecoderTest::takesNoHostileCountForUsage() {
    QFETCH(std::string, usage);
    QFETCH(Usage, expected);
    const Decoded d = decodeEachWay(streamOf({R"({"choices":[],"usage":)" + usage + "}"}) + done);
    QVERIFY2(d.success(), described(d));
    QVERIFY(d.completion.usage == expected);
}

void ChatDecoderTest::takesABodyThatWasAskedForWhole() {
    const std::string body =
        R"( {"id":"c1","object":"chat.completion","model":"m","choices":[)"
        "\n"
        R"({"index":0,"message":{"role":"assistant","content":"Hello","reasoning_content":"Hm","refusal":null,)"
        R"("tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"stop"},)"
        R"({"index":1,"message":{"content":"other"}}],)"
        R"("usage":{"prompt_tokens":4,"completion_tokens":9,"total_tokens":13}} )";
    for (const std::string& before : {""s, "\n\n \r\n"s, "\xEF\xBB\xBF"s}) {
        const Decoded d = decodeEachWay(before + body, false, "application/json");
        QVERIFY2(d.success(), described(d));
        QCOMPARE(d.completion.text, "Hello"s);
        QCOMPARE(d.completion.reasoning, "Hm"s);
        QVERIFY((d.completion.toolCalls == std::vector<ToolCall>{{"a", "f", "{}"}}));
        QCOMPARE(d.completion.finishReason, std::optional("stop"s));
        QVERIFY((d.completion.usage == Usage{UsageKind::Exact, 4, 9, 13, {}, {}}));
        QCOMPARE(d.facts.terminal, std::string_view("json"));
        QCOMPARE(d.events, 1u);
        QCOMPARE(d.contentEvents, 1u);
    }
    // The same when a stream was asked for is not what was promised; its text and usage are kept.
    const Decoded unasked = decodeEachWay(body, true);
    QVERIFY2(unasked.problem == OutcomeKind::NotAStream, described(unasked));
    QVERIFY(unasked.terminal == Terminal::None);
    QCOMPARE(unasked.completion.text, "Hello"s);
    QCOMPARE(unasked.completion.usage.output, std::optional<std::int64_t>(9));
    // A stream that was not asked for proves itself by its terminal.
    QVERIFY(decodeEachWay(streamOf({chunk(R"({"content":"a"})")}) + done, false).success());
    // Bytes that are no UTF-8 spoil a character, not the answer.
    QCOMPARE(decodeEachWay("{\"choices\":[{\"message\":{\"content\":\"a\xFFz\"}}]}", false).completion.text,
             "a\uFFFDz"s);
    // A body larger than the memory kept for parsing.
    const std::string large = std::string(3u << 20, 'x');
    const Decoded much =
        DecoderBench().decode(R"({"choices":[{"message":{"content":")" + large + "\"}}]}", {100, 2u << 20}, false);
    QVERIFY(much.success());
    QVERIFY(much.completion.text == large);
}

void ChatDecoderTest::joinsCharactersTornAcrossReads() {
    const std::string text = "\u00E9\u20AC\U0001F600 \u0438";
    const Decoded d = decodeEachWay(
        streamOf({chunk("{\"content\":\"" + text + "\"}"), chunk(R"({"content":"\ud83d\ude00\u00e9\n\t\u0000"})")}) +
        done);
    QCOMPARE(d.completion.text, text + "\U0001F600\u00E9\n\t\0"s);
    // Inside a stream, as in a body, what is no UTF-8 is one replacement character.
    QCOMPARE(decodeEachWay(streamOf({chunk("{\"content\":\"a\xF0\x9F\x92z\"}")}) + done).completion.text, "a\uFFFDz"s);
}

void ChatDecoderTest::readsUnpairedSurrogatesAsReplacementCharacters() {
    const std::vector<std::pair<std::string, std::string>> cases{
        {R"(\ud83d)", "\uFFFD"},
        {R"(\ude00)", "\uFFFD"},
        {R"(\ud83dx)", "\uFFFDx"},
        {R"(\uD83D\uD83D\uDE00)", "\uFFFD\U0001F600"},
        {R"(\\ud83d)", R"(\ud83d)"},
        {R"(\ud83d\n)", "\uFFFD\n"},
        {R"(\ude00\ud83d)", "\uFFFD\uFFFD"},
    };
    for (const auto& [escaped, expected] : cases) {
        const Decoded d = decodeEachWay(streamOf({chunk("{\"content\":\"" + escaped + "\"}")}) + done);
        QVERIFY2(d.success(), described(d));
        QCOMPARE(d.completion.text, expected);
    }
}

void ChatDecoderTest::allocatesNothingPerEventInSteadyState() {
    const std::string event = streamOf(
        {R"({"id":"chatcmpl-0123456789012345678901234567","object":"chat.completion.chunk","created":1754432618,"model":"a-model-with-a-long-name","system_fingerprint":"fp_ff25b2783a","choices":[{"index":0,"delta":{"content":" word","reasoning_content":" thought \ud83d\ude00","tool_calls":[{"index":0,"id":"call_0123456789012345678","function":{"name":"a_function_of_a_name","arguments":"1,"}}]},"logprobs":null,"finish_reason":null}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}})"});
    const auto decoder = makeDecoder(Api::OpenAiChat, {}, makeJsonScratch());
    decoder->reset("text/event-stream", true);
    std::uint32_t content = 0;
    const auto feed = [&](std::size_t piece) {
        for (std::size_t at = 0; at < event.size(); at += piece)
            content += decoder->feed(std::string_view(event).substr(at, piece)).contentEvents;
    };
    for (int i = 0; i < 600; ++i)
        feed(i % 2 ? event.size() : 13);
    const std::size_t before = allocationCount();
    for (int i = 0; i < 1000; ++i)
        feed(i % 2 ? event.size() : 13);
    QCOMPARE(content, 1600u);
    QCOMPARE(decoder->completion().text.size(), 1600u * 5);
    // Only what is put together grows: the text and the reasoning, by doubling (8,000 and 20,800 bytes at the end), the
    // arguments likewise.
    QVERIFY2(allocationCount() - before <= 6, QByteArray::number(qulonglong(allocationCount() - before)));
    // A second response of the kind needs no memory at all for its events.
    decoder->reset("text/event-stream", true);
    feed(event.size());
    const std::size_t second = allocationCount();
    const std::string_view noGrowth =
        "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n";
    for (int i = 0; i < 1000; ++i)
        decoder->feed(noGrowth);
    QCOMPARE(allocationCount() - second, 0u);
    QCOMPARE(decoder->completion().text.size(), 1005u);
}

QTEST_APPLESS_MAIN(ChatDecoderTest)
#include "tst_chat_decoder.moc"
