#include "ui/tables/plain_text.h"
#include "ui/tables/prompt_text.h"

#include <QTest>

using namespace penstock::ui;

class TestPlainText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void controlCharactersAreShownAsPictures() {
        QCOMPARE(plainText(std::string_view("a\0b\x1b[31m\x7f", 9)), QStringLiteral("a\u2400b\u241b[31m\u2421"));
        QCOMPARE(plainText("a\r\nb\rc\td"), QStringLiteral("a\nb\u240dc\td"));
        QCOMPARE(plainText("\xc2\x9b"), QStringLiteral("\u27e6U+009B\u27e7"));
    }

    void charactersThatTurnTheLineAreMadeVisible() {
        QCOMPARE(plainText("\u202eabc\u2066\u200b"),
                 QStringLiteral("\u27e6U+202E\u27e7abc\u27e6U+2066\u27e7\u27e6U+200B\u27e7"));
        QCOMPARE(plainText("\U000e0041"), QStringLiteral("\u27e6U+E0041\u27e7"));
    }

    void otherScriptsAndEmojiStay() {
        QCOMPARE(plainText("\u0645\u0631\u062d\u0628\u0627 \u4f60\u597d \U0001f600"),
                 QStringLiteral("\u0645\u0631\u062d\u0628\u0627 \u4f60\u597d \U0001f600"));
    }

    void aLongTextIsCutAtAWholeCharacterAndSaysHowMuchIsMissing() {
        QCOMPARE(plainText("\u00e4\u00e4\u00e4", 5), QStringLiteral("\u00e4\u00e4\n\u2026 2 bytes more are not shown"));
        QCOMPARE(plainLine("one\ntwo three", 7), QStringLiteral("one two\u2026"));
    }

    void aCutCharacterIsLeftForLater() {
        QCOMPARE(wholeCharacters("a\xf0\x9f\x98", 4), std::string_view("a"));
        QCOMPARE(wholeCharacters("a\xf0\x9f\x98\x80", 5), std::string_view("a\xf0\x9f\x98\x80"));
        QCOMPARE(wholeCharacters("\xc3\xa4x", 2), std::string_view("\xc3\xa4"));
        QCOMPARE(wholeCharacters("", 5), std::string_view(""));
        // Bytes that are no character at all do not hold the text up.
        QCOMPARE(wholeCharacters("\x80\x80\x80\x80\x80", 5).size(), std::size_t(5));
    }

    void aToolTipIsNeverMarkup() {
        QVERIFY(toolTipOf(QStringLiteral("<img src=x>")).contains(QStringLiteral("&lt;img src=x&gt;")));
        QVERIFY(toolTipOf({}).isEmpty());
    }

    void aPromptReadsTheSameInEveryDialect() {
        QCOMPARE(
            promptText(
                R"({"model":"m","messages":[{"role":"system","content":"S"},{"role":"user","content":[{"type":"text","text":"Q"},{"type":"image_url"}]}]})"),
            std::string("model m\n\n\u2014 system \u2014\nS\n\n\u2014 user \u2014\nQ\n[image_url]"));
        QCOMPARE(promptText(R"({"max_tokens":5,"prompt":"Once"})"),
                 std::string("max_tokens 5\n\n\u2014 user \u2014\nOnce"));
        QCOMPARE(promptText(R"({"instructions":"I","input":"hello"})"),
                 std::string("\u2014 system \u2014\nI\n\n\u2014 user \u2014\nhello"));
        QCOMPARE(promptText(R"({"system":"S","messages":[{"role":"user","content":"Q"}]})"),
                 std::string("\u2014 system \u2014\nS\n\n\u2014 user \u2014\nQ"));
    }

    void aBodyThatIsNoJsonIsShownAsItIs() {
        QCOMPARE(promptText("not {json"), std::string("not {json"));
        QCOMPARE(promptText("[1,2]"), std::string("[1,2]"));
        QCOMPARE(promptText(std::string(100000, '[')), std::string(100000, '['));
    }
};

QTEST_MAIN(TestPlainText)
#include "tst_plain_text.moc"
