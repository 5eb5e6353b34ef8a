#include "engine/base/cost.h"

#include <QTest>

using namespace penstock::cost;

class TestCost : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// "R_success: successful completions per hour (success_count / window_hours)".
    void successesPerHourIsTheCountOverTheWindowInHours() {
        QCOMPARE(*successesPerHour(160, 1800), 320.0);
        QCOMPARE(*successesPerHour(0, 10), 0.0);
        QVERIFY(!successesPerHour(5, 0));
    }

    /// "cost_per_success = C_hour / R_success".
    void costPerSuccessIsTheHourlyCostOverTheSuccessesPerHour() {
        QCOMPARE(*costPerSuccess(2.5, 1000.0), 0.0025);
        QVERIFY(!costPerSuccess(2.5, 0.0));
        QVERIFY(!costPerSuccess(2.5, std::nullopt));
        QVERIFY(!costPerSuccess(0, 1000.0));
    }

    /// "R_success ≈ cap / E[t_in_flight] * 3600".
    void theUpperBoundIsTheCapOverTheMeanTimeInFlight() {
        QCOMPARE(*upperBoundPerHour(14, 2.0), 25200.0);
        QVERIFY(!upperBoundPerHour(14, 0.0));
        QVERIFY(!upperBoundPerHour(14, std::nullopt));
        QVERIFY(!upperBoundPerHour(0, 2.0));
    }

    void costPerMillionOutputTokensIsTheWindowsCostOverTheTokens() {
        QCOMPARE(*costPerMillionOutputTokens(3.0, 1200, 500'000), 2.0);
        QVERIFY(!costPerMillionOutputTokens(3.0, 1200, std::nullopt));
        QVERIFY(!costPerMillionOutputTokens(3.0, 1200, 0));
        QVERIFY(!costPerMillionOutputTokens(3.0, 0, 5));
        QVERIFY(!costPerMillionOutputTokens(0, 1200, 5));
    }

    /// "avoidable_cost = (tokens_wasted_on_retries + tokens_wasted_on_restarts) * price_per_token".
    void avoidableCostIsTheWastedTokensAtThePriceOfATokenOutOfAMillion() {
        QCOMPARE(*avoidableCost(250'000, 2.0), 0.5);
        QCOMPARE(*avoidableCost(0, 2.0), 0.0);
        QVERIFY(!avoidableCost(250'000, 0));
    }
};

QTEST_GUILESS_MAIN(TestCost)
#include "tst_cost.moc"
