#include "tests/stream/decoding.h"
#include "tests/stream/shared_data.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QTest>

using namespace penstock;
using namespace penstock::test;
using namespace std::string_literals;

class RecordedStreamsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void makesOfTheSharedStreamsWhatTheIndexSays_data();
    void makesOfTheSharedStreamsWhatTheIndexSays();
    void takesNoCutOfASharedStreamForASuccess_data();
    void takesNoCutOfASharedStreamForASuccess();
};

void RecordedStreamsTest::makesOfTheSharedStreamsWhatTheIndexSays_data() {
    QTest::addColumn<QJsonObject>("stream");
    const auto index = sharedJson("data/streams/index.json");
    if (!index) QSKIP("PENSTOCK_SHARED names no folder with data/streams/index.json");
    for (const auto& each : index->object()["streams"].toArray())
        if (const QJsonObject stream = each.toObject(); stream["protocol"] == "openai-chat")
            QTest::newRow(qPrintable(stream["file"].toString())) << stream;
}

void RecordedStreamsTest::makesOfTheSharedStreamsWhatTheIndexSays() {
    QFETCH(QJsonObject, stream);
    const QJsonObject expected = stream["expected"].toObject();
    const auto body = sharedFile("data/streams/" + stream["file"].toString());
    QVERIFY(body);
    QCOMPARE(qint64(body->size()), expected["bytes"].toInteger());
    const Decoded d = decodeEachWay(*body, true, "text/event-stream");

    const auto count = [](const QJsonValue& value) {
        return value.isNull() ? std::nullopt : std::optional<std::int64_t>(value.toInteger());
    };
    const auto event = [](const QJsonValue& value) {
        return value.isNull() ? std::nullopt : std::optional<std::uint64_t>(value.toInteger());
    };
    QCOMPARE(QString::fromStdString(d.completion.text), expected["text"].toString());
    QCOMPARE(QString::fromStdString(d.completion.reasoning), expected["reasoning"].toString());
    QCOMPARE(QString::fromStdString(d.completion.refusal), expected["refusal"].toString());
    std::vector<ToolCall> calls;
    for (const auto& each : expected["tool_calls"].toArray()) {
        const QJsonObject call = each.toObject();
        calls.push_back({call["id"].toString().toStdString(), call["name"].toString().toStdString(),
                         call["arguments"].toString().toStdString()});
    }
    QVERIFY(d.completion.toolCalls == calls);
    QCOMPARE(QString::fromStdString(d.completion.finishReason.value_or("")), expected["finish_reason"].toString());
    QCOMPARE(d.completion.finishReason.has_value(), !expected["finish_reason"].isNull());
    const QJsonObject usage = expected["usage"].toObject();
    QVERIFY(
        (d.completion.usage == Usage{UsageKind::Exact, count(usage["input"]), count(usage["output"]),
                                     count(usage["total"]), count(usage["cached_input"]), count(usage["reasoning"])}));
    QCOMPARE(QString::fromUtf8(d.facts.terminal.data(), qsizetype(d.facts.terminal.size())),
             expected["terminal"].toString());
    const bool failed = !expected["error"].isNull();
    QCOMPARE(d.success(), !failed);
    QVERIFY(d.terminal == (failed ? Terminal::Error : Terminal::Done));
    QVERIFY(d.problem == (failed ? OutcomeKind::ErrorEvent : OutcomeKind::Success));
    QCOMPARE(QString::fromStdString(d.message), expected["error"].toObject()["message"].toString());
    if (failed) QCOMPARE(QString::fromStdString(d.code), expected["error"].toObject()["code"].toVariant().toString());
    QCOMPARE(qint64(d.facts.events), expected["events"].toInteger());
    QCOMPARE(qint64(d.facts.comments), expected["comments"].toInteger());
    QCOMPARE(d.facts.incompleteAtEof, expected["incomplete_at_eof"].toBool());
    QCOMPARE(d.facts.firstTokenEvent, event(expected["first_token_event"]));
    QCOMPARE(d.facts.firstTextEvent, event(expected["first_text_event"]));
    QCOMPARE(qint64(d.events) + expected["empty_choices_events"].toInteger() + 1, expected["events"].toInteger());
}

void RecordedStreamsTest::takesNoCutOfASharedStreamForASuccess_data() {
    makesOfTheSharedStreamsWhatTheIndexSays_data();
}

void RecordedStreamsTest::takesNoCutOfASharedStreamForASuccess() {
    QFETCH(QJsonObject, stream);
    const auto body = sharedFile("data/streams/" + stream["file"].toString());
    QVERIFY(body);
    const std::size_t terminal = body->rfind("data: [DONE]");
    QVERIFY(terminal != std::string::npos);
    const bool failed = !stream["expected"].toObject()["error"].isNull();
    // Fed once, and looked at behind each byte: what a cut there would leave.
    const auto decoder = makeDecoder(Api::OpenAiChat, {}, makeJsonScratch());
    for (std::size_t end = 1; end <= body->size(); ++end) {
        decoder->feed(std::string_view(*body).substr(end - 1, 1));
        const bool proven = end >= terminal + std::string_view("data: [DONE]\n\n").size();
        QCOMPARE(decoder->terminal() == Terminal::Done, proven && !failed);
        QVERIFY(decoder->problem().kind == OutcomeKind::Success || failed);
    }
    // And ended there, at every byte of a short stream and at every 37th of a long one.
    DecoderBench bench;
    for (std::size_t end = 0; end<body->size(); end += body->size()> 8000 ? 37 : 1) {
        const Decoded d = bench.decode(std::string_view(*body).substr(0, end));
        const bool proven = end >= terminal + std::string_view("data: [DONE]\n\n").size();
        QVERIFY2(d.success() == (proven && !failed), described(d));
        QVERIFY2(d.problem == OutcomeKind::Success || (failed && d.problem == OutcomeKind::ErrorEvent), described(d));
    }
}

QTEST_APPLESS_MAIN(RecordedStreamsTest)
#include "tst_recorded_streams.moc"
