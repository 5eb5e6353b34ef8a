#include "ui/history/snapshot_history.h"

#include <QtTest>

using namespace penstock;
using penstock::ui::SnapshotHistory;

namespace {

std::shared_ptr<Snapshot> snapshotAt(double time, int inFlight, int queued = 0) {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->elapsedSeconds = time;
    snapshot->inFlight = inFlight;
    snapshot->queueDepth = queued;
    return snapshot;
}

double tenth(int i) { return i / 10.0; }

const SnapshotHistory::Value inFlight = [](const Snapshot& s) { return std::optional<double>(s.inFlight); };

QString text(const std::vector<SnapshotHistory::Point>& points) {
    QStringList out;
    for (const auto& p : points) out << QStringLiteral("%1:%2").arg(p.time).arg(p.value ? QString::number(*p.value) : QStringLiteral("-"));
    return out.join(QLatin1Char(' '));
}

} // namespace

class SnapshotHistoryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingIsThereBeforeTheFirst() {
        SnapshotHistory history;
        QVERIFY(history.empty());
        QCOMPARE(history.start(), 0.0);
        QCOMPARE(history.end(), 0.0);
        QVERIFY(!history.newest());
        QVERIFY(!history.at(5));
        QVERIFY(history.points(inFlight, 0, 10, 10).empty());
        QVERIFY(history.growth(inFlight, 0, 10, 10).empty());
        history.add(snapshotAt(3, 1));
        QVERIFY(!history.at(2.9));
        QCOMPARE(history.at(3)->inFlight, 1);
    }

    void atGivesTheNewestThatIsNotAfter() {
        SnapshotHistory history;
        for (int i = 0; i < 100; ++i) history.add(snapshotAt(tenth(i), i));
        QCOMPARE(history.at(5.05)->inFlight, 50);
        QCOMPARE(history.at(5.1)->inFlight, 51);
        QCOMPARE(history.at(1e9)->inFlight, 99);
        QCOMPARE(history.end(), 9.9);
    }

    void olderOnesAreLeftOutAndOneOfTheSameTimeTakesThePlace() {
        SnapshotHistory history;
        history.add(snapshotAt(1, 1));
        history.add(snapshotAt(0.5, 9));
        QCOMPARE(history.size(), std::size_t(1));
        const auto before = history.revision();
        history.add(snapshotAt(1, 2));
        QVERIFY(history.revision() != before);
        QCOMPARE(history.size(), std::size_t(1));
        QCOMPARE(history.newest()->inFlight, 2);
        history.add(nullptr);
        history.add(snapshotAt(qQNaN(), 1));
        QCOMPARE(history.size(), std::size_t(1));
    }

    void onlyTheNewestKeepsItsLists() {
        SnapshotHistory history;
        auto first = snapshotAt(1, 7);
        first->segments = std::make_shared<std::vector<SegmentFigures>>(1);
        first->active = std::make_shared<std::vector<ActiveRequest>>(3);
        history.add(first);
        QCOMPARE(history.newest()->active->size(), std::size_t(3));
        history.add(snapshotAt(2, 8));
        QVERIFY(!history.at(1)->active);
        QVERIFY(!history.at(1)->segments);
        QCOMPARE(history.at(1)->inFlight, 7);
        QCOMPARE(first->active->size(), std::size_t(3)); // the snapshot itself is not touched
    }

    void aColumnShowsItsLeastAndItsLargest() {
        SnapshotHistory history;
        const int values[] = {4, 4, 9, 1, 4, 4, 4, 4, 4, 4, /* second */ 4, 4, 4, 2, 4, 4, 4, 4, 4, 8, /* third */ 5};
        for (int i = 0; i < 21; ++i) history.add(snapshotAt(tenth(i), values[i]));
        QCOMPARE(text(history.points(inFlight, 0, 3, 3)), QStringLiteral("0.2:9 0.3:1 1.3:2 1.9:8 2:5"));
    }

    void theNearestEntriesOutsideLeadTheLineToTheEdges() {
        SnapshotHistory history;
        for (int i = 0; i <= 10; ++i) history.add(snapshotAt(i, i * i));
        QCOMPARE(text(history.points(inFlight, 3.5, 5.5, 2)), QStringLiteral("3:9 4:16 5:25 6:36"));
        // All of it lies before the range: the last value is still known.
        QCOMPARE(text(history.points(inFlight, 20, 30, 10)), QStringLiteral("10:100"));
    }

    void columnsStayWhereTheyAreWhileTheRangeMoves() {
        SnapshotHistory history;
        for (int i = 0; i < 600; ++i) history.add(snapshotAt(tenth(i), (i * 37) % 11));
        const auto before = history.points(inFlight, 20, 50, 60);
        const auto after = history.points(inFlight, 20.1, 50.1, 60);
        std::map<double, double> known;
        for (const auto& p : before) known[p.time] = *p.value;
        int same = 0, inside = 0;
        for (const auto& p : after) {
            if (p.time < 20.6 || p.time >= 49.9) continue; // the columns at the edges are cut
            ++inside;
            same += known.count(p.time) ? 1 : 0;
        }
        QVERIFY(inside > 100);
        QCOMPARE(same, inside);
    }

    void aValueThatIsMissingBreaksTheLine() {
        SnapshotHistory history;
        for (int i = 0; i < 6; ++i) history.add(snapshotAt(i, i));
        const SnapshotHistory::Value gap = [](const Snapshot& s) {
            return s.inFlight == 2 || s.inFlight == 3 ? std::nullopt : std::optional<double>(s.inFlight);
        };
        QCOMPARE(text(history.points(gap, 0, 5, 5)), QStringLiteral("0:0 1:1 2:- 4:4 5:5"));
        const SnapshotHistory::Value wild = [](const Snapshot&) { return std::optional<double>(qInf()); };
        QCOMPARE(text(history.points(wild, 0, 5, 5)), QStringLiteral("0:-"));
    }

    void growthIsWhatACounterGainedInEachStretch() {
        SnapshotHistory history;
        for (int i = 1; i <= 40; ++i) history.add(snapshotAt(tenth(i), i <= 15 ? i : 15));
        // 0..1 gains 10, 1..2 gains 5, 2..3 none, 3..4 none; 4..5 has not come.
        QCOMPARE(text(history.growth(inFlight, 0, 5, 5)), QStringLiteral("0.5:10 1.5:5 2.5:0 3.5:0 4.5:-"));
        // Before the run there was nothing to grow.
        QCOMPARE(text(history.growth(inFlight, -2, 2, 4)), QStringLiteral("-1.5:- -0.5:- 0.5:10 1.5:5"));
    }

    void growthOverTheWholeRunAddsUpToTheCounter() {
        SnapshotHistory history;
        int counter = 0;
        for (int i = 0; i < 100'000; ++i) {
            counter += i % 7 == 6 ? 3 : 0;
            history.add(snapshotAt(tenth(i), counter));
        }
        double sum = 0;
        for (const auto& bar : history.growth(inFlight, 0, 10'000, 40)) sum += bar.value.value_or(0);
        QCOMPARE(sum, double(counter));
    }

    void loadTakesThePlaceOfEverything() {
        SnapshotHistory history;
        history.add(snapshotAt(50, 1));
        std::vector<Snapshot> series;
        for (int i = 0; i < 3; ++i) series.push_back(*snapshotAt(i, i + 10));
        history.load(std::move(series));
        QCOMPARE(history.size(), std::size_t(5)); // three, and two of them wait to be thinned
        QCOMPARE(history.end(), 2.0);
        QCOMPARE(history.at(1)->inFlight, 11);
        history.clear();
        QVERIFY(history.empty());
    }

    void anEightHourRunStaysBoundedAndLosesNoSpike() {
        SnapshotHistory history;
        const int spike = 40'003, drop = 90'007, flood = 140'001; // all older than an hour
        std::size_t largest = 0;
        for (int i = 0; i < 288'000; ++i) {
            history.add(snapshotAt(tenth(i), i == spike ? 99 : i == drop ? 0 : 14, i == flood ? 5000 : 100 + i % 3));
            largest = std::max(largest, history.size());
        }
        QVERIFY2(largest < 120'000, qPrintable(QString::number(largest)));
        QCOMPARE(history.start(), 0.0);
        QCOMPARE(history.end(), 28'799.9);
        // The last hour is whole.
        for (int i = 288'000 - 36'000; i < 288'000; i += 977) QCOMPARE(history.at(tenth(i))->elapsedSeconds, tenth(i));

        const SnapshotHistory::Value queued = [](const Snapshot& s) { return std::optional<double>(s.queueDepth); };
        for (const int columns : {50, 400, 1900}) {
            const auto points = history.points(inFlight, 0, 28'800, columns);
            QVERIFY(points.size() <= 2 * (std::size_t(columns) + 1));
            double least = 1e9, most = 0, longest = 0;
            for (const auto& p : points) {
                least = std::min(least, *p.value);
                if (*p.value > most) most = *p.value, longest = p.time;
            }
            QCOMPARE(least, 0.0);
            QCOMPARE(most, 99.0);
            QCOMPARE(longest, tenth(spike));
            double deepest = 0;
            for (const auto& p : history.points(queued, 0, 28'800, columns)) deepest = std::max(deepest, *p.value);
            QCOMPARE(deepest, 5000.0);
        }
        // Hours back a range still has entries, and they are in the order of time.
        const auto back = history.entries(7200, 7260, 1000);
        QVERIFY2(back.size() >= 20, qPrintable(QString::number(back.size())));
        for (std::size_t i = 1; i < back.size(); ++i) QVERIFY(back[i - 1]->elapsedSeconds < back[i]->elapsedSeconds);
    }

    void everyLevelReadsInTheOrderOfTimeUpToTheNewest() {
        SnapshotHistory history;
        for (int i = 0; i < 12'345; ++i) history.add(snapshotAt(tenth(i), (i * 31) % 17));
        for (const std::size_t most : {100'000u, 9'000u, 700u, 100u}) {
            const auto all = history.entries(0, 1e9, most);
            QCOMPARE(all.front()->elapsedSeconds, most == 100'000u ? 0.0 : all.front()->elapsedSeconds);
            QCOMPARE(all.back()->elapsedSeconds, 1234.4);
            for (std::size_t i = 1; i < all.size(); ++i) QVERIFY(all[i - 1]->elapsedSeconds < all[i]->elapsedSeconds);
            QVERIFY(all.size() <= most || most == 100u);
        }
    }
};

QTEST_APPLESS_MAIN(SnapshotHistoryTest)
#include "tst_snapshot_history.moc"
