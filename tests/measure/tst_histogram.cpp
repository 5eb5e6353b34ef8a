#include "engine/base/histogram.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace penstock;

class TestHistogram : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void valuesBelow128NanosecondsAreExact() {
        Histogram histogram;
        for (int i = 0; i < 128; ++i)
            histogram.add(Nanos{i});
        const auto buckets = histogram.buckets();
        QCOMPARE(buckets.size(), 128u);
        for (int i = 0; i < 128; ++i)
            QCOMPARE(buckets[static_cast<std::size_t>(i)], (Bucket{Nanos{i}, Nanos{i + 1}, 1}));
        QCOMPARE(*histogram.percentiles().p50, 63e-9);
        QCOMPARE(*histogram.percentiles().mean, 63.5e-9);
    }

    void everyValueLiesInItsBucketAndBucketsMeetWithoutGapOrOverlap() {
        Bucket before{Nanos{-1}, Nanos{0}, 0};
        std::mt19937_64 random(7);
        std::vector<std::int64_t> values{0, 1, 63, 64, 127, 128, 129, std::numeric_limits<std::int64_t>::max()};
        for (int bits = 1; bits < 63; ++bits)
            for (int i = 0; i < 50; ++i)
                values.push_back(static_cast<std::int64_t>(random() & ((std::uint64_t{1} << bits) - 1)));
        for (int bits = 1; bits < 63; ++bits)
            for (const std::int64_t d : {-1, 0, 1})
                values.push_back((std::int64_t{1} << bits) + d);
        for (const auto value : values) {
            Histogram histogram;
            histogram.add(Nanos{value});
            const auto buckets = histogram.buckets();
            QCOMPARE(buckets.size(), 1u);
            QVERIFY(buckets[0].low.count() <= value);
            QVERIFY(value < buckets[0].high.count() || buckets[0].high == Nanos::max());
            // The stated relative error.
            const double told = *histogram.percentiles().p50;
            QVERIFY(std::abs(told * 1e9 - static_cast<double>(value)) <= static_cast<double>(value) / 128.0 + 1e-6);
        }
        // All buckets of the first two million nanoseconds in turn.
        Histogram all;
        for (std::int64_t v = 0; v < 2'000'000; ++v)
            all.add(Nanos{v});
        for (const auto& bucket : all.buckets()) {
            QCOMPARE(bucket.low, before.high);
            if (bucket.high.count() <= 1 << 20)
                QCOMPARE(bucket.count, static_cast<std::uint64_t>((bucket.high - bucket.low).count()));
            before = bucket;
        }
    }

    void percentilesStayWithinTheStatedErrorOfTheExactOnes() {
        std::mt19937_64 random(42);
        std::lognormal_distribution<double> gaps(16.0, 1.5);
        std::vector<std::int64_t> exact;
        Histogram histogram;
        double sum = 0;
        for (int i = 0; i < 20'000; ++i) {
            exact.push_back(static_cast<std::int64_t>(gaps(random)));
            histogram.add(Nanos{exact.back()});
            sum += static_cast<double>(exact.back());
        }
        std::sort(exact.begin(), exact.end());
        const auto p = histogram.percentiles();
        for (const auto& [percent, told] : {std::pair{50u, *p.p50}, {95u, *p.p95}, {99u, *p.p99}}) {
            const auto truth = static_cast<double>(exact[nearestRank(exact.size(), percent) - 1]) / 1e9;
            QVERIFY(std::abs(told - truth) <= truth / 128);
        }
        QCOMPARE(*p.mean, sum / 20'000 / 1e9);
        QCOMPARE(histogram.max().count(), exact.back());
    }

    void mergingIsTheSameAsHavingAddedEverythingToOne() {
        std::mt19937_64 random(3);
        Histogram left, right, whole;
        for (int i = 0; i < 5000; ++i) {
            const Nanos value{static_cast<std::int64_t>(random() >> (i % 60))};
            (i % 3 == 0 ? left : right).add(value);
            whole.add(value);
        }
        left.merge(right);
        QCOMPARE(left.buckets(), whole.buckets());
        QCOMPARE(left.count(), 5000u);
        QCOMPARE(left.max(), whole.max());
        QCOMPARE(*left.percentiles().p99, *whole.percentiles().p99);
    }

    void aNegativeDurationCountsAsZero() {
        Histogram histogram;
        histogram.add(Nanos{-5});
        QCOMPARE(histogram.buckets(), (std::vector<Bucket>{{Nanos{0}, Nanos{1}, 1}}));
    }
};

QTEST_GUILESS_MAIN(TestHistogram)
#include "tst_histogram.moc"
