#include "engine/workload/custom_id_set.h"
#include "engine/workload/digest_marks.h"
#include "engine/workload/json_text.h"
#include "engine/workload/line_splitter.h"
#include "engine/workload/utf8.h"

#include <QCryptographicHash>
#include <QTest>

#include <nlohmann/json.hpp>

using namespace penstock;

namespace {

/// `bytes` cut into pieces of `piece` bytes; lines joined as `NUMBER:TEXT|`, a line that is too long as `NUMBER!|`.
std::string split(std::string_view bytes, std::size_t piece, std::size_t most) {
    std::string seen;
    LineSplitter splitter(most);
    const auto sink = [&seen](const Line& line) {
        seen += std::to_string(line.number) + (line.tooLong ? "!" : ":") + std::string(line.text) + "|";
        return true;
    };
    while (!bytes.empty()) {
        const auto size = std::min(piece, bytes.size());
        if (splitter.feed(bytes.substr(0, size), sink) != size) return "not all taken";
        bytes.remove_prefix(size);
    }
    splitter.finish(sink);
    return seen;
}

} // namespace

class TestWorkloadParts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void linesAreTheSameForEverySplitOfTheBytes() {
        const std::string bytes = "\xEF\xBB\xBFone\r\n\ntwo\rhalf\n\r\n123456\n1234567\nlast";
        for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
            QCOMPARE(split(bytes, piece, 6), std::string("1:one|2:|3!|4:|5:123456|6!|7:last|"));
            QCOMPARE(split(bytes, piece, 8), std::string("1:one|2:|3:two\rhalf|4:|5:123456|6:1234567|7:last|"));
        }
    }

    void aLineOfExactlyTheBoundIsTakenWithCrlfAndByteOrderMark() {
        for (std::size_t piece = 1; piece <= 12; ++piece) {
            QCOMPARE(split("\xEF\xBB\xBF"
                           "1234\r\n1234\r\n",
                           piece, 4),
                     std::string("1:1234|2:1234|"));
            QCOMPARE(split("12345\r\n1234", piece, 4), std::string("1!|2:1234|"));
        }
    }

    void theSplitterStopsBehindTheLineAtWhichItWasStopped() {
        LineSplitter splitter(100);
        int lines = 0;
        const auto used = splitter.feed("one\ntwo\r\nthree\n", [&lines](const Line&) { return ++lines < 2; });
        QCOMPARE(lines, 2);
        QCOMPARE(used, std::size_t(9));
    }

    void anEmptyFileHasNoLine() { QCOMPARE(split("", 1, 10), std::string()); }

    void utf8IsCheckedAsUnicodeSaysIt_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("invalidAt"); // -1: valid
        QTest::newRow("ascii") << QByteArray("plain text of more than eight bytes") << -1;
        QTest::newRow("two, three, four bytes") << QByteArray("12345678\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80") << -1;
        QTest::newRow("last code point") << QByteArray("\xF4\x8F\xBF\xBF") << -1;
        QTest::newRow("beyond it") << QByteArray("a\xF4\x90\x80\x80") << 1;
        QTest::newRow("overlong two") << QByteArray("\xC0\xAF") << 0;
        QTest::newRow("overlong three") << QByteArray("ab\xE0\x80\xAF") << 2;
        QTest::newRow("overlong four") << QByteArray("\xF0\x8F\xBF\xBF") << 0;
        QTest::newRow("surrogate") << QByteArray("x\xED\xA0\x80") << 1;
        QTest::newRow("lone continuation") << QByteArray("12345678\x80") << 8;
        QTest::newRow("cut at the end") << QByteArray("12345678ab\xE2\x82") << 10;
        QTest::newRow("third byte wrong") << QByteArray("\xE2\x82(") << 0;
        QTest::newRow("latin-1") << QByteArray("caf\xE9 au lait") << 3;
        QTest::newRow("lead beyond four bytes") << QByteArray("\xF8\x88\x80\x80\x80") << 0;
    }
    void utf8IsCheckedAsUnicodeSaysIt() {
        QFETCH(QByteArray, bytes);
        QFETCH(int, invalidAt);
        const auto at = firstInvalidUtf8({bytes.constData(), static_cast<std::size_t>(bytes.size())});
        QCOMPARE(at ? static_cast<int>(*at) : -1, invalidAt);
    }

    void membersAreTheSlicesOfTheText() {
        const std::string text = " { \"a\\u0062\" : 12345678901234567890123 , \"s\":\"}]\\\"\\\\\", \"o\": "
                                 "{\"x\":[1,{\"y\":\"]\"}]},\"e\":\"\","
                                 R"( "f" : -0.70e+10 ,"n":null} )";
        QVERIFY(!jsonProblem(text));
        const auto members = jsonMembers(text);
        QVERIFY(members.ok());
        std::string seen;
        for (const auto& [key, rawKey, value] : *members)
            seen += key + "=" + std::string(value) + ";";
        QCOMPARE(
            seen,
            std::string(
                "ab=12345678901234567890123;s=\"}]\\\"\\\\\";o={\"x\":[1,{\"y\":\"]\"}]};e=\"\";f=-0.70e+10;n=null;"));
        QCOMPARE(members->front().rawKey, std::string_view("\"a\\u0062\""));
        QVERIFY(givenMember(*members, "n") == nullptr);
        QVERIFY(givenMember(*members, "missing") == nullptr);
    }

    void emptyObjectsAndArraysHaveNoMembers() {
        QCOMPARE(jsonMembers("{ }")->size(), std::size_t(0));
        QCOMPARE(jsonElements("[ ]").size(), std::size_t(0));
        const auto elements = jsonElements(R"([1, "a,b" ,[2,3],{"k":[]}])");
        QCOMPARE(elements.size(), std::size_t(4));
        QCOMPARE(elements[1], std::string_view(R"("a,b")"));
        QCOMPARE(elements[3], std::string_view(R"({"k":[]})"));
    }

    void aKeyThatIsWrittenInTwoWaysAppearsTwice() {
        const auto members = jsonMembers("{\"model\":1,\"x\":2,\"mod\\u0065l\":3}");
        QVERIFY(!members.ok());
        QCOMPARE(members.error().message, std::string(R"(the key "model" appears twice)"));
    }

    void nestingIsBounded() {
        const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
        QVERIFY(!jsonProblem(nested(128)));
        QCOMPARE(jsonProblem(nested(129)).value_or(""), std::string("JSON nested deeper than 128 levels"));
        QCOMPARE(jsonProblem(std::string(5'000'000, '[')).value_or(""),
                 std::string("JSON nested deeper than 128 levels"));
    }

    void anIdIsNewOnceWhateverTheTablesSize() {
        CustomIdSet ids;
        for (int i = 0; i < 20'000; ++i)
            QVERIFY(ids.insert("request-" + std::to_string(i)));
        for (int i = 0; i < 20'000; ++i)
            QVERIFY(!ids.insert("request-" + std::to_string(i)));
        // 20,000 ids at a load between 3/8 and 3/4.
        QCOMPARE(ids.tableBytes(), std::size_t(32768 * 8));
    }

    void marksComeAtEachMebibyteHoweverTheBytesCome() {
        std::string bytes(DigestMarks::blockBytes * 2 + 5, 'x');
        bytes[DigestMarks::blockBytes + 3] = 'y';
        DigestMarks whole;
        whole.update(bytes);
        DigestMarks pieces;
        for (std::size_t at = 0; at < bytes.size(); at += 77'777)
            pieces.update(std::string_view(bytes).substr(at, 77'777));
        QCOMPARE(whole.marks().size(), std::size_t(2));
        QVERIFY(whole.marks() == pieces.marks());
        QVERIFY(whole.marks()[0] != whole.marks()[1]);
        const auto reference =
            QCryptographicHash::hash(QByteArray::fromStdString(bytes), QCryptographicHash::Sha256).toHex();
        QCOMPARE(pieces.hex(), reference.toStdString());
        QCOMPARE(pieces.bytes(), std::uint64_t(bytes.size()));
    }

    void aTextAsJsonIsWhatTheLibraryReadsBack() {
        std::string all;
        for (int c = 0; c < 128; ++c)
            all += static_cast<char>(c);
        all += "\xC3\xA9";
        QCOMPARE(nlohmann::json::parse(jsonString(all)).get<std::string>(), all);
        QCOMPARE(jsonString("a\x01\x1F\n"), std::string("\"a\\u0001\\u001f\\n\""));
        QCOMPARE(jsonString("a\xFF\"b"), std::string("\"a\xEF\xBF\xBD\\\"b\""));
    }

    void aLongTextIsCutInMessagesBetweenItsCharacters() {
        QCOMPARE(quotedForMessage(std::string(59, 'a') + "\xC3\xA9"
                                                         "b"),
                 '"' + std::string(59, 'a') + "...\"");
        QCOMPARE(quotedForMessage("a\"b"), std::string("\"a\\\"b\""));
    }
};

QTEST_GUILESS_MAIN(TestWorkloadParts)
#include "tst_workload_parts.moc"
