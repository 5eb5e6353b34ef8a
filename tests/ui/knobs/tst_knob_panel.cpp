// The panel, turned with mouse and keyboard, against a clock moved by hand.
#include "tests/ui/knobs/panel_bench.h"

#include <QAction>

using namespace penstock;
using namespace penstock::ui;
using namespace std::chrono_literals;

class TstKnobPanel final : public QObject, ui::test::PanelTest {
    Q_OBJECT

private Q_SLOTS:
    void init() { openPanel(); }
    void cleanup() { closePanel(); }

    void aTypedCapIsAppliedAtEnterAndIsOneStep() {
        auto& b = *bench_;
        b.type("max-concurrency", "40", Qt::Key_unknown);
        b.clock.advance(10s);
        QCOMPARE(b.asked.size(), 0u);
        QTest::keyClick(b.field("max-concurrency"), Qt::Key_Return);
        QCOMPARE(b.asked.size(), 1u);
        Knobs expected;
        expected.maxConcurrency = 40;
        QCOMPARE(b.last(), expected);
        QCOMPARE(b.panel->knobs(), expected);
        QCOMPARE(b.undo.count(), 1);
        QCOMPARE(b.undo.undoText(), QStringLiteral("In-flight cap 14 to 40"));
    }

    void aTypedCapIsAppliedWhenTheFocusLeaves() {
        auto& b = *bench_;
        b.type("max-concurrency", "9", Qt::Key_Tab);
        QVERIFY(!b.field("max-concurrency")->hasFocus());
        QCOMPARE(b.asked.size(), 1u);
        QCOMPARE(b.last().maxConcurrency, 9);
    }

    void whatIsTypedCountsWhenARunStarts() {
        auto& b = *bench_;
        b.type("max-concurrency", "21", Qt::Key_unknown);
        b.panel->flush();
        QCOMPARE(b.asked.size(), 1u);
        QCOMPARE(b.last().maxConcurrency, 21);
    }

    void escapeTakesBackWhatIsTyped() {
        auto& b = *bench_;
        b.type("max-concurrency", "40", Qt::Key_Escape);
        QCOMPARE(b.field("max-concurrency")->text(), QStringLiteral("14"));
        b.type("max-concurrency", "none at all");
        QVERIFY(!b.reason("max-concurrency").isEmpty());
        QTest::keyClick(b.field("max-concurrency"), Qt::Key_Escape);
        QCOMPARE(b.field("max-concurrency")->text(), QStringLiteral("14"));
        QCOMPARE(b.reason("max-concurrency"), QString());
        QCOMPARE(b.asked.size(), 0u);
    }

    void aDragIsOneStepAndOneApplyAtItsRelease() {
        auto& b = *bench_;
        auto* slider = b.slider("max-concurrency");
        QTest::mousePress(slider, Qt::LeftButton, {}, b.stop(slider, 13));
        for (int index = 14; index <= slider->maximum(); ++index) {
            QTest::mouseMove(slider, b.stop(slider, index));
            b.clock.advance(3ms);
        }
        QCOMPARE(b.asked.size(), 0u);
        QCOMPARE(b.field("max-concurrency")->text(), QStringLiteral("1000"));
        QTest::mouseRelease(slider, Qt::LeftButton, {}, b.stop(slider, slider->maximum()));
        QCOMPARE(b.asked.size(), 1u);
        QCOMPARE(b.last().maxConcurrency, 1000);
        QCOMPARE(b.undo.count(), 1);
        b.clock.advance(10s);
        QCOMPARE(b.asked.size(), 1u);
        b.undo.undo();
        QCOMPARE(b.last().maxConcurrency, 14);
        QCOMPARE(b.field("max-concurrency")->text(), QStringLiteral("14"));
    }

