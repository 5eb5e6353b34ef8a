#include "tests/ui/support/believable_history.h"
#include "ui/charts/axis_ticks.h"
#include "ui/charts/chart_data.h"
#include "ui/charts/chart_specs.h"
#include "ui/charts/legend_layout.h"
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
            const auto placed = placeMarkers(xs, labels, 40, 300, width);
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

    void aMarkersLabelIsNeverCutShort() {
        const auto width = [](const QString& text) { return text.size() * 6.0; };
        const std::vector<QString> labels{QStringLiteral("cap 1\u21924"), QStringLiteral("cap 4\u219228"), QStringLiteral("cap 28\u219230")};
        for (double step = 1; step < 80; step += 1) {
            for (const auto& placed : placeMarkers({50, 50 + step, 50 + 2 * step}, labels, 40, 220, width)) {
                const auto of = labels[placed.first];
                const bool whole = placed.text == of, present = placed.text == of.mid(of.indexOf(QChar(0x2192)));
                const bool together = placed.text == QStringLiteral("%1 changes").arg(placed.last - placed.first + 1) && placed.last > placed.first;
                QVERIFY2(whole || present || together || placed.text.isEmpty(), qPrintable(placed.text));
            }
        }
        // At the right edge, where the axis begins, the words turn to the left.
        const auto atEdge = placeMarkers({218}, {labels[2]}, 40, 220, width);
        QCOMPARE(atEdge.front().text, labels[2]);
        QCOMPARE(atEdge.front().left, 218 - 4 - 54.0);
    }

    void aLegendNamesEveryLineAtEverySize() {
        const std::vector<LegendWidths> three{{40, 50}, {40, 50}, {40, 50}};
        // Beside the title, in full.
        auto layout = LegendLayout::of(three, {300, 320, 1, 2}, 10);
        QCOMPARE(layout.rows, 0);
        QVERIFY(layout.places[2].value);
        QCOMPARE(layout.places[2].left, 210.0);
        // Below it, in full.
        layout = LegendLayout::of(three, {100, 320, 1, 2}, 10);
        QCOMPARE(layout.rows, 1);
        QVERIFY(layout.places[2].value);
        // Wrapped in full where rows are worth it, without figures where they are not.
        layout = LegendLayout::of(three, {0, 200, 2, 2}, 10);
        QCOMPARE(layout.rows, 2);
        QVERIFY(layout.places[2].value);
        layout = LegendLayout::of(three, {0, 200, 1, 2}, 10);
        QCOMPARE(layout.rows, 1);
        QVERIFY(!layout.places[0].value);
        for (double room = 400; room > 30; room -= 7) {
            layout = LegendLayout::of(three, {room / 2, room, 1, 2}, 10);
            QCOMPARE(layout.places.size(), three.size());
            QVERIFY(layout.rows <= 2);
            for (const auto& place : layout.places) QVERIFY(place.width > 0 && (place.row == 0 || place.left + place.width <= room + 1e-9));
        }
    }

    void theFirstSuccessDoesNotPressTheRestFlat() {
        SnapshotHistory history;
        for (int i = 1; i <= 300; ++i) {
            auto s = std::make_shared<Snapshot>();
            s->elapsedSeconds = i / 10.0;
            s->currency = "USD";
            s->successes = static_cast<std::uint64_t>(i / 4);
            if (s->successes > 0) s->costPerSuccess = s->window.costPerSuccess = i < 20 ? 0.1 : 0.001;
            history.add(std::move(s));
        }
        const auto spec = consoleCharts()[4];
        QCOMPARE(ChartData::read(spec, history, 0, 30, 300, 10).largestLeft, 0.001);
        // Nothing else in view: then it is what there is to see.
        QCOMPARE(ChartData::read(spec, history, 0, 1.5, 300, 10).largestLeft, 0.1);
    }

    void aBarIsReadAtItsRightEdge() {
        SnapshotHistory history;
        test::fillBelievably(history);
        const auto reading = ChartReading::at(consoleCharts()[3], history, 60, 5);
        QVERIFY(reading.values[0].value_or(0) > 0);
    }

    void eachCauseOfRetriesHasItsSeriesAndNoneIsLost() {
        Snapshot s;
        for (const char* code : {"429", "503", "529", "5xx", "network", "stale_connection", "connect_timeout", "first_token_timeout", "idle_timeout",
                                 "attempt_timeout", "stream_error", "cut_stream", "refused_stream", "restart"})
            s.retriesByCause[code] = 1;
        s.retriesByCause["a_later_version"] = 7;
        const auto spec = consoleCharts()[3];
        for (const auto& series : spec.series) {
            if (series.name == QStringLiteral("other")) {
                QCOMPARE(*series.value(s), 7.0);
                continue;
            }
            QCOMPARE(s.retriesByCause.count(series.name.toStdString()), std::size_t(1));
            QCOMPARE(*series.value(s), 1.0);
            QVERIFY(!series.meaning.isEmpty());
        }
        QCOMPARE(spec.series.size(), s.retriesByCause.size());
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

    void smallMoneyIsWrittenForOneSuccessAsItsLegendIs() {
        const auto ticks = AxisTicks::above(0.0000042, 4, false);
        const auto format = AxisFormat::of(ChartUnit::Money, ticks, "USD");
        QCOMPARE(format.factor, 1.0);
        QCOMPARE(format.text(2 * ticks.step), QStringLiteral("$0.000004"));
    }
};

QTEST_MAIN(TestChartParts)
#include "tst_chart_parts.moc"
