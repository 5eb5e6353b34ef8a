#include "engine/base/knob_changes.h"

#include <QTest>

using namespace penstock;

class TestKnobChanges : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatWasTurnedIsNamedInTheOrderOfTheKnobs() {
        Knobs before, after;
        before.maxConcurrency = 4;
        after.maxConcurrency = 14;
        after.jitter = Jitter::None;
        after.idleTimeout = std::chrono::milliseconds{2500};
        const auto changes = changesBetween(before, after);
        QCOMPARE(changes.size(), std::size_t{3});
        QCOMPARE(describe(changes), std::string("max-concurrency 4 to 14, idle-timeout 30.0 to 2.5, jitter full to none"));
    }

    void nothingTurnedIsNoChange() {
        QVERIFY(changesBetween(Knobs{}, Knobs{}).empty());
        QCOMPARE(describe({}), std::string("nothing"));
    }

    void anEmptyTextReadsAsNothing() {
        Knobs after;
        after.degradeOverrides = R"({"max_tokens":64})";
        QCOMPARE(describe(changesBetween(Knobs{}, after)), std::string(R"(degrade-overrides nothing to {"max_tokens":64})"));
    }
};

QTEST_APPLESS_MAIN(TestKnobChanges)
#include "tst_knob_changes.moc"
