#include "engine/base/percentile.h"

#include <QTest>

using namespace penstock;

class TestPercentile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nearestRankIsTheSmallestRankThatCoversThePercentage_data() {
        QTest::addColumn<quint64>("n");
        QTest::addColumn<unsigned>("percent");
        QTest::addColumn<quint64>("rank");
        QTest::newRow("one value, p50") << quint64{1} << 50u << quint64{1};
        QTest::newRow("one value, p99") << quint64{1} << 99u << quint64{1};
        QTest::newRow("two values, p50") << quint64{2} << 50u << quint64{1};
        QTest::newRow("three values, p50") << quint64{3} << 50u << quint64{2};
        QTest::newRow("five values, p95") << quint64{5} << 95u << quint64{5};
        QTest::newRow("twenty values, p95") << quint64{20} << 95u << quint64{19};
        // 29.45 and 158.4: rounding to the nearest would be one too low.
        QTest::newRow("31 values, p95") << quint64{31} << 95u << quint64{30};
        QTest::newRow("160 values, p99") << quint64{160} << 99u << quint64{159};
        QTest::newRow("hundred values, p95") << quint64{100} << 95u << quint64{95};
        QTest::newRow("hundred values, p99") << quint64{100} << 99u << quint64{99};
        QTest::newRow("101 values, p99") << quint64{101} << 99u << quint64{100};
    }
    void nearestRankIsTheSmallestRankThatCoversThePercentage() {
        QFETCH(quint64, n);
        QFETCH(unsigned, percent);
        QFETCH(quint64, rank);
        QCOMPARE(nearestRank(n, percent), rank);
    }

    void bucketsTellTheMiddleOfTheOneThatHoldsTheRank() {
        const auto p =
            percentilesOf({{Nanos{10}, Nanos{11}, 50}, {Nanos{100}, Nanos{200}, 45}, {Nanos{1000}, Nanos{1100}, 5}});
        QCOMPARE(p.count, 100u);
        QCOMPARE(*p.p50, 10e-9);
        QCOMPARE(*p.p95, 150e-9);
        QCOMPARE(*p.p99, 1050e-9);
        QVERIFY(!p.mean);
    }

    void nothingMeasuredHasNoPercentiles() {
        const auto p = percentilesOf({});
        QCOMPARE(p.count, 0u);
        QVERIFY(!p.p50 && !p.p95 && !p.p99 && !p.mean);
    }
};

QTEST_GUILESS_MAIN(TestPercentile)
#include "tst_percentile.moc"
