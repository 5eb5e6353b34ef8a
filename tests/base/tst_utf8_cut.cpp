#include "engine/base/utf8_cut.h"

#include <QTest>

using namespace penstock;

class TestUtf8Cut : public QObject {
    Q_OBJECT

    /// Characters of one to four bytes.
    const std::string mixed_ = "a\u00e9\u20ac\U0001f680z";

    static QByteArray bytes(std::string_view text) { return QByteArray(text.data(), static_cast<qsizetype>(text.size())); }

private Q_SLOTS:
    void theBeginningHoldsWholeCharacters() {
        const std::size_t lengths[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
        for (std::size_t most = 0; most < std::size(lengths); ++most) {
            QCOMPARE(utf8Head(mixed_, most).size(), lengths[most]);
            QCOMPARE(bytes(utf8Head(mixed_, most)), bytes(mixed_).left(static_cast<qsizetype>(lengths[most])));
        }
    }

    void theEndHoldsWholeCharacters() {
        const std::size_t lengths[] = {0, 1, 1, 1, 1, 5, 5, 5, 8, 8, 10, 11, 11};
        for (std::size_t most = 0; most < std::size(lengths); ++most) {
            QCOMPARE(utf8Tail(mixed_, most).size(), lengths[most]);
            QCOMPARE(bytes(utf8Tail(mixed_, most)), bytes(mixed_).right(static_cast<qsizetype>(lengths[most])));
        }
    }

    void whatIsNoUtf8IsCutNearTheByte() {
        const std::string rest(1000, '\x80');
        QCOMPARE(utf8Head(rest, 500).size(), std::size_t{497});
        QCOMPARE(utf8Tail(rest, 500).size(), std::size_t{497});
        QCOMPARE(utf8Head(rest, 2).size(), std::size_t{0});
        QCOMPARE(utf8Tail(rest, 2).size(), std::size_t{0});
        QCOMPARE(utf8Head(rest, 1000).size(), std::size_t{1000});
    }

    void ofNothingThereIsNothing() {
        QVERIFY(utf8Head("", 0).empty() && utf8Head("", 5).empty() && utf8Tail("", 0).empty() && utf8Tail("", 5).empty());
    }
};

QTEST_GUILESS_MAIN(TestUtf8Cut)
#include "tst_utf8_cut.moc"
