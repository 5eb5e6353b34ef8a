#include "tests/workload/workload_files.h"

#include <QTest>


using namespace penstock;
using namespace penstock::test;

namespace {

const std::string batchHead = "\"method\":\"POST\",\"url\":\"/v1/chat/completions\",";

std::string batchLine(const std::string& id, const std::string& more = "") {
    return "{\"custom_id\":\"" + id + "\"," + batchHead +
           "\"body\":{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]" + more + "}}\n";
}

} // namespace

class TestWorkloadFormat : public QObject {
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
    void theWordsOfTheFormatsGoBothWays() {
        for (const auto* word : {"auto", "openai-batch", "prompts", "mt-bench", "text"}) {
            const auto format = workloadFormatFromString(word);
            QVERIFY(format.has_value());
            QCOMPARE(toString(*format), std::string_view(word));
        }
        QVERIFY(!workloadFormatFromString("sharegpt"));
        QVERIFY(!workloadFormatFromString(""));
    }

    void theFormatIsToldFromTheFirstLines_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("bytes");
        QTest::addColumn<QString>("verdict");
        const auto row = [](const char* title, const char* name, const std::string& bytes, const char* verdict) {
            QTest::newRow(title) << name << QString::fromStdString(bytes) << verdict;
        };
        const std::string prompt = R"({"prompt":"a"})"
                                   "\n";
        const std::string text = R"({"text":"a"})"
                                 "\n";
        const std::string dialogue = R"({"question_id":1,"turns":["a","b"]})"
                                     "\n";
        const std::string tell = ": the format cannot be told: ";
        row("batch", "w.jsonl", batchLine("a") + batchLine("b"), "ok 2 openai-batch");
        row("prompt", "w.jsonl", prompt + text, "ok 2 prompts");
        row("dialogues", "w.jsonl", dialogue, "ok 2 mt-bench");
        row("text", "w", "Hello\nyou\n", "ok 2 text");
        row("text in brackets", "w.txt", "[INST] Hello [/INST]\n", "ok 1 text");
        row("blank lines first", "w.jsonl", "\n  \n\r\n" + prompt, "ok 1 prompts");
        row("two kinds", "w.jsonl", prompt + dialogue,
            "w.jsonl: the format cannot be told: line 1 looks like prompts and line 2 looks like mt-bench; name it "
            "with "
            "--workload-format");
        row("JSON and text", "w.jsonl", "\n" + prompt + "Hello\n",
            "w.jsonl: the format cannot be told: line 2 looks like prompts and line 3 looks like text; name it with "
            "--workload-format");
        row("fits several", "w.jsonl", R"({"prompt":"a","turns":["b"]})",
            "w.jsonl: the format cannot be told: line 1 is a JSON object that fits none or several of the formats; "
            "name it "
            "with --workload-format");
        row("fits none", "w.jsonl", R"({"conversations":[]})",
            "w.jsonl: the format cannot be told: line 1 is a JSON object that fits none or several of the formats; "
            "name it "
            "with --workload-format");
        row("a JSON array", "w.json", "[\n{\"prompt\":\"a\"}\n]\n",
            "w.json: the format cannot be told: line 1 begins a JSON array, where one object a line is needed; name it "
            "with "
            "--workload-format");
        row("an object over lines", "w.json", "{\n \"prompt\": \"a\"\n}\n",
            "w.json: the format cannot be told: line 2 looks like text and line 1 cannot be read (not valid JSON: it "
            "ends too "
            "early); name it with --workload-format");
        row("a table", "w.csv", "TIMESTAMP,ContextTokens\n1,2\n",
            "w.csv: the format cannot be told: line 1 looks like text and the file's name does not; name it with "
            "--workload-format");
        row("all broken", "w.jsonl", "{\"prompt\":\n",
            "w.jsonl: the format cannot be told: line 1 cannot be read (not valid JSON: it ends too early); name it "
            "with "
            "--workload-format");
        row("broken beside good", "w.jsonl", prompt + "{oops}\n", "w.jsonl:2: not valid JSON at column 2");
    }
    void theFormatIsToldFromTheFirstLines() {
        QFETCH(QString, name);
        QFETCH(QString, bytes);
        QFETCH(QString, verdict);
        QCOMPARE(QString::fromStdString(judge(bytes.toStdString(), WorkloadFormat::Auto, name.toStdString())), verdict);
    }

    void onlyTheFirstEightLinesTellTheFormat() {
        std::string bytes;
        for (int i = 0; i < 8; ++i)
            bytes += "{\"prompt\":\"a\"}\n\n";
        QCOMPARE(judge(bytes + "Hello\n"), std::string("w:17: not valid JSON at column 1"));
    }
};

QTEST_GUILESS_MAIN(TestWorkloadFormat)
#include "tst_workload_format.moc"
