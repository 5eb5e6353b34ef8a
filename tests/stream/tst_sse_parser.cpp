#include "engine/stream/sse_parser.h"
#include "tests/stream/cuts.h"
#include "tests/stream/shared_data.h"
#include "tests/support/allocation_count.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QTest>

#include <memory>
#include <string>
#include <vector>

using namespace penstock;
using namespace penstock::test;
using namespace std::string_literals;

namespace {

struct Seen {
    std::string type, data, id;
    bool operator==(const Seen&) const = default;
};

struct Listener final : SseSink {
    std::vector<Seen> events;
    std::size_t wanted = SIZE_MAX;
    bool onEvent(const SseEvent& event) override {
        events.push_back({std::string(event.type), std::string(event.data), std::string(event.id)});
        return events.size() < wanted;
    }
};

/// All that a stream comes to.
struct Parsed {
    std::vector<Seen> events;
    std::optional<std::int64_t> retry;
    std::string lastEventId;
    std::uint64_t comments = 0;
    bool incomplete = false;
    SseOverrun overrun = SseOverrun::None;
    bool looksLikeAStream = false;
    bool operator==(const Parsed&) const = default;
};

Parsed parse(std::string_view text, const Cuts& cuts = {}, const StreamLimits& limits = {}) {
    Listener listener;
    SseParser parser(limits, listener);
    feedInPieces(text, cuts, [&](std::string_view piece) {
        // Each piece in memory of its own, gone afterwards, so that a view kept across feeds is found out.
        const auto copy = std::make_unique<std::string>(piece);
        parser.feed(*copy);
    });
    Parsed parsed{listener.events, std::nullopt,     std::string(parser.lastEventId()), parser.comments(),
                  parser.finish(), parser.overrun(), parser.looksLikeAStream()};
    if (parser.retry()) parsed.retry = parser.retry()->count();
    return parsed;
}

std::vector<Seen> events(std::string_view text) {
    return parse(text).events;
}

QByteArray described(const Parsed& parsed) {
    QByteArray text;
    for (const Seen& event : parsed.events)
        text += "[" + QByteArray::fromStdString(event.type) + "|" + QByteArray::fromStdString(event.data) + "|" +
                QByteArray::fromStdString(event.id) + "]";
    return text + " comments " + QByteArray::number(qulonglong(parsed.comments)) +
           (parsed.incomplete ? " incomplete" : "") + " overrun " + QByteArray::number(int(parsed.overrun));
}

} // namespace

class SseParserTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsEveryFormOfTheGrammar_data();
    void readsEveryFormOfTheGrammar();
    void dispatchesAtALoneCarriageReturnWithoutWaiting();
    void stripsOneByteOrderMarkAtTheStartOnly();
    void keepsTheLastEventIdAndIgnoresOneWithNul();
    void takesRetryOfDigitsOnlyAndHoldsAnAbsurdOneToABound();
    void putsOneReplacementCharacterForEachIllFormedPart();
    void dropsTheEventThatTheEndCutsAndSaysSo();
    void tellsAStreamFromOtherText();
    void stopsAtEachBoundAndKeepsWhatCameBefore_data();
    void stopsAtEachBoundAndKeepsWhatCameBefore();
    void acceptsWhatIsExactlyAtTheBounds();
    void hearsOfNoMoreEventsThanTheSinkWants();
    void isAsNewAfterReset();
    void handsOnAnUntornEventWithoutCopyingIt();
    void allocatesNothingPerEventInSteadyState();
    void staysLinearOnManyShortLines();
    void makesOfTheSharedCasesWhatTheyExpect_data();
    void makesOfTheSharedCasesWhatTheyExpect();
};

