#include "tests/stream/decoding.h"

#include "engine/stream/sse_parser.h"

#include <QTest>

#include <array>
#include <random>

using namespace penstock;
using namespace penstock::test;

namespace {

/// Pieces that random input is made of, so that it gets past the first byte of everything that reads it.
constexpr std::array<std::string_view, 57> pieces{
    "data",
    "data: ",
    "data:",
    ": ",
    "event: ",
    "event: error\n",
    "id: ",
    "retry: ",
    "\n",
    "\n\n",
    "\r",
    "\r\n",
    "\r\n\r\n",
    "\xEF\xBB\xBF",
    "\xEF",
    "\xF0\x9F",
    "\xED\xA0\x80",
    "[DONE]",
    "data: [DONE]\n\n",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\ud83d",
    "\\u0000",
    "null",
    "true",
    "-1",
    "1e999",
    "18446744073709551615",
    "{\"choices\":[",
    "\"choices\":",
    "{\"index\":0,",
    "\"delta\":{",
    "\"message\":{",
    "\"content\":",
    "\"x\"",
    "\"reasoning\":\"r\"",
    "\"tool_calls\":[{\"index\":",
    "\"function\":{",
    "\"arguments\":\"{\"",
    "\"usage\":{\"prompt_tokens\":",
    "\"error\":",
    "\"error\":{\"code\":",
    "\"finish_reason\":\"stop\"",
    "}]}",
    "}}]}\n\n",
    "<html>",
    "<title>",
    "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n",
    "data: {\"choices\":[],\"usage\":{\"completion_tokens\":3}}\n\n",
    "data: {\"error\":\"e\"}\n\n",
    "data: {\"error\":{\"code\":7,\"message\":\"m\"},\"choices\":[]}\n\n"};

std::string randomBody(std::mt19937& random) {
    std::string body;
    // One in four starts as a stream that is well so far.
    if (random() % 4 == 0) body = "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n";
    const unsigned count = random() % 24;
    for (unsigned i = 0; i < count; ++i) {
        if (random() % 8 == 0)
            body.push_back(static_cast<char>(random()));
        else
            body += pieces[random() % pieces.size()];
    }
    return body;
}

/// Whether `body` holds an undisturbed terminal: the only thing that may make a stream a success.
bool holdsTerminal(std::string_view body) {
    return body.find("[DONE]") != std::string_view::npos;
}

} // namespace

class HostileStreamsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void makesTheSameOfRandomBytesHoweverTheyAreCut();
    void makesTheSameOfMutatedStreamsHoweverTheyAreCut();
    void readsRandomErrorBodiesWithinTheBound();
};

void HostileStreamsTest::makesTheSameOfRandomBytesHoweverTheyAreCut() {
    std::mt19937 random(20250101);
    // Small bounds, so that they are met.
    DecoderBench bench({120, 160, 6, 600});
    int successes = 0, errors = 0, notStreams = 0, tooLarge = 0, cut = 0;
    for (int i = 0; i < 100'000; ++i) {
        const std::string body = randomBody(random);
        const bool streamed = random() % 4 != 0;
        const Decoded whole = bench.decode(body, {}, streamed);
        const Decoded again = bench.decode(body, randomCuts(body.size(), random), streamed);
        QVERIFY2(whole == again, QByteArray::fromStdString(body).toPercentEncoding());
        QVERIFY(!whole.success() || holdsTerminal(body) || !streamed);
        QVERIFY(whole.terminal != Terminal::Done || whole.problem == OutcomeKind::Success);
        for (const auto& count :
             {whole.completion.usage.input, whole.completion.usage.output, whole.completion.usage.total})
            QVERIFY(!count || *count >= 0);
        successes += whole.success();
        errors += whole.problem == OutcomeKind::ErrorEvent;
        notStreams += whole.problem == OutcomeKind::NotAStream;
        tooLarge += whole.problem == OutcomeKind::TooLarge;
        cut += whole.terminal == Terminal::None && whole.problem == OutcomeKind::Success;
    }
    // Input that never reaches one of the endings would prove nothing about it.
    for (const int count : {successes, errors, notStreams, tooLarge, cut})
        QVERIFY2(count > 500, QByteArray::number(count));
}

void HostileStreamsTest::makesTheSameOfMutatedStreamsHoweverTheyAreCut() {
    std::mt19937 random(20250102);
    const std::string good =
        streamOf({chunk(R"({"role":"assistant","content":""})"), chunk(R"({"reasoning":"a\ud83d\ude00"})"),
                  chunk("{\"content\":\"\u20AC\"}"),
                  chunk(R"({"tool_calls":[{"index":0,"id":"i","function":{"name":"f","arguments":"{}"}}]})"),
                  chunk("{}", R"(,"finish_reason":"stop")"),
                  R"({"choices":[],"usage":{"prompt_tokens":4,"completion_tokens":9}})"}) +
        done;
    DecoderBench bench;
    for (int i = 0; i < 50'000; ++i) {
        std::string body = good;
        for (unsigned changes = 1 + random() % 4; changes > 0 && !body.empty(); --changes) {
            const std::size_t at = random() % body.size();
            switch (random() % 4) {
            case 0:
                body[at] = static_cast<char>(random());
                break;
            case 1:
                body.erase(at, 1 + random() % 8);
                break;
            case 2:
                body.insert(at, pieces[random() % pieces.size()]);
                break;
            default:
                body.resize(at + 1);
                break;
            }
        }
        const Decoded whole = bench.decode(body);
        const Decoded again = bench.decode(body, randomCuts(body.size(), random));
        QVERIFY2(whole == again, QByteArray::fromStdString(body).toPercentEncoding());
        QVERIFY(!whole.success() || holdsTerminal(body));
    }
}

void HostileStreamsTest::readsRandomErrorBodiesWithinTheBound() {
    std::mt19937 random(20250103);
    for (int i = 0; i < 50'000; ++i) {
        std::string body = randomBody(random);
        if (random() % 50 == 0) body += std::string(2000, 'y');
        const ServerMessage read = readErrorBody(body);
        const auto clean = [](const std::string& text) {
            return std::none_of(text.begin(), text.end(),
                                [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
        };
        QVERIFY(read.message.size() <= 4 * 500 && clean(read.message));
        QVERIFY(read.code.size() <= 4 * 100 && clean(read.code));
    }
}

QTEST_APPLESS_MAIN(HostileStreamsTest)
#include "tst_hostile_streams.moc"
