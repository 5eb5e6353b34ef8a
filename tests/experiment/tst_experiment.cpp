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
        block.ended = block.successes + failuresPerBlock;
        block.attempts = block.ended;
        block.gapSeconds = gapPerBlock * (1 + 0.1 * sway);
        for (int j = 1; j <= 10; ++j) {
            block.tFirstToken.push_back((i * 10 + j) / 1000.0);
            block.tQueue.push_back(0);
        }
        out.blocks.push_back(block);
    }
    return out;
}

/// The same, with the knobs that make it.
MeasuredSetting withKnobs(MeasuredSetting setting, int cap) {
    setting.knobs.emplace();
    setting.knobs->maxConcurrency = cap;
    return setting;
}

bool says(const ResultRecord& record, const std::string& words) { return record.verdictText.find(words) != std::string::npos; }

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
        const auto record = compareSettings(setting(10, 0.2), setting(16, 0.001));
        QVERIFY(record.verdict == ResultRecord::Verdict::Improved);
        QVERIFY2(says(record, "Idle time was eliminated: slots stood idle with work queued for 40.00 % of the window before, 0.20 % now"),
                 record.verdictText.c_str());
        QVERIFY2(record.verdictText.find("Cost per success is lower: 0.62 times") == 0, record.verdictText.c_str()); // 10 / 16 = 0.625
        QVERIFY2(says(record, "The success rate did not fall by more than 1 point (+0.0 points"), record.verdictText.c_str());
    }

    void aGapOfWhichMuchIsLeftWasReducedAndNotEliminated() {
        const auto record = compareSettings(setting(10, 0.25), setting(16, 0.19));
        QVERIFY2(record.verdict == ResultRecord::Verdict::Improved, record.verdictText.c_str());
        QVERIFY2(says(record, "reduced, not eliminated") && says(record, "50.00 %") && says(record, "38.00 %"), record.verdictText.c_str());
        QVERIFY(!says(record, "was eliminated"));
    }

    void aCostThatRoseIsARegressionWhateverTheGapDoes() {
        const auto record = compareSettings(setting(16, 0.2), setting(10, 0.001));
        QVERIFY2(record.verdict == ResultRecord::Verdict::Regressed, record.verdictText.c_str());
        QVERIFY2(record.verdictText.find("Cost per success is higher: 1.60 times the baseline's (95 % 1.") == 0, record.verdictText.c_str());
    }

    void aGapThatFellWithoutASavingIsNoImprovement() {
        const auto record = compareSettings(setting(16, 0.2), setting(16, 0.001));
        QVERIFY2(record.verdict == ResultRecord::Verdict::SurfaceOnly, record.verdictText.c_str());
        QVERIFY2(record.verdictText.find("No change in cost per success is shown: it is 1.00 times") == 0, record.verdictText.c_str());
    }

    /// An interval that reaches below the tolerance does not say that the rate held, and what it does not say is not said.
    void aSuccessRateThatMayHaveFallenIsNotSaidToHaveHeld() {
        auto unsteady = setting(16, 0.001);
        for (std::size_t i = 0; i < unsteady.blocks.size(); ++i)
            if (i % 10 == 0) unsteady.blocks[i].ended += 8;
        auto before = setting(10, 0.2);
        before.blocks[3].ended += 8;
        const auto record = compareSettings(before, unsteady);
        QVERIFY2(record.verdict == ResultRecord::Verdict::SurfaceOnly, record.verdictText.c_str());
        QVERIFY2(says(record, "Whether the success rate fell by more than 1 point cannot be told"), record.verdictText.c_str());
        QVERIFY2(!says(record, "eliminated") && says(record, "The idle gap fell: "), record.verdictText.c_str());
    }

    void sameKnobsAreSaidToBeTheSame() {
        const auto record = compareSettings(withKnobs(setting(10, 0.2), 10), withKnobs(setting(16, 0.01), 10));
        QVERIFY2(record.verdict == ResultRecord::Verdict::SurfaceOnly, record.verdictText.c_str());
        QVERIFY2(!says(record, "eliminated"), record.verdictText.c_str());
        QVERIFY2(says(record, "Both have the same knobs: nothing was turned, so a difference is the server's load or chance."), record.verdictText.c_str());
        const auto turned = compareSettings(withKnobs(setting(4, 0.001), 4), withKnobs(setting(16, 0.001), 16));
        QVERIFY(!says(turned, "same knobs") && says(turned, "the cap, the connections, the retries"));
        const auto same = compareSettings(withKnobs(setting(4, 0.001), 4), withKnobs(setting(16, 0.001), 4));
        QVERIFY(says(same, "same knobs") && !says(same, "the cap, the connections, the retries"));
    }

    void moneyInTwoCurrenciesIsNotCompared() {
        auto euro = setting(10, 0.2), dollar = setting(16, 0.01);
        euro.currency = "EUR";
        euro.tokensBilled = dollar.tokensBilled = true;
        for (auto* side : {&euro, &dollar})
            for (auto& block : side->blocks) block.avoidableCost = 1;
        const auto record = compareSettings(euro, dollar);
        for (const char* metric : {"cost_per_success", "avoidable_cost_per_hour"}) {
            const auto row = rowOf(record, metric);
            QVERIFY(row.baseline && row.controlled && !row.ratio && !row.interval);
            QCOMPARE(row.unit, std::string("EUR against USD"));
            QVERIFY(row.interpretation.find("In two currencies: not compared.") != std::string::npos);
        }
        QVERIFY(rowOf(record, "successes_per_hour").ratio);
        QVERIFY2(record.verdictText.find("Cost per success cannot be compared: it is in EUR against USD. Successes per hour are higher: 1.60 times") == 0,
                 record.verdictText.c_str());
        QVERIFY(record.verdict == ResultRecord::Verdict::SurfaceOnly);
    }

    void withoutAPriceTheRateOfSuccessesStandsForTheCost() {
        auto before = setting(10, 0.2), after = setting(16, 0.01);
        before.costPerHour = after.costPerHour = 0;
        const auto record = compareSettings(before, after);
        QVERIFY2(record.verdictText.find("Cost per success cannot be told: no cost per hour was set on both sides. Successes per hour are higher: 1.60 times") == 0,
                 record.verdictText.c_str());
        QVERIFY(record.verdict == ResultRecord::Verdict::Improved);
        QVERIFY(compareSettings(after, before).verdict == ResultRecord::Verdict::Regressed);
    }

    void twoRunsAreNamedBesideTheirSettings() {
        auto before = setting(10, 0.2), after = setting(16, 0.01);
        before.name = "cap 10, setting 1";
        after.name = "cap 16, setting 2";
        before.runId = after.runId = "0123456789abcdef0123456789abcdef";
        QCOMPARE(compareSettings(before, after).controlledName, std::string("cap 16, setting 2"));
        after.runId = "fedcba9876543210fedcba9876543210";
        QCOMPARE(compareSettings(before, after).baselineName, std::string("run 01234567: cap 10, setting 1"));
        QCOMPARE(compareSettings(before, after).controlledName, std::string("run fedcba98: cap 16, setting 2"));
        before.runName = after.runName = "night";
        QCOMPARE(compareSettings(before, after).controlledName, std::string("night (fedcba98): cap 16, setting 2"));
    }

    /// A stretch in which the server was slow makes all that waited for it slow: twenty stretches are twenty observations, not 4,000.
    void theIntervalOfAPercentileIsOverStretchesOfTime() {
        auto before = setting(10, 0), after = setting(10, 0);
        for (auto* side : {&before, &after})
            for (std::size_t i = 0; i < side->blocks.size(); ++i)
                side->blocks[i].tFirstToken.assign(200, i == 7 || i == 13 ? 2.0 : 1.0); // a tenth of the time
        const auto interval = rowOf(compareSettings(before, after), "t_first_token_p95").interval;
        QVERIFY(interval);
        QCOMPARE(interval->low, 0.5); // now and then no slow stretch is drawn, or but one
        QCOMPARE(interval->high, 2.0);
        before.blocks.resize(7);
        QVERIFY(!rowOf(compareSettings(before, after), "t_first_token_p95").interval);
    }

    /// Paid for, so it counts for cost; no gap, so it does not count there.
    void theWholeRunsPauseCountsForItsCostAndNotForItsGap() {
        auto paused = setting(10, 0.1);
        paused.pausedSeconds = 10;
        const auto record = compareSettings(setting(10, 0.1), paused);
        QCOMPARE(*rowOf(record, "cost_per_success").ratio, 2.0);
        QCOMPARE(*rowOf(record, "gap_fraction").ratio, 1.0);
    }

    /// "If gap_opt is not materially lower than gap_base, you did not eliminate idle time; you changed surface metrics."
    void aCheaperSettingWithTheSameGapChangedSurfaceMetrics() {
        const auto record = compareSettings(setting(4, 0.001), setting(16, 0.001));
        QVERIFY(record.verdict == ResultRecord::Verdict::SurfaceOnly);
        QVERIFY2(says(record, "The idle gap is not materially lower"), record.verdictText.c_str());
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