void SseParserTest::readsEveryFormOfTheGrammar_data() {
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::vector<Seen>>("expected");
    const auto row = [](const char* name, std::string text, std::vector<Seen> expected) {
        QTest::newRow(name) << std::move(text) << std::move(expected);
    };
    row("LF", "data: a\n\n", {{"message", "a", ""}});
    row("CR", "data: a\r\r", {{"message", "a", ""}});
    row("CRLF", "data: a\r\n\r\n", {{"message", "a", ""}});
    row("all three ends mixed", "data: a\rdata: b\r\ndata: c\n\r\ndata: d\n\r",
        {{"message", "a\nb\nc", ""}, {"message", "d", ""}});
    row("LF CR is two ends", "data: a\n\rdata: b\n\n", {{"message", "a", ""}, {"message", "b", ""}});
    row("one space is taken off", "data:a\n\ndata: a\n\ndata:  a\n\n",
        {{"message", "a", ""}, {"message", "a", ""}, {"message", " a", ""}});
    row("a colon in the value stays", "data: a: b\n\n", {{"message", "a: b", ""}});
    row("empty data still is an event", "data\n\ndata:\n\n", {{"message", "", ""}, {"message", "", ""}});
    row("without data there is no event", "event: x\n\nid: 1\n\n: c\n\n\n\n", {});
    row("a type is for one event", "event: x\ndata: 1\n\ndata: 2\n\n", {{"x", "1", ""}, {"message", "2", ""}});
    row("the last type counts, and an empty one is message", "event: x\nevent:\ndata: 1\n\n", {{"message", "1", ""}});
    row("a type of a dropped event does not leak", "event: x\n\ndata: 1\n\n", {{"message", "1", ""}});
    row("field names are exact", "Data: a\n data: b\ndata : c\ndat: d\nerror: e\n\n", {});
    row("a comment between data lines", "data: a\n: c\ndata: b\n\n", {{"message", "a\nb", ""}});
    row("NUL is data", "data: a\0b\n\n"s, {{"message", "a\0b"s, ""}});
    row("line separators of Unicode end nothing", "data: a\u2028b\u0085c\x0B\x0C\n\n",
        {{"message", "a\u2028b\u0085c\x0B\x0C", ""}});
}

void SseParserTest::readsEveryFormOfTheGrammar() {
    QFETCH(std::string, text);
    QFETCH(std::vector<Seen>, expected);
    const Parsed whole = parse(text);
    QVERIFY2(whole.events == expected, described(whole));
    for (const Cuts& cuts : manyCuts(text.size(), 1)) {
        const Parsed cut = parse(text, cuts);
        QVERIFY2(cut == whole, described(cut));
    }
}

void SseParserTest::dispatchesAtALoneCarriageReturnWithoutWaiting() {
    Listener listener;
    SseParser parser({}, listener);
    parser.feed("data: a\r");
    QCOMPARE(listener.events.size(), 0u);
    parser.feed("\r");
    QCOMPARE(listener.events.size(), 1u);
    parser.feed("\n"); // belongs to the CR before it: no second blank line, and no line of its own
    parser.feed("data: b\r\n\r");
    QCOMPARE(listener.events.size(), 2u);
    QCOMPARE(listener.events[1].data, "b"s);
    parser.feed("\n");
    QVERIFY(!parser.finish());
    QCOMPARE(listener.events.size(), 2u);
}

void SseParserTest::stripsOneByteOrderMarkAtTheStartOnly() {
    const std::string mark = "\xEF\xBB\xBF";
    for (const Cuts& cuts : manyCuts(mark.size() + 9, 2))
        QCOMPARE(parse(mark + "data: a\n\n", cuts).events.size(), 1u);
    for (const Cuts& cuts : manyCuts(2 * mark.size() + 9, 2))
        QCOMPARE(parse(mark + mark + "data: a\n\n", cuts).events.size(), 0u);
    QCOMPARE(events("data: a\n\n" + mark + "data: b\n\n").size(), 1u);
    // A beginning of a mark that is none belongs to the first line.
    for (const Cuts& cuts : manyCuts(11, 2))
        QCOMPARE(parse("\xEF\xBB"
                       "data: a\n\n",
                       cuts)
                     .events.size(),
                 0u);
    QVERIFY(parse("\xEF\xBB").incomplete);
    QVERIFY(!parse(mark).incomplete);
}

