#include "engine/experiment/experiment.h"

#include <QTest>

using namespace penstock;

namespace {

/// Twenty stretches of half a second with as many successes each; every other one has one more or less.
MeasuredSetting setting(double successesPerBlock, double gapPerBlock, double failuresPerBlock = 0) {
    MeasuredSetting out;
    out.costPerHour = 2;
    out.cap = static_cast<int>(successesPerBlock);
    out.blockSeconds = 0.5;
    for (int i = 0; i < 20; ++i) {
        MeasuredSetting::Block block;
        const double sway = i % 2 == 0 ? 1 : -1;
        block.successes = successesPerBlock + sway;
        block.failures = failuresPerBlock;
        block.attempts = block.successes + block.failures;
        block.gapSeconds = gapPerBlock * (1 + 0.1 * sway);
        out.blocks.push_back(block);
    }
    for (int i = 1; i <= 200; ++i) {
        out.tFirstToken.push_back(i / 1000.0);
        out.tQueue.push_back(0);
    }
    return out;
}

RecordRow rowOf(const ResultRecord& record, const std::string& metric) {
    for (const auto& row : record.rows)
        if (row.metric == metric) return row;
    return {};
}

} // namespace

class TestExperiment : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// "cost_per_success_opt / cost_per_success_base = R_success_base / R_success_opt"
    void theCostRatioIsTheInverseOfTheRatioOfRates() {
        const auto record = compareSettings(setting(4, 0), setting(16, 0));
        const auto cost = rowOf(record, "cost_per_success");
        const auto rate = rowOf(record, "successes_per_hour");
        QCOMPARE(*cost.baseline, 2.0 / (80 * 360));   // 80 successes in 10 s
        QCOMPARE(*cost.controlled, 2.0 / (320 * 360));
        QCOMPARE(*cost.ratio, 0.25);
        QCOMPARE(*rate.ratio, 4.0);
        QVERIFY(cost.interval && cost.interval->low < 0.25 && cost.interval->high > 0.25);
        QVERIFY(cost.interval->low > 0.2 && cost.interval->high < 0.32);
    }

    void theSeedsSevenMetricsComeFirstAndInItsOrder() {
        const auto record = compareSettings(setting(4, 0), setting(16, 0));
        const char* order[] = {"new_connections_per_success", "in_flight_cap", "t_queue_p95", "t_first_token_p95", "gap_fraction", "retry_rate", "success_rate"};
        for (std::size_t i = 0; i < std::size(order); ++i) QCOMPARE(record.rows[i].metric, std::string(order[i]));
        QCOMPARE(*rowOf(record, "t_first_token_p95").baseline, 0.19);
        QCOMPARE(*rowOf(record, "in_flight_cap").ratio, 4.0);
    }

    void aLowerGapAtAnUnchangedSuccessRateIsIdleTimeEliminated() {
        const auto record = compareSettings(setting(10, 0.2), setting(16, 0.01));
        QVERIFY(record.verdict == ResultRecord::Verdict::Improved);
        QVERIFY2(record.verdictText.find("Idle time was eliminated") == 0, record.verdictText.c_str());
    }

    /// "If gap_opt is not materially lower than gap_base, you did not eliminate idle time; you changed surface metrics."
    void aCheaperSettingWithTheSameGapChangedSurfaceMetrics() {
        const auto record = compareSettings(setting(4, 0.001), setting(16, 0.001));
        QVERIFY(record.verdict == ResultRecord::Verdict::SurfaceOnly);
        QVERIFY2(record.verdictText.find("Surface metrics changed") == 0, record.verdictText.c_str());
        QVERIFY2(record.verdictText.find("0.25 times") != std::string::npos, record.verdictText.c_str());
    }

    void aGapThatIsLowerByAHairIsNotMaterial() {
        QVERIFY(compareSettings(setting(10, 0.002), setting(10, 0.0001)).verdict == ResultRecord::Verdict::SurfaceOnly);
    }

    void moreFailuresAreARegressionWhateverTheGapDoes() {
        const auto record = compareSettings(setting(10, 0.2), setting(16, 0.01, 8));
        QVERIFY(record.verdict == ResultRecord::Verdict::Regressed);
        QVERIFY2(record.verdictText.find("success rate fell by 33.3 points") != std::string::npos, record.verdictText.c_str());
    }

    void tooFewSamplesAreAVerdictToo() {
        auto small = setting(4, 0);
        small.blocks.resize(7);
        QVERIFY(compareSettings(small, setting(16, 0)).verdict == ResultRecord::Verdict::TooFewSamples);
        QVERIFY(compareSettings(setting(1, 0), setting(16, 0)).verdict == ResultRecord::Verdict::TooFewSamples);
        QVERIFY(!rowOf(compareSettings(small, setting(16, 0)), "cost_per_success").interval);
    }

    void whatWasNotMeasuredHasNoRatio() {
        auto free = setting(4, 0);
        free.costPerHour = 0;
        const auto cost = rowOf(compareSettings(free, setting(16, 0)), "cost_per_success");
        QVERIFY(!cost.baseline);
        QVERIFY(cost.controlled);
        QVERIFY(!cost.ratio);
        QVERIFY(!cost.interval);
    }

    void theSameNumbersGiveTheSameRecord() {
        const auto once = compareSettings(setting(10, 0.2), setting(16, 0.01)), again = compareSettings(setting(10, 0.2), setting(16, 0.01));
        QCOMPARE(once.verdictText, again.verdictText);
        for (std::size_t i = 0; i < once.rows.size(); ++i) {
            QCOMPARE(once.rows[i].interval.has_value(), again.rows[i].interval.has_value());
            if (once.rows[i].interval) QCOMPARE(once.rows[i].interval->low, again.rows[i].interval->low);
        }
    }

    void aSimulatedSideMakesTheRecordSimulated() {
        auto simulated = setting(4, 0);
        simulated.simulated = true;
        QVERIFY(compareSettings(simulated, setting(4, 0)).simulated);
        QVERIFY(compareSettings(setting(4, 0), simulated).simulated);
        QVERIFY(!compareSettings(setting(4, 0), setting(4, 0)).simulated);
    }
};

QTEST_APPLESS_MAIN(TestExperiment)
#include "tst_experiment.moc"
