#include "tests/stream/shared_data.h"

#include <QDeadlineTimer>
#include <QJsonArray>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace penstock::test;

namespace {

struct Ran {
    int status = -1;
    QByteArray out;
    QByteArray err;
    QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

/// Runs `penstock-cli decode`; status -1 when it did not end within half a minute.
Ran decode(const QStringList& arguments, const QByteArray& input = {}) {
    QProcess process;
    process.start(qEnvironmentVariable("PENSTOCK_BIN") + "/penstock-cli", QStringList{"decode"} + arguments);
    process.write(input);
    process.closeWriteChannel();
    Ran ran;
    if (!process.waitForFinished(30'000)) {
        process.kill();
        process.waitForFinished(5'000);
        return ran;
    }
    ran.status = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2;
    ran.out = process.readAllStandardOutput();
    ran.err = process.readAllStandardError();
    return ran;
}

const QByteArray chatStream =
    "data: {\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi \xE2\x82\xAC\"}}]}\n\n"
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":2}}\n\n"
    "data: [DONE]\n\n";

} // namespace

class DecodeCommandTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void printsEventsOfAnEventStream();
    void printsADialectWithEveryName();
    void printsWhatWentWrongInADialect();
    void readsFilesAndStandardInputInAnyChunks();
    void saysThatAnEventStreamWentOverABound();
    void printsASummaryThatCannotSteerTheTerminal();
    void refusesBadUsageInOneSentence_data();
    void refusesBadUsageInOneSentence();
    void agreesWithTheSharedCases();
    void agreesWithTheSharedStreams();
};

void DecodeCommandTest::initTestCase() {
    if (qEnvironmentVariableIsEmpty("PENSTOCK_BIN")) QSKIP("PENSTOCK_BIN names no folder with penstock-cli");
}

void DecodeCommandTest::printsEventsOfAnEventStream() {
    const Ran ran = decode({"--protocol", "sse", "-", "--json"},
                           "retry: 20\n: c\nid: 7\nevent: x\ndata: a\ndata: \xFF\n\ndata: b\n\ndata: c");
    QCOMPARE(ran.status, 0);
    const QJsonObject expected{
        {"events", QJsonArray{QJsonObject{{"event", "x"}, {"data", QStringLiteral("a\n\uFFFD")}, {"id", "7"}},
                              QJsonObject{{"event", "message"}, {"data", "b"}, {"id", "7"}}}},
        {"retry", 20},
        {"last_event_id", "7"},
        {"comments", 1},
        {"incomplete_at_eof", true}};
    QCOMPARE(ran.json(), expected);
    const QJsonObject nothing{{"events", QJsonArray{}},
                              {"retry", QJsonValue::Null},
                              {"last_event_id", ""},
                              {"comments", 0},
                              {"incomplete_at_eof", false}};
    QCOMPARE(decode({"--protocol", "sse", "-", "--json"}).json(), nothing);
}

void DecodeCommandTest::printsADialectWithEveryName() {
    const Ran ran = decode({"--protocol", "openai-chat", "-", "--json"}, chatStream);
    QCOMPARE(ran.status, 0);
    const QJsonObject expected{{"text", QStringLiteral("Hi \u20AC")},
                               {"reasoning", ""},
                               {"refusal", ""},
                               {"tool_calls", QJsonArray{}},
                               {"finish_reason", QJsonValue::Null},
                               {"usage", QJsonObject{{"input", 4},
                                                     {"output", 2},
                                                     {"total", QJsonValue::Null},
                                                     {"cached_input", QJsonValue::Null},
                                                     {"reasoning", QJsonValue::Null}}},
                               {"terminal", "[DONE]"},
                               {"error", QJsonValue::Null},
                               {"first_token_event", 0},
                               {"first_text_event", 0},
                               {"success", true},
                               {"events", 3},
                               {"comments", 0},
                               {"incomplete_at_eof", false},
                               {"model", "m"}};
    QCOMPARE(ran.json(), expected);
}

void DecodeCommandTest::printsWhatWentWrongInADialect() {
    const auto decoded = [](const QByteArray& input, const QStringList& more = {}) {
        return decode(QStringList{"--protocol", "openai-chat", "-", "--json"} + more, input).json();
    };
    const QJsonObject cut = decoded(chatStream.chopped(1));
    QCOMPARE(cut["terminal"].toString(), "eof");
    QCOMPARE(cut["success"].toBool(true), false);
    QCOMPARE(cut["incomplete_at_eof"].toBool(), true);
    QVERIFY(cut["error"].isNull());

    const QJsonObject failed = decoded("data: {\"error\":{\"code\":400,\"message\":\"no\"}}\n\n");
    QCOMPARE(failed["terminal"].toString(), "error");
    QCOMPARE(failed["error"].toObject(), (QJsonObject{{"code", 400}, {"message", "no"}}));
    QVERIFY(failed["usage"].isNull());
    QVERIFY(failed["first_token_event"].isNull());
    QVERIFY(failed["first_text_event"].isNull());
    QCOMPARE(failed["success"].toBool(true), false);
    QCOMPARE(decoded("event: error\ndata: {\"code\":\"x\"}\n\n")["error"].toObject()["code"].toString(), "x");
    QVERIFY(decoded("event: error\ndata: no\n\n")["error"].toObject()["code"].isNull());

    const QJsonObject page = decoded("<title>502</title>");
    QCOMPARE(page["error"].toObject()["code"].toString(), "not_a_stream");
    QCOMPARE(page["terminal"].toString(), "eof");
    QCOMPARE(decoded(chatStream, {"--max-response-bytes", "99"})["error"].toObject()["code"].toString(), "too_large");

    const QByteArray body = "{\"choices\":[{\"message\":{\"content\":\"Hi\"}}]}";
    QCOMPARE(decoded(body)["success"].toBool(true), false);
    const QJsonObject whole = decoded(body, {"--stream", "off"});
    QCOMPARE(whole["success"].toBool(), true);
    QCOMPARE(whole["terminal"].toString(), "json");
}

void DecodeCommandTest::readsFilesAndStandardInputInAnyChunks() {
    const QTemporaryDir folder;
    QFile file(folder.filePath("capture.sse"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(chatStream);
    file.close();
    const QByteArray expected = decode({"--protocol", "openai-chat", "--json", "-"}, chatStream).out;
    QVERIFY(!expected.isEmpty());
    for (const char* chunk : {"1", "2", "7", "100000"})
        QCOMPARE(decode({"--protocol", "openai-chat", file.fileName(), "--chunk", chunk, "--json"}).out, expected);
}

void DecodeCommandTest::saysThatAnEventStreamWentOverABound() {
    const Ran ran = decode({"--protocol", "sse", "-", "--json", "--max-line-bytes", "64"},
                           "data: a\n\ndata: " + QByteArray(64, 'x') + "\n\n");
    QCOMPARE(ran.status, 2);
    QCOMPARE(ran.json()["events"].toArray().size(), 1);
    QCOMPARE(ran.json()["error"].toString(), "a line is longer than --max-line-bytes");
    QCOMPARE(ran.err, "penstock-cli: decode: -: a line is longer than --max-line-bytes\n");
}

void DecodeCommandTest::printsASummaryThatCannotSteerTheTerminal() {
    const Ran chat =
        decode({"--protocol", "openai-chat", "-"}, "data: "
                                                   "{\"choices\":[{\"delta\":{\"content\":\"a\\u001b[31m\\u009b\\nb\"},"
                                                   "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    QCOMPARE(chat.status, 0);
    QVERIFY2(chat.out.contains("success        yes\nterminal       [DONE]\n"), chat.out);
    QVERIFY2(chat.out.contains("output tokens  not reported\n"), chat.out);
    QVERIFY2(chat.out.endsWith("\ntext:\na\\x1b[31m\\x9b\nb\n"), chat.out);
    const Ran sse = decode({"--protocol", "sse", "-"}, "event: \x1B[2J\ndata: a\x07\n\n");
    QVERIFY2(sse.out.startsWith("#0  \\x1b[2J\na\\x07\n\n"), sse.out);
    QVERIFY(!sse.out.contains('\x1B') && !chat.out.contains('\x1B'));
}

void DecodeCommandTest::refusesBadUsageInOneSentence_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("err");
    const auto row = [](const char* name, QStringList arguments, QByteArray err) {
        QTest::newRow(name) << arguments << err;
    };
    row("a missing file", {"--protocol", "sse", "/nonexistent/capture"},
        "penstock-cli: decode: /nonexistent/capture: cannot be opened: No such file or directory\n");
    row("a folder", {"--protocol", "openai-chat", "/", "--json"},
        "penstock-cli: decode: /: cannot be read: Is a directory\n");
    row("a dialect to come", {"--protocol", "anthropic-messages", "-"},
        "penstock-cli: decode: --protocol anthropic-messages is not built yet; this version decodes sse and "
        "openai-chat\n");
    row("an unknown dialect", {"--protocol", "gopher", "-"},
        "penstock-cli: decode: --protocol gopher is not known; this version decodes sse and openai-chat\n");
    row("no protocol", {"-"}, "penstock-cli: --protocol is required\n");
    row("no file", {"--protocol", "sse"}, "penstock-cli: FILE is required\n");
    row("no bytes at a time", {"--protocol", "sse", "-", "--chunk", "0"},
        "penstock-cli: --chunk: Value 0 not in range 1 to 16777216\n");
}

void DecodeCommandTest::refusesBadUsageInOneSentence() {
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, err);
    const Ran ran = decode(arguments);
    QCOMPARE(ran.status, 2);
    QCOMPARE(ran.err, err);
    QCOMPARE(ran.out, QByteArray());
}

void DecodeCommandTest::agreesWithTheSharedCases() {
    const auto cases = sharedJson("data/sse_cases.json");
    if (!cases) QSKIP("PENSTOCK_SHARED names no folder with data/sse_cases.json");
    int agreed = 0;
    for (const auto& each : cases->array()) {
        const QJsonObject expected = each.toObject();
        const Ran ran = decode({"--protocol", "sse", "-", "--json", "--chunk", "3"},
                               QByteArray::fromBase64(expected["input_base64"].toString().toLatin1()));
        const QJsonObject printed = ran.json();
        QCOMPARE(printed["events"].toArray(), expected["expected"].toArray());
        for (const char* name : {"retry", "last_event_id", "comments", "incomplete_at_eof"})
            QVERIFY2(printed[name] == expected[name], qPrintable(expected["name"].toString() + ": " + name));
        ++agreed;
    }
    QCOMPARE(agreed, 51);
}

void DecodeCommandTest::agreesWithTheSharedStreams() {
    const auto index = sharedJson("data/streams/index.json");
    if (!index) QSKIP("PENSTOCK_SHARED names no folder with data/streams/index.json");
    int agreed = 0;
    for (const auto& each : index->object()["streams"].toArray()) {
        const QJsonObject stream = each.toObject();
        if (stream["protocol"] != "openai-chat") continue;
        const QString path = qEnvironmentVariable("PENSTOCK_SHARED") + "/data/streams/" + stream["file"].toString();
        for (const char* chunk : {"1", "1000", "100000"}) {
            const QJsonObject printed = decode({"--protocol", "openai-chat", path, "--json", "--chunk", chunk}).json();
            const QJsonObject expected = stream["expected"].toObject();
            int compared = 0;
            for (const QString& name : printed.keys()) {
                if (!expected.contains(name)) continue;
                QVERIFY2(printed[name] == expected[name], qPrintable(path + ": " + name));
                ++compared;
            }
            QCOMPARE(compared, 13);
            QCOMPARE(printed["success"].toBool(), expected["error"].isNull());
        }
        ++agreed;
    }
    QCOMPARE(agreed, 6);
}

QTEST_GUILESS_MAIN(DecodeCommandTest)
#include "tst_decode_command.moc"
