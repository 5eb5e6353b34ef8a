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
    void theUpperBoundIsTheCapOverTheSlotTimeOfASuccess() {
        QCOMPARE(*upperBoundPerHour(14, 20.0, 10, 60), 25200.0); // 2 s each
        QVERIFY(!upperBoundPerHour(14, 0.0, 10, 60));
        QVERIFY(!upperBoundPerHour(0, 20.0, 10, 60));
        QVERIFY(!upperBoundPerHour(14, 20.0, 10, 0));
    }

    /// Refusals in 2 ms each promise nothing, and retries take slot time that no success gets.
    void attemptsThatFailFastLiftNoUpperBound() {
        QVERIFY(!upperBoundPerHour(14, 0.2, 0, 60));
        QCOMPARE(*upperBoundPerHour(2, 8.0 + 2.0, 4, 60), 2880.0); // 4 of 2 s, and 2 s of refusals
    }

    /// Slots are held for `cap * window` at the most, so the bound is not below what was reached; nor is it when a lowered cap
    /// leaves more in flight for a while.
    void noValueStandsAboveItsUpperBound() {
        QCOMPARE(*upperBoundPerHour(3, 30.0, 7, 10), *successesPerHour(7, 10));
        QCOMPARE(*upperBoundPerHour(2, 30.0, 7, 10), *successesPerHour(7, 10));
    }

    /// "gap: time where queue > 0 and in_flight < cap".
    void theGapIsAPartOfTheWindowWithoutItsPauses() {
        QCOMPARE(*gapFraction(1, 20, 0), 0.05);
        QCOMPARE(*gapFraction(1, 20, 10), 0.1);
        QVERIFY(!gapFraction(0, 10, 10));
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
