// The panel, turned with mouse and keyboard, against a clock moved by hand.
#include "engine/base/knob_catalog.h"
#include "tests/ui/knobs/panel_bench.h"

#include <QAccessible>

using namespace penstock;
using namespace penstock::ui;
using namespace std::chrono_literals;

class TstKnobTurning final : public QObject, ui::test::PanelTest {
    Q_OBJECT

    KnobRow& row(std::string_view word) { return bench_->row(word); }
    QString fieldText(std::string_view word) { return row(word).field()->text(); }

private Q_SLOTS:
    void init() { openPanel(); }
    void cleanup() { closePanel(); }

    void aDragIsOneStepOfUndoAndAppliesAtRelease() {
        auto* slider = row("max-concurrency").slider();
        const int y = slider->height() / 2;
        QTest::mousePress(slider, Qt::LeftButton, {}, {slider->width() / 3, y});
        for (int x = slider->width() / 3; x < slider->width() / 2; x += 2) {
            bench_->clock.advance(10ms);
            QTest::mouseMove(slider, {x, y});
        }
        const double shown = slider->shown();
        QVERIFY(shown > 14);
        QCOMPARE(fieldText("max-concurrency"), QString::number(shown)); // shows at once
        QCOMPARE(bench_->asked.size(), std::size_t{0});
        QTest::mouseRelease(slider, Qt::LeftButton, {}, {slider->width() / 2, y});
        QCOMPARE(bench_->asked.size(), std::size_t{1});
        QCOMPARE(bench_->asked[0].maxConcurrency, static_cast<int>(slider->shown()));
        QCOMPARE(bench_->undo.count(), 1);
        QCOMPARE(bench_->undo.undoText(), QStringLiteral("In-flight cap 14 to %1").arg(slider->shown()));
        bench_->undo.undo();
        QCOMPARE(bench_->asked.size(), std::size_t{2});
        QCOMPARE(bench_->asked[1].maxConcurrency, 14);
        QCOMPARE(fieldText("max-concurrency"), QStringLiteral("14"));
        bench_->undo.redo();
        QCOMPARE(bench_->asked[2].maxConcurrency, bench_->asked[0].maxConcurrency);
    }

    void aDragThatRestsAppliesAfter150msAndStaysOneStep() {
        auto* slider = row("max-concurrency").slider();
        const int y = slider->height() / 2;
        QTest::mousePress(slider, Qt::LeftButton, {}, {slider->width() / 2, y});
        bench_->clock.advance(149ms);
        QCOMPARE(bench_->asked.size(), std::size_t{0});
        bench_->clock.advance(1ms);
        QCOMPARE(bench_->asked.size(), std::size_t{1});
        for (int step = 0; step < 20; ++step) { // a move each 20 ms: nothing rests
            QTest::mouseMove(slider, {slider->width() / 2 + 1 + step, y});
            bench_->clock.advance(20ms);
        }
        QCOMPARE(bench_->asked.size(), std::size_t{1});
        QTest::mouseRelease(slider, Qt::LeftButton, {}, {slider->width() / 2 + 20, y});
        QCOMPARE(bench_->asked.size(), std::size_t{2});
        QCOMPARE(bench_->undo.count(), 1);
        bench_->undo.undo();
        QCOMPARE(bench_->panel->knobs().maxConcurrency, 14);
    }

    void keysInARowAreOneStepAndLaterOnesAnother() {
        auto* field = row("max-concurrency").field();
        field->setFocus();
        for (int press = 0; press < 3; ++press) {
            QTest::keyClick(field, Qt::Key_Up);
            bench_->clock.advance(200ms);
        }
        QCOMPARE(bench_->panel->knobs().maxConcurrency, 17);
        QCOMPARE(bench_->asked.size(), std::size_t{3});
        QCOMPARE(bench_->undo.count(), 1);
        bench_->clock.advance(1100ms);
        QTest::keyClick(field, Qt::Key_PageDown);
        bench_->clock.advance(150ms);
        QCOMPARE(bench_->panel->knobs().maxConcurrency, 7);
        QCOMPARE(bench_->undo.count(), 2);
        QTest::keyClick(row("max-concurrency").slider(), Qt::Key_Right);
        bench_->clock.advance(150ms);
        QCOMPARE(bench_->panel->knobs().maxConcurrency, 8);
    }

