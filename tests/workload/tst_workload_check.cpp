#include "tests/workload/workload_files.h"

#include <QCryptographicHash>
#include <QTest>

#include <filesystem>
#include <sys/stat.h>

using namespace penstock;
using namespace penstock::test;

namespace {

const std::string batchHead = "\"method\":\"POST\",\"url\":\"/v1/chat/completions\",";

std::string batchLine(const std::string& id, const std::string& more = "") {
    return "{\"custom_id\":\"" + id + "\"," + batchHead +
           "\"body\":{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]" + more + "}}\n";
}

} // namespace

class TestWorkloadCheck : public QObject {
    Q_OBJECT

    WorkloadFiles files_;

    /// The message of the check, with the folder's path left out; `ok REQUESTS FORMAT` when it is good.
    std::string judge(const WorkloadOptions& options) const {
        const auto check = checkWorkload(options);
        if (!check) return without(check.error().message, files_.path(""));
        return "ok " + std::to_string(check->requests) + " " + std::string(toString(check->format));
    }
    std::string judge(const std::string& bytes, WorkloadFormat format = WorkloadFormat::Auto,
                      const std::string& name = "w") const {
        return judge(optionsFor(files_.write(name, bytes), format));
    }

private Q_SLOTS:
    void aBadLineIsNamedWithItsReason_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<WorkloadFormat>("format");
        QTest::addColumn<QString>("reason");
        using enum WorkloadFormat;
        const auto row = [](const char* title, WorkloadFormat format, const std::string& line, const QString& reason) {
            QTest::newRow(title) << QByteArray::fromStdString(line) << format << reason;
        };
        const std::string body = "\"body\":{\"messages\":[{}]}";
        const auto withBody = [&](const std::string& text) {
            return "{\"custom_id\":\"a\"," + batchHead + "\"body\":" + text + "}";
        };
        const auto withHead = [&](const std::string& head) { return "{" + head + "," + body + "}"; };
        const auto url = [&](const std::string& text) {
            return "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"" + text + "\"," + body + "}";
        };
        row("cut", OpenAiBatch, "{\"custom_id\":\"a\"", "not valid JSON: it ends too early");
        row("not JSON", Prompts, "{\"prompt\": nope}", "not valid JSON at column 13");
        row("two values", Prompts, "{\"prompt\":\"a\"} {\"prompt\":\"b\"}", "not valid JSON at column 16");
        row("byte order mark inside", Prompts, "\xEF\xBB\xBF{\"prompt\":\"a\"}", "not valid JSON at column 1");
        row("a number too large", Prompts, "{\"prompt\":\"a\",\"x\":1e999}", "not valid JSON at column 23");
        row("half a surrogate pair", Prompts, "{\"prompt\":\"\\ud800\"}", "not valid JSON at column 18");
        row("not an object", Prompts, "[\"a\"]", "not a JSON object");
        row("too deep", Prompts, "{\"prompt\":" + std::string(1000, '[') + std::string(1000, ']') + "}",
            "JSON nested deeper than 128 levels");
        row("a key twice", Prompts, "{\"prompt\":\"a\",\"prompt\":\"b\"}", "the key \"prompt\" appears twice");
        row("latin-1", Text, "caf\xE9", "not valid UTF-8 at byte 4");
        row("NUL", Text, std::string("a\0b", 3), "a NUL byte at byte 2");
        row("NUL behind JSON", Prompts, "{\"prompt\":\"a\"}" + std::string(1, '\0'), "a NUL byte at byte 15");
        row("too long", Text, std::string(2001, 'a'), "longer than 2000 bytes");

