#include "engine/base/csv_line.h"

#include <QTest>

using namespace penstock;

class TestCsvLine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void cellsAreQuotedWhereRfc4180AsksForIt_data() {
        QTest::addColumn<QByteArray>("cell");
        QTest::addColumn<QByteArray>("written");
        QTest::newRow("plain") << QByteArray("abc") << QByteArray("abc");
        QTest::newRow("empty") << QByteArray("") << QByteArray("");
        QTest::newRow("comma") << QByteArray("a,b") << QByteArray("\"a,b\"");
        QTest::newRow("quote") << QByteArray("a\"b") << QByteArray("\"a\"\"b\"");
        QTest::newRow("line feed") << QByteArray("a\nb") << QByteArray("\"a\nb\"");
        QTest::newRow("carriage return") << QByteArray("a\rb") << QByteArray("\"a\rb\"");
        QTest::newRow("space") << QByteArray(" a ") << QByteArray(" a ");
        QTest::newRow("not ASCII") << QByteArray("caf\xc3\xa9") << QByteArray("caf\xc3\xa9");
        QTest::newRow("formula") << QByteArray("=1+1") << QByteArray("'=1+1");
        QTest::newRow("plus") << QByteArray("+1") << QByteArray("'+1");
        QTest::newRow("minus") << QByteArray("-1") << QByteArray("'-1");
        QTest::newRow("at") << QByteArray("@SUM(A1)") << QByteArray("'@SUM(A1)");
        QTest::newRow("tab") << QByteArray("\t=1") << QByteArray("'\t=1");
        QTest::newRow("return first") << QByteArray("\r=1") << QByteArray("\"'\r=1\"");
        QTest::newRow("formula with a comma")
            << QByteArray("=HYPERLINK(\"x\",1)") << QByteArray("\"'=HYPERLINK(\"\"x\"\",1)\"");
        QTest::newRow("sign inside") << QByteArray("a=b") << QByteArray("a=b");
    }
    void cellsAreQuotedWhereRfc4180AsksForIt() {
        QFETCH(QByteArray, cell);
        QFETCH(QByteArray, written);
        CsvLine line;
        line.text("x").text({cell.data(), static_cast<std::size_t>(cell.size())});
        const auto got = line.finish();
        QCOMPARE(QByteArray(got.data(), static_cast<qsizetype>(got.size())), "x," + written + "\n");
    }

    void numbersAreWrittenAsTheyAre() {
        CsvLine line;
        line.number(std::int64_t{-5})
            .number(0.1)
            .number(std::optional<double>())
            .number(1e-7)
            .number(123456789.125)
            .empty();
        QCOMPARE(std::string(line.finish()), std::string("-5,0.1,,1e-07,123456789.125,\n"));
    }

    void aLineStartsAnewAfterItsEnd() {
        CsvLine line;
        QCOMPARE(std::string(line.text("a").finish()), std::string("a\n"));
        QCOMPARE(std::string(line.empty().text("b").finish()), std::string(",b\n"));
    }
};

QTEST_GUILESS_MAIN(TestCsvLine)
#include "tst_csv_line.moc"