    void askedForAtMostTenTimesASecondHoweverOftenASliderIsReleased() {
        ApplyPacer pacer;
        const Instant start = bench_->clock.now();
        int taken = 0;
        for (int step = 0; step < 100; ++step) {
            const Instant now = start + step * 10ms;
            pacer.press("max-concurrency");
            pacer.touch("max-concurrency", now);
            pacer.release(now);
            taken += pacer.take(now);
        }
        QCOMPARE(taken, 10);
    }

    void stepsBackToWhereTheyBeganAreNoStepOfUndo() {
        bench_->panel->changeCap(1);
        bench_->clock.advance(150ms);
        QCOMPARE(bench_->undo.count(), 1);
        bench_->panel->changeCap(-1);
        bench_->clock.advance(150ms);
        QCOMPARE(bench_->asked.size(), std::size_t{2});
        QCOMPARE(bench_->asked[1], Knobs{});
        QCOMPARE(bench_->undo.count(), 0);
    }

    void whatWaitsIsAppliedBeforeARunStarts() {
        bench_->panel->changeCap(3);
        QCOMPARE(bench_->asked.size(), std::size_t{0});
        bench_->panel->flush();
        QCOMPARE(bench_->asked.size(), std::size_t{1});
        QCOMPARE(bench_->panel->knobs().maxConcurrency, 17);
    }