        row("no custom_id", OpenAiBatch, withHead("\"method\":\"POST\",\"url\":\"/v1/chat/completions\""),
            "custom_id is missing");
        row("custom_id null", OpenAiBatch,
            withHead("\"custom_id\":null,\"method\":\"POST\",\"url\":\"/v1/chat/completions\""),
            "custom_id is missing");
        row("custom_id a number", OpenAiBatch,
            withHead("\"custom_id\":7,\"method\":\"POST\",\"url\":\"/v1/chat/completions\""),
            "custom_id must be a string");
        row("custom_id empty", OpenAiBatch, withHead("\"custom_id\":\"\"," + batchHead.substr(0, batchHead.size() - 1)),
            "custom_id is empty");
        row("custom_id with a line end", OpenAiBatch,
            withHead("\"custom_id\":\"a\\n\"," + batchHead.substr(0, batchHead.size() - 1)),
            "custom_id holds a control character");
        row("custom_id long", OpenAiBatch,
            withHead("\"custom_id\":\"" + std::string(1025, 'a') + "\"," + batchHead.substr(0, batchHead.size() - 1)),
            "custom_id is longer than 1024 bytes");
        row("no method", OpenAiBatch, withHead("\"custom_id\":\"a\",\"url\":\"/v1/chat/completions\""),
            "method is missing");
        row("GET", OpenAiBatch, withHead("\"custom_id\":\"a\",\"method\":\"GET\",\"url\":\"/v1/chat/completions\""),
            "method is \"GET\"; only POST can be run");
        row("no url", OpenAiBatch, withHead("\"custom_id\":\"a\",\"method\":\"POST\""), "url is missing");
        row("embeddings", OpenAiBatch, url("/v1/embeddings"),
            "url is \"/v1/embeddings\"; only /v1/chat/completions can be run");
        row("a whole URL", OpenAiBatch, url("http://evil.example/v1/chat/completions"),
            "url is \"http://evil.example/v1/chat/completions\"; only /v1/chat/completions can be run");
        row("a URL that climbs", OpenAiBatch, url("/v1/../chat/completions"),
            "url is \"/v1/../chat/completions\"; only /v1/chat/completions can be run");
        row("no body", OpenAiBatch, "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\"}",
            "body is missing");
        row("body a string", OpenAiBatch, withBody("\"{}\""), "body must be an object");
        row("no messages", OpenAiBatch, withBody("{}"), "body.messages is missing");
        row("messages empty", OpenAiBatch, withBody("{\"messages\":[ ]}"),
            "body.messages must be an array with at least one message");
        row("messages a string", OpenAiBatch, withBody("{\"messages\":\"Hi\"}"),
            "body.messages must be an array with at least one message");
        row("model a number", OpenAiBatch, withBody("{\"messages\":[{}],\"model\":4}"), "body.model must be a string");
        row("a key of the body twice", OpenAiBatch, withBody("{\"messages\":[{}],\"n\":1,\"n\":2}"),
            "in body, the key \"n\" appears twice");
        row("stream_options a string", OpenAiBatch, withBody("{\"messages\":[{}],\"stream_options\":\"x\"}"),
            "body.stream_options must be an object");
        row("a key of stream_options twice", OpenAiBatch,
            withBody("{\"messages\":[{}],\"stream_options\":{\"a\":1,\"a\":2}}"),
            "in body.stream_options, the key \"a\" appears twice");

        row("no prompt", Prompts, "{\"custom_id\":\"a\"}", "prompt is missing (or text, in its place)");
        row("prompt a list", Prompts, "{\"prompt\":[\"a\"]}", "prompt must be a string");
        row("text a number", Prompts, "{\"text\":1}", "text must be a string");
        row("prompt empty", Prompts, "{\"prompt\":\"\",\"text\":\"a\"}", "prompt is empty");
        row("prompt's custom_id", Prompts, "{\"prompt\":\"a\",\"custom_id\":1}", "custom_id must be a string");
        row("max_tokens 0", Prompts, "{\"prompt\":\"a\",\"max_tokens\":0}",
            "max_tokens must be a whole number, 1 or more");
        row("max_tokens 1.5", Prompts, "{\"prompt\":\"a\",\"max_tokens\":1.5}",
            "max_tokens must be a whole number, 1 or more");
        row("max_tokens huge", Prompts, "{\"prompt\":\"a\",\"max_tokens\":99999999999999999999}",
            "max_tokens must be a whole number, 1 or more");
        row("output_tokens_count", Prompts, "{\"prompt\":\"a\",\"output_tokens_count\":-1}",
            "output_tokens_count must be a whole number, 0 or more");

