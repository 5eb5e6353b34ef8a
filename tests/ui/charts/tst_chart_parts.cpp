#include "tests/ui/support/believable_history.h"
#include "ui/charts/axis_ticks.h"
#include "ui/charts/chart_data.h"
#include "ui/charts/chart_specs.h"
#include "ui/charts/marker_layout.h"

#include <QTest>

using namespace penstock;
using namespace penstock::ui;

class TestChartParts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ticksAreRoundAndReachAboveTheLargest() {
        for (const double largest : {0.00013, 0.7, 3.0, 14.0, 256.0, 19000.0}) {
            const auto ticks = AxisTicks::above(largest, 4, false);
            QVERIFY(ticks.top >= largest);
            QVERIFY2(ticks.top <= largest * 2.6, qPrintable(QString::number(largest)));
            QVERIFY(qAbs(ticks.count() * ticks.step - ticks.top) < ticks.step * 1e-6);
        }
    }

    void aCountHasWholeTicks() {
        const auto ticks = AxisTicks::above(1, 4, true);
        QCOMPARE(ticks.step, 1.0);
    }

    void anAxisStaysWhileItStillFits() {
        const auto before = AxisTicks::above(14, 4, true);
        QVERIFY(AxisTicks::steady(before, 13, 4, true) == before);
        QVERIFY(AxisTicks::steady(before, 30, 4, true).top >= 30);
    }

    void labelsOfMarkersDoNotOverlapAndStayInside() {
        const auto width = [](const QString& text) { return text.size() * 6.0; };
        for (int crowd = 1; crowd <= 30; ++crowd) {
            std::vector<double> xs;
            std::vector<QString> labels;
            for (int i = 0; i < crowd; ++i) {
                xs.push_back(40 + 250.0 * i / crowd);
                labels.push_back(QStringLiteral("cap %1\u2192%2").arg(i).arg(i + 1));
            }
            const auto placed = placeMarkers(xs, labels, 1, 40, 300, width);
            std::size_t stood = 0;
            for (std::size_t i = 0; i < placed.size(); ++i) {
                QVERIFY(placed[i].left >= 40 - 1e-9);
                QVERIFY(placed[i].left + placed[i].width <= 300 + 1e-9);
                if (i > 0) QVERIFY(placed[i].left >= placed[i - 1].left + placed[i - 1].width);
                stood += placed[i].last - placed[i].first + 1;
            }
            QCOMPARE(stood, xs.size()); // each marker is told of
        }
    }

    void barsAreTheGrowthOfTheCounterAndStack() {
        SnapshotHistory history;
        test::fillBelievably(history);
        const auto spec = consoleCharts()[3];
        const auto data = ChartData::read(spec, history, 0, 60, 300, 30);
        QVERIFY(data.barSeconds > 0);
        double sum = 0;
        for (const auto& series : data.series)
            for (const auto& bar : series) sum += bar.value.value_or(0);
        const auto last = history.newest();
        QCOMPARE(sum, static_cast<double>(last->retriesByCause.at("429") + last->retriesByCause.at("network")));
        QVERIFY(data.largestLeft > 0);
    }

    void aReadingIsWhatTheSnapshotOfThatMomentHolds() {
        SnapshotHistory history;
        test::fillBelievably(history);
        const auto spec = consoleCharts()[0];
        const auto reading = ChartReading::at(spec, history, 15, 0);
        QCOMPARE(*reading.values[1], 4.0);
        QCOMPARE(*ChartReading::at(spec, history, 5, 0).values[1], 1.0);
        QCOMPARE(*ChartReading::at(spec, history, 60, 0).values[1], 14.0);
    }

    void anEmptyHistoryGivesNothingToDraw() {
        const SnapshotHistory history;
        for (const auto& spec : consoleCharts()) QVERIFY(ChartData::read(spec, history, 0, 30, 100, 10).empty);
    }

    void smallMoneyIsWrittenForAThousand() {
        const auto ticks = AxisTicks::above(0.0004, 4, false);
        const auto format = AxisFormat::of(ChartUnit::Money, ticks, "USD");
        QVERIFY(!format.text(ticks.step).isEmpty());
        QVERIFY(format.text(ticks.step) != format.text(2 * ticks.step));
    }
};

QTEST_MAIN(TestChartParts)
#include "tst_chart_parts.moc"