    void aDragThatRestsIsAppliedAfter150MillisecondsAndStaysOneStep() {
        auto& b = *bench_;
        auto* slider = b.slider("max-concurrency");
        QTest::mousePress(slider, Qt::LeftButton, {}, b.stop(slider, 13));
        QTest::mouseMove(slider, b.stop(slider, 24));
        b.clock.advance(149ms);
        QCOMPARE(b.asked.size(), 0u);
        b.clock.advance(1ms);
        QCOMPARE(b.asked.size(), 1u);
        QTest::mouseMove(slider, b.stop(slider, 40));
        b.clock.advance(5s);
        QCOMPARE(b.asked.size(), 2u);
        QTest::mouseMove(slider, b.stop(slider, 0));
        QTest::mouseRelease(slider, Qt::LeftButton, {}, b.stop(slider, 0));
        QCOMPARE(b.asked.size(), 3u);
        QCOMPARE(b.last().maxConcurrency, 1);
        QCOMPARE(b.undo.count(), 1);
        QCOMPARE(b.undo.undoText(), QStringLiteral("In-flight cap 14 to 1"));
    }

    void twoDragsAreTwoSteps() {
        auto& b = *bench_;
        auto* slider = b.slider("max-concurrency");
        for (const int index : {20, 30}) {
            QTest::mousePress(slider, Qt::LeftButton, {}, b.stop(slider, 13));
            QTest::mouseMove(slider, b.stop(slider, index));
            QTest::mouseRelease(slider, Qt::LeftButton, {}, b.stop(slider, index));
            b.clock.advance(200ms);
        }
        QCOMPARE(b.undo.count(), 2);
    }

    void theCapsSliderIsComfortableTo64AndReaches1000() {
        const auto& steps = bench_->slider("max-concurrency")->steps();
        QCOMPARE(steps.front(), 1.0);
        QCOMPARE(steps.back(), 1000.0);
        const auto upTo64 = std::count_if(steps.begin(), steps.end(), [](double step) { return step <= 64; });
        QCOMPARE(upTo64, 32);
        QCOMPARE(steps.size(), 48u);
        for (int cap = 1; cap <= 16; ++cap)
            QVERIFY(std::find(steps.begin(), steps.end(), cap) != steps.end());
    }

    void arrowKeysTurnTheCapByOneAndKeysInARowAreOneStep() {
        auto& b = *bench_;
        auto* field = b.field("max-concurrency");
        field->setFocus();
        for (int press = 0; press < 3; ++press) {
            QTest::keyClick(field, Qt::Key_Up);
            b.clock.advance(50ms);
        }
        QCOMPARE(field->text(), QStringLiteral("17"));
        QCOMPARE(b.asked.size(), 0u);
        b.clock.advance(150ms);
        QCOMPARE(b.asked.size(), 1u);
        QCOMPARE(b.last().maxConcurrency, 17);
        b.clock.advance(2s);
        QTest::keyClick(field, Qt::Key_PageDown);
        b.clock.advance(1s);
        QCOMPARE(b.last().maxConcurrency, 7);
        QCOMPARE(b.undo.count(), 2);
        auto* slider = b.slider("max-concurrency");
        slider->setFocus();
        QTest::keyClick(slider, Qt::Key_Right);
        b.clock.advance(1s);
        QCOMPARE(b.last().maxConcurrency, 8);
        b.panel->changeCap(-20);
        b.panel->changeCap(2);
        b.clock.advance(150ms);
        QCOMPARE(b.last().maxConcurrency, 3);
    }

    void theWheelTurnsOnlyWhatHasTheFocus() {
        auto& b = *bench_;
        auto* slider = b.slider("max-concurrency");
        b.panel->find();
        const auto turn = [&](QWidget* at) {
            QWheelEvent event(QPointF(5, 5), at->mapToGlobal(QPointF(5, 5)), {}, {0, 120}, Qt::NoButton, {},
                              Qt::NoScrollPhase, false);
            QApplication::sendEvent(at, &event);
        };
        turn(slider);
        turn(b.field("max-concurrency"));
        b.clock.advance(1s);
        QCOMPARE(b.asked.size(), 0u);
        b.field("max-concurrency")->setFocus();
        turn(b.field("max-concurrency"));
        b.clock.advance(1s);
        QCOMPARE(b.asked.size(), 1u);
        QCOMPARE(b.last().maxConcurrency, 15);
    }