        row("no question_id", MtBench, "{\"turns\":[\"a\"]}", "question_id is missing");
        row("question_id a fraction", MtBench, "{\"question_id\":1.5,\"turns\":[\"a\"]}",
            "question_id must be a string or a whole number");
        row("question_id empty", MtBench, "{\"question_id\":\"\",\"turns\":[\"a\"]}", "question_id is empty");
        row("no turns", MtBench, "{\"question_id\":1}", "turns is missing");
        row("turns a string", MtBench, "{\"question_id\":1,\"turns\":\"a\"}", "turns must be an array of strings");
        row("no turn", MtBench, "{\"question_id\":1,\"turns\":[]}", "turns is empty");
        row("turn a number", MtBench, "{\"question_id\":1,\"turns\":[\"a\",2]}", "turn 2 must be a string");
        row("turn empty", MtBench, "{\"question_id\":1,\"turns\":[\"a\",\"\"]}", "turn 2 is empty");
    }
    void aBadLineIsNamedWithItsReason() {
        QFETCH(QByteArray, line);
        QFETCH(WorkloadFormat, format);
        QFETCH(QString, reason);
        auto options = optionsFor(files_.write("w", "\n" + line.toStdString() + "\n"), format);
        options.maxLineBytes = 2000;
        if (format == WorkloadFormat::OpenAiBatch && line.size() > 1500) options.maxLineBytes = 4000;
        if (line.size() > 2001) options.maxLineBytes = 4000;
        QCOMPARE(QString::fromStdString(judge(options)), "w:2: " + reason);

        // The same with the rule to skip: it is recorded, and the good line beside it counts.
        options.skipBadLines = true;
        const std::string good = format == WorkloadFormat::OpenAiBatch ? batchLine("good")
                                 : format == WorkloadFormat::Prompts   ? "{\"prompt\":\"good\"}\n"
                                 : format == WorkloadFormat::MtBench ? "{\"question_id\":\"good\",\"turns\":[\"t\"]}\n"
                                                                     : "good\n";
        files_.write("w", line.toStdString() + "\n" + good);
        const auto check = checkWorkload(options);
        // A byte order mark is none on the first line.
        if (line.startsWith("\xEF\xBB\xBF")) return;
        QVERIFY(check.ok());
        QCOMPARE(check->requests, std::uint64_t(1));
        QCOMPARE(check->badLineCount, std::uint64_t(1));
        QCOMPARE(check->badLines.size(), std::size_t(1));
        QCOMPARE(check->badLines[0].line, std::uint64_t(1));
        QCOMPARE(QString::fromStdString(check->badLines[0].reason), reason);
    }

    void aFileInUtf16IsToldAsSuch() {
        QCOMPARE(judge(std::string("\xFF\xFEH\0i\0\n\0", 8), WorkloadFormat::Text),
                 std::string("w:1: not valid UTF-8 at byte 1 (the file looks like UTF-16)"));
        QCOMPARE(judge(std::string("\xFF\xFEH\0i\0", 6)),
                 std::string(
                     "w: the format cannot be told: line 1 cannot be read (not valid UTF-8 at byte 1 (the file looks "
                     "like UTF-16)); name it with --workload-format"));
    }

    void lineEndsByteOrderMarkAndBlankLinesDoNotMatter() {
        const std::string line = R"({"prompt":"a"})";
        QCOMPARE(judge("\xEF\xBB\xBF" + line + "\r\n\r\n \t\n" + line), std::string("ok 2 prompts"));
    }

    void theSameCustomIdTwiceIsAnErrorThatNamesBothLines() {
        QCOMPARE(judge(batchLine("a") + "\n" + batchLine("b") + batchLine("a")),
                 std::string(R"(w:4: custom_id "a" is already that of line 1)"));
        QCOMPARE(judge(R"({"custom_id":"line-2","prompt":"a"})"
                       "\n"
                       R"({"prompt":"b"})"
                       "\n"),
                 std::string(R"(w:2: custom_id "line-2" is already that of line 1)"));
        QCOMPARE(judge(R"({"question_id":8,"turns":["a"]})"
                       "\n"
                       R"({"question_id":"8","turns":["b"]})"
                       "\n"),
                 std::string(R"(w:2: question_id "8" is already that of line 1)"));
        QCOMPARE(judge(batchLine("a") + batchLine("\\u0061")),
                 std::string(R"(w:2: custom_id "a" is already that of line 1)"));
    }

    void theSameCustomIdTwiceIsAnErrorWhereBadLinesAreSkippedToo() {
        auto options =
            optionsFor(files_.write("w", batchLine("a") + "{}\n" + batchLine("a")), WorkloadFormat::OpenAiBatch);
        options.skipBadLines = true;
        QCOMPARE(judge(options), std::string(R"(w:3: custom_id "a" is already that of line 1)"));
    }

    void theIdOfALineThatWasSkippedIsFree() {
        auto options = optionsFor(files_.write("w", R"({"custom_id":"a","method":"GET"})"
                                                    "\n" +
                                                        batchLine("a")),
                                  WorkloadFormat::OpenAiBatch);
        options.skipBadLines = true;
        QCOMPARE(judge(options), std::string("ok 1 openai-batch"));
    }

    void withSeveralPassesACustomIdMayNotEndAsTheirsDo() {
        auto options =
            optionsFor(files_.write("w", batchLine("a#1") + batchLine("a#02") + batchLine("a#b") + batchLine("a#7")));
        QCOMPARE(judge(options), std::string("ok 4 openai-batch"));
        options.repeat = 2;
        QCOMPARE(judge(options), std::string("w:4: custom_id \"a#7\" ends as those of a repeated pass do"));
        options.repeat = 0;
        QCOMPARE(judge(options), std::string("w:4: custom_id \"a#7\" ends as those of a repeated pass do"));
    }

    void aWorkloadWithoutARequestIsAnError() {
        QCOMPARE(judge(""), std::string("w holds no request"));
        QCOMPARE(judge("\n \r\n"), std::string("w holds no request"));
        QCOMPARE(judge("\xEF\xBB\xBF"), std::string("w holds no request"));
        auto options = optionsFor(files_.write("w", "\n{}\n[]\n"), WorkloadFormat::Prompts);
        options.skipBadLines = true;
        QCOMPARE(judge(options),
                 std::string("w holds no request, as each of its lines is bad; the first: w:2: prompt is missing "
                             "(or text, in its place)"));
    }

    void whatCannotBeReadIsToldInOneSentence() {
        QCOMPARE(judge(optionsFor(files_.path("none"))), std::string("cannot read none: there is no such file"));
        std::filesystem::create_directory(files_.path("folder"));
        QCOMPARE(judge(optionsFor(files_.path("folder"))), std::string("cannot read folder: it is a directory"));
        QCOMPARE(::mkfifo(files_.path("pipe").c_str(), 0600), 0);
        QCOMPARE(
            judge(optionsFor(files_.path("pipe"))),
            std::string("cannot read pipe: it is not a regular file; give it as standard input, with --workload -"));
        files_.write("w", "a\n");
        QCOMPARE(judge(optionsFor(files_.path("w/inside"))), std::string("cannot read w/inside: Not a directory"));
        QCOMPARE(judge(optionsFor("")), std::string("no workload is named"));
    }

    void aFileWhoseReadingFailsIsToldWithTheReason() {
        // A regular file by its mode, whose first bytes cannot be read.
        QCOMPARE(judge(optionsFor("/proc/self/mem")), std::string("cannot read /proc/self/mem: Input/output error"));
    }

    void aFileThatMayNotBeReadIsToldWithTheReason() {
        if (::geteuid() == 0) QSKIP("the superuser may read any file");
        const auto path = files_.write("secret", "a\n");
        QCOMPARE(::chmod(path.c_str(), 0), 0);
        QCOMPARE(judge(optionsFor(path)), std::string("cannot read secret: Permission denied"));
    }

    void optionsThatCannotBeAreRefused() {
        const auto path = files_.write("w", "a\n");
        auto options = optionsFor(path);
        options.limit = 0;
        QCOMPARE(judge(options), std::string("a limit of 0 leaves no request; it must be 1 or more"));
        options = optionsFor(path);
        options.maxTokens = 0;
        QCOMPARE(judge(options), std::string("max_tokens must be 1 or more"));
        options = optionsFor(path);
        options.maxLineBytes = 0;
        QCOMPARE(judge(options), std::string("the bound on a line must be 1 byte or more"));
        options = optionsFor(path);
        options.model = "\xFF";
        QCOMPARE(judge(options), std::string("the model's name is not valid UTF-8"));
        options = optionsFor(path);
        options.repeat = std::numeric_limits<std::uint64_t>::max();
        QCOMPARE(judge(options), "ok " + std::to_string(options.repeat) + " text");
        files_.write("w", "a\nb\n");
        QCOMPARE(judge(options), std::string("w: so many passes make more requests than can be numbered"));
    }

    void requestsAreThoseOfAllPasses() {
        auto options = optionsFor(files_.write("w", R"({"question_id":1,"turns":["a","b","c"]})"));
        options.repeat = 4;
        QCOMPARE(judge(options), std::string("ok 12 mt-bench"));
        options.repeat = 0;
        QCOMPARE(judge(options), std::string("ok 0 mt-bench"));
    }

    void theDigestIsThatOfTheWholeFile() {
        std::string bytes = "\xEF\xBB\xBF";
        while (bytes.size() < 3 * 1024 * 1024)
            bytes += "a prompt\r\n\n";
        const auto check = checkWorkload(optionsFor(files_.write("w", bytes)));
        QVERIFY(check.ok());
        const auto reference =
            QCryptographicHash::hash(QByteArray::fromStdString(bytes), QCryptographicHash::Sha256).toHex();
        QCOMPARE(check->digest, reference.toStdString());
        QCOMPARE(check->bytes, std::uint64_t(bytes.size()));
        QCOMPARE(check->marks.size(), std::size_t(3));
    }

    void whatIsBehindTheLimitIsNotLookedAt() {
        auto options = optionsFor(files_.write("w", "\none\ntwo\n\n\xFF broken\n"));
        options.limit = 2;
        const auto check = checkWorkload(options);
        QVERIFY(check.ok());
        QCOMPARE(check->requests, std::uint64_t(2));
        QCOMPARE(check->bytes, std::uint64_t(9));
        QCOMPARE(check->digest,
                 QCryptographicHash::hash("\none\ntwo\n", QCryptographicHash::Sha256).toHex().toStdString());
        options.limit = 3;
        QCOMPARE(judge(options), std::string("w:5: not valid UTF-8 at byte 1"));
        options.limit = 100;
        options.skipBadLines = true;
        QCOMPARE(judge(options), std::string("ok 2 text"));
    }

    void theLimitCountsLinesThatHoldARequestNotTurnsAndNotBadLines() {
        const std::string bytes = R"({"question_id":1,"turns":["a","b"]})"
                                  "\n{}\n\n"
                                  R"({"question_id":2,"turns":["a","b"]})"
                                  "\n"
                                  R"({"question_id":3,"turns":["a","b"]})"
                                  "\n";
        auto options = optionsFor(files_.write("w", bytes), WorkloadFormat::MtBench);
        options.limit = 2;
        options.skipBadLines = true;
        QCOMPARE(judge(options), std::string("ok 4 mt-bench"));
    }

    void ofBadLinesAThousandAreKeptAndAllAreCounted() {
        std::string bytes = "{\"prompt\":\"a\"}\n";
        for (int i = 0; i < 1500; ++i)
            bytes += "{}\n";
        auto options = optionsFor(files_.write("w", bytes), WorkloadFormat::Prompts);
        options.skipBadLines = true;
        const auto check = checkWorkload(options);
        QVERIFY(check.ok());
        QCOMPARE(check->badLineCount, std::uint64_t(1500));
        QCOMPARE(check->badLines.size(), std::size_t(1000));
        QCOMPARE(check->badLines.back().line, std::uint64_t(1001));
    }

    void progressIsToldInBytesAndCanStopTheCheck() {
        const std::string bytes(5 * 1024 * 1024 / 2, '\n');
        const auto options = optionsFor(files_.write("w", bytes + "a\n"));
        std::vector<std::uint64_t> done;
        std::uint64_t all = 0;
        QVERIFY(checkWorkload(options, [&](std::uint64_t bytesDone, std::uint64_t bytesInAll) {
                    done.push_back(bytesDone);
                    all = bytesInAll;
                    return true;
                }).ok());
        const std::vector<std::uint64_t> expected{0, 1048576, 2097152, 2621442};
        QVERIFY(done == expected);
        QCOMPARE(all, std::uint64_t(2621442));

        const auto stopped =
            checkWorkload(options, [](std::uint64_t bytesDone, std::uint64_t) { return bytesDone == 0; });
        QVERIFY(!stopped.ok());
        QCOMPARE(without(stopped.error().message, files_.path("")), std::string("stopped while reading w"));
    }

    void aFileThatGrowsDuringTheCheckIsAnError() {
        const auto options = optionsFor(files_.write("w", std::string(1500 * 1024, '\n') + "a\n"));
        bool grown = false;
        const auto check = checkWorkload(options, [&](std::uint64_t bytesDone, std::uint64_t) {
            if (bytesDone > 0 && !std::exchange(grown, true))
                files_.write("w", std::string(1500 * 1024, '\n') + "a\nb\n");
            return true;
        });
        QVERIFY(!check.ok());
        QCOMPARE(without(check.error().message, files_.path("")), std::string("w changed while it was being checked"));
    }

    void mtBenchAsPublishedHasEightyDialoguesOfTwoTurns() {
        const auto path = qEnvironmentVariable("PENSTOCK_SHARED") + "/data/mt_bench_questions.jsonl";
        if (!QFile::exists(path)) QSKIP("PENSTOCK_SHARED names no folder with data/mt_bench_questions.jsonl");
        QCOMPARE(judge(optionsFor(path.toStdString())), std::string("ok 160 mt-bench"));
    }
};

QTEST_GUILESS_MAIN(TestWorkloadCheck)
#include "tst_workload_check.moc"