void SseParserTest::keepsTheLastEventIdAndIgnoresOneWithNul() {
    const Parsed parsed = parse("id: 1\ndata: a\n\ndata: b\n\nid: x\0y\ndata: c\n\nid\ndata: d\n\nid: 9\n\n"s);
    const std::vector<Seen> expected{
        {"message", "a", "1"}, {"message", "b", "1"}, {"message", "c", "1"}, {"message", "d", ""}};
    QVERIFY2(parsed.events == expected, described(parsed));
    QCOMPARE(parsed.lastEventId, "9"s); // a blank line commits it, event or not
    QCOMPARE(parse("id: 1\ndata: a\n\nid: 2\ndata: b\n").lastEventId, "1"s);
}

void SseParserTest::takesRetryOfDigitsOnlyAndHoldsAnAbsurdOneToABound() {
    const auto retry = [](std::string text) { return parse("retry:" + text + "\n").retry; };
    QCOMPARE(retry(" 1500"), std::optional<std::int64_t>(1500));
    QCOMPARE(retry("007"), std::optional<std::int64_t>(7));
    for (const char* bogus : {"", " ", "-1", "+1", "1.5", "1x", "0x10", "  1"})
        QCOMPARE(retry(bogus), std::nullopt);
    QCOMPARE(parse("retry: 5\nretry: x\n").retry, std::optional<std::int64_t>(5));
    QCOMPARE(retry(std::string(400, '9')),
             std::optional<std::int64_t>(9'223'372'036'854)); // the most that nanoseconds hold
}

void SseParserTest::putsOneReplacementCharacterForEachIllFormedPart() {
    const std::string r = "\uFFFD";
    const std::vector<std::pair<std::string, std::string>> cases{
        {"a\x80z", "a" + r + "z"},                            // a continuation byte alone
        {"a\xF0\x9F\x92z", "a" + r + "z"},                    // one that ends too early
        {"a\xF0\x9F\x92", "a" + r},                           // the same at the line's end
        {"\xC0\xAF", r + r},                                  // overlong
        {"\xE0\x80\xAF", r + r + r},                          // overlong
        {"\xED\xA0\x80", r + r + r},                          // a surrogate
        {"\xF4\x90\x80\x80", r + r + r + r},                  // beyond U+10FFFF
        {"\xF5\xFF", r + r},                                  // bytes that never occur
        {"\xE2\x82\xE2\x82\xAC", r + "\u20AC"},               // a whole one behind a torn one
        {"\u00E9\u20AC\U0001F600", "\u00E9\u20AC\U0001F600"}, // nothing wrong
    };
    for (const auto& [bytes, expected] : cases) {
        const std::string text = "id: " + bytes + "\nevent: " + bytes + "\ndata: " + bytes + "\n\n";
        for (const Cuts& cuts : manyCuts(text.size(), 3)) {
            const Parsed parsed = parse(text, cuts);
            QVERIFY2((parsed.events == std::vector<Seen>{{expected, expected, expected}}), described(parsed));
        }
    }
}

void SseParserTest::dropsTheEventThatTheEndCutsAndSaysSo() {
    const auto incomplete = [](std::string_view text) { return parse(text).incomplete; };
    QVERIFY(incomplete("data: a"));
    QVERIFY(incomplete("data: a\n"));
    QVERIFY(incomplete("data: a\n\nid: 1\n"));
    QVERIFY(incomplete("data: a\n\n: c"));
    QVERIFY(!incomplete(""));
    QVERIFY(!incomplete("data: a\n\n"));
    QVERIFY(!incomplete("data: a\n\n: c\n"));      // a whole comment means all it ever will
    QVERIFY(!incomplete("data: a\n\nretry: 1\n")); // and a reconnection time was taken already
    QCOMPARE(events("data: a\n\ndata: b\n").size(), 1u);
}

void SseParserTest::tellsAStreamFromOtherText() {
    const auto looks = [](std::string_view text) { return parse(text).looksLikeAStream; };
    for (const char* stream :
         {"d", "dat", "data", "data:", "data: x", ":", ": x", "id", "retry: 1", "event: x\n", "\xEF\xBB", "data\n"})
        QVERIFY2(looks(stream), stream);
    for (const char* other : {"{\"a\": 1}", "<html>", "upstream error", "dates", "dat:", "x\ny\n", ""})
        QVERIFY2(!looks(other), other);
}