    void theLastLineSaysWhatIsInForce() {
        const auto said = [&](const QString& words) {
            const auto labels = bench_->panel->findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) { return label->isVisible() && label->text().contains(words); });
        };
        QVERIFY(said(QStringLiteral("next run")));
        bench_->panel->setApplied(0, 1);
        QVERIFY(said(QStringLiteral("setting 1")));
        bench_->type("max-concurrency", QStringLiteral("20"));
        QVERIFY(said(QStringLiteral("not yet in force")));
        bench_->panel->setApplied(0, 1);
        QVERIFY(said(QStringLiteral("not yet in force")));
        bench_->panel->setApplied(1, 2);
        QVERIFY(said(QStringLiteral("setting 2")));
        bench_->panel->setApplied(1, 5); // of a resumed run: not the second of it
        QVERIFY(said(QStringLiteral("setting 5")));
    }

    void takesTimesSizesAndMoneyAsPeopleWriteThem_data() {
        QTest::addColumn<QString>("knob");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("shown");
        const auto data = [](const char* knob, const char* typed, const char* shown) {
            QTest::addRow("%s %s", knob, typed) << QString::fromLatin1(knob) << QString::fromUtf8(typed) << QString::fromUtf8(shown);
        };
        data("connect-timeout", "500ms", "500 ms");
        data("connect-timeout", "0.25", "250 ms");
        data("connect-timeout", "12 s", "12 s");
        data("deadline", "20m", "20 min");
        data("deadline", "20 min", "20 min");
        data("deadline", "2h", "2 h");
        data("deadline", "905s", "905 s");
        data("max-line-bytes", "2 MiB", "2 MiB");
        data("max-line-bytes", "64k", "64 KiB");
        data("max-line-bytes", "1000", "1000 B");
        data("cost-per-hour", "$4.1/h", "$4.10/h");
        data("cost-per-hour", "3", "$3.00/h");
        data("output-token-price", "0.15", "$0.15/M");
        data("max-concurrency", "1,000", "1000");
        data("max-connections", "7", "7");
    }
    void takesTimesSizesAndMoneyAsPeopleWriteThem() {
        QFETCH(QString, knob);
        QFETCH(QString, typed);
        QFETCH(QString, shown);
        bench_->type(knob, typed);
        QCOMPARE(bench_->asked.size(), std::size_t{1});
        QCOMPARE(fieldText(knob.toStdString()), shown);
        QCOMPARE(row(knob.toStdString()).reason(), QString());
    }

    void whatIsNoValueIsRefusedBesideItsFieldAndKept() {
        bench_->type("max-concurrency", QStringLiteral("lots"));
        QCOMPARE(fieldText("max-concurrency"), QStringLiteral("lots"));
        QCOMPARE(row("max-concurrency").reason(), QStringLiteral("must be a whole number"));
        QCOMPARE(bench_->asked.size(), std::size_t{0});
        bench_->type("max-concurrency", QStringLiteral("0"));
        QCOMPARE(row("max-concurrency").reason(), QStringLiteral("must be between 1 and 100000"));
        bench_->type("max-concurrency", QStringLiteral("20"));
        QCOMPARE(row("max-concurrency").reason(), QString());
        QCOMPARE(bench_->asked.size(), std::size_t{1});
        QCOMPARE(bench_->asked[0].maxConcurrency, 20);
    }

    void aSetThatCannotBeIsNotAppliedUntilItCan() {
        bench_->type("attempt-timeout", QStringLiteral("40s"));
        QCOMPARE(row("first-token-timeout").reason(), QStringLiteral("is above \u201cWhole attempt\u201d, so it could never act"));
        QCOMPARE(row("attempt-timeout").reason(),
                 QStringLiteral("waits: \u201cFirst token\u201d is above \u201cWhole attempt\u201d, so it could never act"));
        QCOMPARE(fieldText("attempt-timeout"), QStringLiteral("40s")); // as typed
        bench_->type("max-attempts", QStringLiteral("5"));
        QVERIFY(row("max-attempts").reason().startsWith(QStringLiteral("waits: ")));
        QCOMPARE(bench_->asked.size(), std::size_t{0});
        QCOMPARE(bench_->panel->knobs(), Knobs{});
        bench_->picture(QStringLiteral("knobs_refused"));
        bench_->type("first-token-timeout", QStringLiteral("20s"));
        QCOMPARE(bench_->asked.size(), std::size_t{1});
        Knobs expected;
        expected.attemptTimeout = 40s;
        expected.maxAttempts = 5;
        expected.firstTokenTimeout = 20s;
        QCOMPARE(bench_->asked[0], expected);
        for (const auto& knob : knobCatalog()) QCOMPARE(row(knob.word).reason(), QString());
        bench_->undo.undo();
        QCOMPARE(bench_->panel->knobs(), Knobs{});
    }

    void escapeTakesBackWhatWasTyped() {
        bench_->type("attempt-timeout", QStringLiteral("40s"));
        QTest::keyClick(row("attempt-timeout").field(), Qt::Key_Escape);
        QCOMPARE(fieldText("attempt-timeout"), QStringLiteral("5 min"));
        QCOMPARE(row("first-token-timeout").reason(), QString());
        QCOMPARE(bench_->asked.size(), std::size_t{0});
    }

    void degradeAsksForWhatItChanges() {
        QTest::mouseClick(row("queue-policy").choices()->buttons()[2], Qt::LeftButton);
        QVERIFY(row("degrade-overrides").reason().startsWith(QStringLiteral("must say what")));
        auto* text = row("degrade-overrides").text();
        text->setFocus();
        QTest::keyClicks(text, QStringLiteral("{\"max_tokens\": 64}"));
        QTest::keyClick(text, Qt::Key_Return);
        QCOMPARE(bench_->asked.size(), std::size_t{1});
        QVERIFY(bench_->asked[0].queuePolicy == QueuePolicy::Degrade);
        QCOMPARE(bench_->asked[0].degradeOverrides, std::string("{\"max_tokens\": 64}"));
    }

    void choicesAndSwitchesApplyAtOnceAndResetBringsTheDefaultBack() {
        QTest::mouseClick(row("connection-reuse").choices()->buttons()[1], Qt::LeftButton);
        QVERIFY(bench_->asked.at(0).connectionReuse == ConnectionReuse::Never);
        QTest::mouseClick(row("prewarm").toggle(), Qt::LeftButton);
        QCOMPARE(bench_->asked.at(1).prewarm, false);
        auto* reset = row("prewarm").resetButton();
        QVERIFY(reset->isVisible());
        QCOMPARE(reset->accessibleName(), QStringLiteral("Reset Prewarm to on"));
        QVERIFY(!row("max-concurrency").resetButton()->isVisible());
        QTest::mouseClick(reset, Qt::LeftButton);
        QCOMPARE(bench_->asked.at(2).prewarm, true);
        QVERIFY(!reset->isVisible());
        QCOMPARE(bench_->undo.count(), 3);
    }

    void aSetFromOutsideIsShownAndAsksForNothing() {
        bench_->type("max-concurrency", QStringLiteral("20"));
        bench_->panel->setKnobs(bench_->panel->knobs()); // the echo of what was asked for
        QCOMPARE(bench_->undo.count(), 1);
        Knobs opened;
        opened.maxConcurrency = 70;
        bench_->panel->setKnobs(opened);
        QCOMPARE(bench_->asked.size(), std::size_t{1});
        QCOMPARE(bench_->undo.count(), 0);
        QCOMPARE(fieldText("max-concurrency"), QStringLiteral("70")); // between two stops of the slider
    }

    void canBeDestroyedWhileRefusedTextStandsInAFieldWithTheFocus() {
        bench_->type("max-concurrency", QStringLiteral("lots"));
        QTest::keyClicks(row("max-concurrency").field(), QStringLiteral("9"));
        delete bench_->panel;
        QCOMPARE(bench_->asked.size(), std::size_t{0});
    }

    void aFinishedRunCannotBeTurned() {
        bench_->panel->setReadOnly(true);
        auto* field = row("max-concurrency").field();
        QTest::keyClick(field, Qt::Key_Up);
        QTest::keyClicks(field, QStringLiteral("9"));
        QTest::mouseClick(row("prewarm").toggle(), Qt::LeftButton);
        bench_->panel->changeCap(1);
        bench_->clock.advance(1s);
        QCOMPARE(bench_->asked.size(), std::size_t{0});
        QCOMPARE(fieldText("max-concurrency"), QStringLiteral("14"));
    }

    void searchShowsTheKnobsThatMatch() {
        bench_->panel->find();
        QTest::keyClicks(bench_->panel->searchField(), QStringLiteral("token price"));
        QStringList shown;
        for (const auto& knob : knobCatalog())
            if (row(knob.word).isVisible()) shown << QString::fromStdString(std::string(knob.word));
        QCOMPARE(shown, (QStringList{QStringLiteral("input-token-price"), QStringLiteral("output-token-price")}));
        bench_->panel->searchField()->clear();
        QVERIFY(row("prewarm").isVisible());
    }

    void everyControlHasNameValueRoleAndTip() {
        const auto ask = [](QWidget* widget) { return QAccessible::queryAccessibleInterface(widget); };
        for (const auto& knob : knobCatalog()) {
            auto& at = row(knob.word);
            const QString label = QString::fromStdString(std::string(knob.label));
            for (QWidget* widget : {static_cast<QWidget*>(at.field()), static_cast<QWidget*>(at.slider()), static_cast<QWidget*>(at.text()),
                                    static_cast<QWidget*>(at.toggle())}) {
                if (!widget) continue;
                QCOMPARE(ask(widget)->text(QAccessible::Name), label);
                QVERIFY(widget->toolTip().contains(QStringLiteral("--") + QString::fromStdString(std::string(knob.word))));
                QVERIFY(widget->focusPolicy() & Qt::TabFocus);
            }
        }
        auto& cap = row("max-concurrency");
        QCOMPARE(ask(cap.field())->role(), QAccessible::SpinBox);
        QCOMPARE(ask(cap.field())->text(QAccessible::Value), QStringLiteral("14"));
        QCOMPARE(ask(cap.field())->valueInterface()->currentValue().toDouble(), 14.0);
        QCOMPARE(ask(cap.slider())->role(), QAccessible::Slider);
        QCOMPARE(ask(cap.slider())->valueInterface()->currentValue().toDouble(), 14.0);
        QCOMPARE(ask(cap.slider())->valueInterface()->maximumValue().toDouble(), 1000.0);
        QCOMPARE(ask(row("deadline").slider())->text(QAccessible::Value), QStringLiteral("15 min"));
        QCOMPARE(ask(row("prewarm").toggle())->role(), QAccessible::CheckBox);
        QVERIFY(ask(row("prewarm").toggle())->state().checked);
        auto* block = row("queue-policy").choices()->buttons()[0];
        QCOMPARE(ask(block)->role(), QAccessible::RadioButton);
        QCOMPARE(ask(block)->text(QAccessible::Name), QStringLiteral("When full: Block"));
        QVERIFY(ask(block)->state().checked);
        ask(cap.slider())->valueInterface()->setCurrentValue(32);
        bench_->clock.advance(150ms);
        QCOMPARE(bench_->panel->knobs().maxConcurrency, 32);
    }

    void looks() {
        bench_->type("max-concurrency", QStringLiteral("20"));
        QTest::mouseClick(row("connection-reuse").choices()->buttons()[1], Qt::LeftButton);
        bench_->panel->setApplied(2, 3);
        for (const bool dark : {true, false}) {
            Theme::instance().setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
            bench_->picture(dark ? QStringLiteral("knobs_dark") : QStringLiteral("knobs_light"));
        }
        bench_->window.resize(280, 1100);
        bench_->picture(QStringLiteral("knobs_tall"));
    }
};

QTEST_MAIN(TstKnobTurning)
#include "tst_knob_turning.moc"