    void aRefusedValueKeepsItsTextSaysWhyAndAppliesNothing() {
        auto& b = *bench_;
        b.type("first-token-timeout", "10m");
        QCOMPARE(b.field("first-token-timeout")->text(), QStringLiteral("10m"));
        QCOMPARE(b.reason("first-token-timeout"),
                 QStringLiteral("is above \u201cWhole attempt\u201d, so it could never act"));
        QCOMPARE(b.field("first-token-timeout")->accessibleDescription(), b.reason("first-token-timeout"));
        QCOMPARE(b.asked.size(), 0u);
        QCOMPARE(b.undo.count(), 0);

        // Nothing is applied until the set is valid again: another knob waits, and says for what.
        b.type("max-concurrency", "20");
        b.clock.advance(1s);
        QCOMPARE(b.asked.size(), 0u);
        QVERIFY(b.reason("max-concurrency").startsWith(QStringLiteral("waits: \u201cFirst token\u201d is above")));
        QCOMPARE(b.field("first-token-timeout")->text(), QStringLiteral("10m"));

        b.type("attempt-timeout", "12m");
        QCOMPARE(b.asked.size(), 1u);
        Knobs expected;
        expected.maxConcurrency = 20;
        expected.firstTokenTimeout = 10min;
        expected.attemptTimeout = 12min;
        QCOMPARE(b.last(), expected);
        QCOMPARE(b.reason("first-token-timeout"), QString());
        QCOMPARE(b.reason("max-concurrency"), QString());
        QCOMPARE(b.undo.count(), 1);
        b.undo.undo();
        QCOMPARE(b.last(), Knobs{});
    }

    void nothingIsAppliedWhileAnotherFieldHoldsNoValue() {
        auto& b = *bench_;
        b.type("idle-timeout", "soon");
        b.type("max-concurrency", "20");
        b.clock.advance(1s);
        QCOMPARE(b.asked.size(), 0u);
        QCOMPARE(b.field("idle-timeout")->text(), QStringLiteral("soon"));
        b.type("idle-timeout", "9s");
        QCOMPARE(b.asked.size(), 1u);
        QCOMPARE(b.last().maxConcurrency, 20);
        QVERIFY(b.last().idleTimeout == 9s);
    }

    void textThatIsNoValueIsRefusedBesideItsField_data() {
        QTest::addColumn<QString>("word");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("reason");
        QTest::newRow("cap 0") << "max-concurrency"
                               << "0"
                               << "must be between 1 and 100000";
        QTest::newRow("cap above") << "max-concurrency"
                                   << "100001"
                                   << "must be between 1 and 100000";
        QTest::newRow("cap in words") << "max-concurrency"
                                      << "many"
                                      << "must be a whole number";
        QTest::newRow("cap negative") << "max-concurrency"
                                      << "-3"
                                      << "must be between 1 and 100000";
        QTest::newRow("cap nothing") << "max-concurrency"
                                     << " "
                                     << "needs a value";
        QTest::newRow("time") << "idle-timeout"
                              << "5 parsecs"
                              << "must be a time such as 0.5, 500ms, 30s or 5m";
        QTest::newRow("time 0") << "idle-timeout"
                                << "0"
                                << "must be longer than 0";
        QTest::newRow("time for ever") << "deadline"
                                       << "721h"
                                       << "must be 30 days or less";
        QTest::newRow("money") << "cost-per-hour"
                               << "-1"
                               << "must be 0 or more";
        QTest::newRow("not finite") << "cost-per-hour"
                                    << "inf"
                                    << "must be an amount such as 2.50";
        QTest::newRow("text") << "degrade-overrides"
                              << "[1]"
                              << "must be a JSON object";
        QTest::newRow("currency") << "currency"
                                  << "doubloons"
                                  << "must be a code such as USD";
        QTest::newRow("size") << "max-line-bytes"
                              << "1 B"
                              << "must be 64 or more";
    }
    void textThatIsNoValueIsRefusedBesideItsField() {
        auto& b = *bench_;
        QFETCH(QString, word);
        QFETCH(QString, typed);
        QFETCH(QString, reason);
        b.type(word, typed);
        b.clock.advance(1s);
        QCOMPARE(b.reason(word), reason);
        QCOMPARE(b.control(word)->property("text").toString(), typed);
        QCOMPARE(b.control(word)->property("problem").toBool(), true);
        QCOMPARE(b.asked.size(), 0u);
        QCOMPARE(b.undo.count(), 0);
    }