void SseParserTest::stopsAtEachBoundAndKeepsWhatCameBefore_data() {
    QTest::addColumn<std::string>("excess");
    QTest::addColumn<int>("overrun");
    const auto row = [](const char* name, std::string excess, SseOverrun overrun) {
        QTest::newRow(name) << std::move(excess) << int(overrun);
    };
    row("a long line", "data: " + std::string(60, 'x') + "\n\n", SseOverrun::LineBytes);
    row("a long line without an end", "data: " + std::string(600, 'x'), SseOverrun::LineBytes);
    row("a long comment", ":" + std::string(70, 'x') + "\n\n", SseOverrun::LineBytes);
    row("a long unknown field", std::string(70, 'x') + "\n\n", SseOverrun::LineBytes);
    row("much data", "data: " + std::string(40, 'x') + "\ndata: " + std::string(40, 'y') + "\n\n",
        SseOverrun::EventBytes);
    row("many lines", "data\ndata\ndata\ndata\ndata\n\n", SseOverrun::EventLines);
    row("many unknown lines", "a\nb\nc\nd\ne\n\n", SseOverrun::EventLines);
}

void SseParserTest::stopsAtEachBoundAndKeepsWhatCameBefore() {
    QFETCH(std::string, excess);
    QFETCH(int, overrun);
    const StreamLimits limits{64, 80, 4, 1u << 20};
    const std::string text = "data: before\n\n" + excess + "data: after\n\n";
    for (const Cuts& cuts : manyCuts(text.size(), 4)) {
        const Parsed parsed = parse(text, cuts, limits);
        QCOMPARE(int(parsed.overrun), overrun);
        QVERIFY2((parsed.events == std::vector<Seen>{{"message", "before", ""}}), described(parsed));
    }
}

void SseParserTest::acceptsWhatIsExactlyAtTheBounds() {
    const StreamLimits limits{64, 117, 4, 1u << 20};
    const std::string line = "data: " + std::string(58, 'x');
    const std::string text =
        line + "\n: not counted\n" + line + "\nid: 1\nevent: x\n\n:" + std::string(63, 'c') + "\r\n\r\n";
    for (const Cuts& cuts : manyCuts(text.size(), 5)) {
        const Parsed parsed = parse(text, cuts, limits);
        QCOMPARE(int(parsed.overrun), int(SseOverrun::None));
        QCOMPARE(parsed.events.size(), 1u);
        QCOMPARE(parsed.events[0].data.size(), 117u);
    }
}

void SseParserTest::hearsOfNoMoreEventsThanTheSinkWants() {
    Listener listener;
    listener.wanted = 2;
    SseParser parser({}, listener);
    parser.feed("data: 1\n\ndata: 2\n\ndata: 3\n\n");
    parser.feed("data: 4\n\n");
    QCOMPARE(listener.events.size(), 2u);
    QVERIFY(!parser.finish());
}

void SseParserTest::isAsNewAfterReset() {
    Listener listener;
    SseParser parser({}, listener);
    const Parsed fresh = parse("data: 1\n\n");
    for (const char* before :
         {"\xEF\xBB", "data: x\r", "event: x\nid: 7\ndata: y", "id: 7\ndata: y\n\n: c\nretry: 5\n", "data: x\n\n\r"}) {
        parser.reset();
        parser.feed(before);
        parser.reset();
        listener.events.clear();
        parser.feed("\n");
        parser.feed("data: 1\n\n");
        QVERIFY(listener.events == fresh.events);
        QCOMPARE(parser.comments(), 0u);
        QVERIFY(!parser.retry());
        QVERIFY(!parser.finish());
    }
}

void SseParserTest::handsOnAnUntornEventWithoutCopyingIt() {
    struct Where final : SseSink {
        const char* data = nullptr;
        bool onEvent(const SseEvent& event) override {
            data = event.data.data();
            return true;
        }
    } where;
    SseParser parser({}, where);
    const std::string text = "data: hello\n\n";
    parser.feed(text);
    QCOMPARE(static_cast<const void*>(where.data), static_cast<const void*>(text.data() + 6));
}

void SseParserTest::allocatesNothingPerEventInSteadyState() {
    struct Count final : SseSink {
        std::size_t bytes = 0;
        bool onEvent(const SseEvent& event) override {
            bytes += event.data.size();
            return true;
        }
    } count;
    SseParser parser({}, count);
    const std::string text = "id: 0123456789abcdef0123\nevent: some.longer.event.type\ndata: " + std::string(180, 'x') +
                             "\ndata: and a second line of more than a few bytes\n\n: a comment in between\n\ndata: "
                             "\xF0\x9F\x92 torn\r\n\r\n";
    const auto feed = [&](std::size_t piece) {
        for (std::size_t at = 0; at < text.size(); at += piece)
            parser.feed(std::string_view(text).substr(at, piece));
    };
    for (const std::size_t piece : {text.size(), std::size_t{1}, std::size_t{7}})
        feed(piece);
    const std::size_t before = allocationCount();
    const std::size_t bytesBefore = count.bytes;
    for (int i = 0; i < 1000; ++i)
        for (const std::size_t piece : {text.size(), std::size_t{1}, std::size_t{7}})
            feed(piece);
    QCOMPARE(allocationCount() - before, 0u);
    QCOMPARE(count.bytes - bytesBefore, 3000u * (180 + 1 + 42 + 3 + 5));
    const auto probe = std::make_unique<int>(1); // the count would tell
    QVERIFY(allocationCount() > before);
}

void SseParserTest::staysLinearOnManyShortLines() {
    // A quadratic search takes minutes here and runs into the test's time limit.
    const std::string text = std::string(8u << 20, '\r') + "\n";
    QCOMPARE(events(text).size(), 0u);
    std::string lines;
    for (int i = 0; i < 90'000; ++i)
        lines += "data:x\r";
    const Parsed parsed = parse(lines + "\r");
    QCOMPARE(parsed.events.size(), 1u);
    QCOMPARE(parsed.events[0].data.size(), 179'999u);
}

void SseParserTest::makesOfTheSharedCasesWhatTheyExpect_data() {
    QTest::addColumn<QJsonObject>("expected");
    const auto cases = sharedJson("data/sse_cases.json");
    if (!cases) QSKIP("PENSTOCK_SHARED names no folder with data/sse_cases.json");
    QCOMPARE(cases->array().size(), 51);
    for (const auto& each : cases->array())
        QTest::newRow(qPrintable(each.toObject()["name"].toString())) << each.toObject();
}

void SseParserTest::makesOfTheSharedCasesWhatTheyExpect() {
    QFETCH(QJsonObject, expected);
    const std::string text = QByteArray::fromBase64(expected["input_base64"].toString().toLatin1()).toStdString();
    Parsed wanted;
    for (const auto& each : expected["expected"].toArray()) {
        const QJsonObject event = each.toObject();
        wanted.events.push_back({event["event"].toString().toStdString(), event["data"].toString().toStdString(),
                                 event["id"].toString().toStdString()});
    }
    if (!expected["retry"].isNull()) wanted.retry = expected["retry"].toInteger();
    wanted.lastEventId = expected["last_event_id"].toString().toStdString();
    wanted.comments = static_cast<std::uint64_t>(expected["comments"].toInteger());
    wanted.incomplete = expected["incomplete_at_eof"].toBool();

    std::vector<Cuts> all = manyCuts(text.size(), 6, 100);
    Cuts splits;
    for (const auto& split : expected["splits"].toArray())
        splits.push_back(static_cast<std::size_t>(split.toInteger()));
    all.push_back(splits);
    for (const Cuts& cuts : all) {
        Parsed parsed = parse(text, cuts);
        wanted.looksLikeAStream = parsed.looksLikeAStream; // not told by the cases
        QVERIFY2(parsed == wanted, described(parsed));
    }
}

QTEST_APPLESS_MAIN(SseParserTest)
#include "tst_sse_parser.moc"