    void timesReadAsPeopleWriteThem_data() {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<qint64>("milliseconds");
        QTest::addColumn<QString>("shown");
        QTest::newRow("ms") << "500ms" << qint64{500} << "500 ms";
        QTest::newRow("s") << "45s" << qint64{45'000} << "45 s";
        QTest::newRow("bare") << "1.5" << qint64{1500} << "1.5 s";
        QTest::newRow("m") << "2m" << qint64{120'000} << "2 min";
        QTest::newRow("min") << "4 min" << qint64{240'000} << "4 min";
        QTest::newRow("odd") << "90s" << qint64{90'000} << "90 s";
    }
    void timesReadAsPeopleWriteThem() {
        auto& b = *bench_;
        QFETCH(QString, typed);
        QFETCH(qint64, milliseconds);
        QFETCH(QString, shown);
        b.type("first-token-timeout", typed);
        QCOMPARE(b.asked.size(), 1u);
        QVERIFY(b.last().firstTokenTimeout == std::chrono::milliseconds{milliseconds});
        QCOMPARE(b.field("first-token-timeout")->text(), shown);
        // What is shown reads back as the same.
        b.type("first-token-timeout", shown);
        QCOMPARE(b.asked.size(), 1u);
        QCOMPARE(b.undo.count(), 1);
    }

    void choicesAndSwitchesAreAppliedAtOnce() {
        auto& b = *bench_;
        auto* reuse = b.panel->findChild<Segmented*>(QStringLiteral("knob-connection-reuse"));
        QTest::mouseClick(reuse->buttons()[1], Qt::LeftButton);
        QCOMPARE(b.asked.size(), 1u);
        QCOMPARE(b.last().connectionReuse, ConnectionReuse::Never);
        QCOMPARE(b.undo.undoText(), QStringLiteral("Reuse Pooled to Never"));
        QTest::mouseClick(b.control("prewarm"), Qt::LeftButton, {}, QPoint(10, 10));
        QCOMPARE(b.asked.size(), 2u);
        QCOMPARE(b.last().prewarm, false);
        reuse->buttons()[1]->setFocus();
        QTest::keyClick(reuse->buttons()[1], Qt::Key_Left);
        QCOMPARE(b.last().connectionReuse, ConnectionReuse::Pooled);
        QCOMPARE(b.undo.count(), 3);
    }

    void degradeWaitsUntilItIsSaidWhatItChanges() {
        auto& b = *bench_;
        auto* full = b.panel->findChild<Segmented*>(QStringLiteral("knob-queue-policy"));
        QTest::mouseClick(full->buttons()[2], Qt::LeftButton);
        QCOMPARE(full->current(), 2);
        QCOMPARE(b.asked.size(), 0u);
        QVERIFY(b.reason("degrade-overrides").startsWith(QStringLiteral("must say what")));
        b.type("degrade-overrides", "{\"max_tokens\": 32}");
        QCOMPARE(b.asked.size(), 1u);
        QCOMPARE(b.last().queuePolicy, QueuePolicy::Degrade);
        QCOMPARE(QString::fromStdString(b.last().degradeOverrides), QStringLiteral("{\"max_tokens\": 32}"));
    }

    void resetShowsOnAChangedKnobAndBringsItsDefaultBack() {
        auto& b = *bench_;
        QVERIFY(!b.reset("max-concurrency")->isVisible());
        b.type("max-concurrency", "33");
        QVERIFY(b.reset("max-concurrency")->isVisible());
        QCOMPARE(b.reset("max-concurrency")->accessibleName(), QStringLiteral("Reset In-flight cap to 14"));
        QTest::mouseClick(b.reset("max-concurrency"), Qt::LeftButton);
        QCOMPARE(b.asked.size(), 2u);
        QCOMPARE(b.last(), Knobs{});
        QVERIFY(!b.reset("max-concurrency")->isVisible());
        b.type("max-concurrency", "nonsense");
        QTest::mouseClick(b.reset("max-concurrency"), Qt::LeftButton);
        QCOMPARE(b.field("max-concurrency")->text(), QStringLiteral("14"));
        QCOMPARE(b.reason("max-concurrency"), QString());
        QCOMPARE(b.asked.size(), 2u);
    }
};

QTEST_MAIN(TstKnobPanel)
#include "tst_knob_panel.moc"
