// Undo, sets from outside and finished runs, against a clock moved by hand.
#include "tests/ui/knobs/panel_bench.h"

#include <QAction>

using namespace penstock;
using namespace penstock::ui;
using namespace std::chrono_literals;

class TstKnobUndo final : public QObject, ui::test::PanelTest {
    Q_OBJECT

private Q_SLOTS:
    void init() { openPanel(); }
    void cleanup() { closePanel(); }

    void undoAndRedoAskForTheSetAsItWas() {
        auto& b = *bench_;
        b.type("max-concurrency", "20");
        b.clock.advance(2s);
        b.type("idle-timeout", "10s");
        Knobs first, second;
        first.maxConcurrency = second.maxConcurrency = 20;
        second.idleTimeout = 10s;
        QCOMPARE(b.asked, (std::vector<Knobs>{first, second}));
        b.undo.undo();
        b.undo.undo();
        b.undo.redo();
        QCOMPARE(b.asked, (std::vector<Knobs>{first, second, first, Knobs{}, first}));
        QCOMPARE(b.panel->knobs(), first);
        QCOMPARE(b.field("max-concurrency")->text(), QStringLiteral("20"));
        QCOMPARE(b.field("idle-timeout")->text(), QStringLiteral("30 s"));
    }

    void theUndoKeyReachesTheWindowFromAFieldWithNothingTyped() {
        auto& b = *bench_;
        QAction undo(&b.window);
        undo.setShortcut(QKeySequence::Undo);
        b.window.addAction(&undo);
        int heard = 0;
        connect(&undo, &QAction::triggered, this, [&] { ++heard; });
        for (const QString word : {"max-concurrency", "currency"}) {
            heard = 0;
            b.type(word, word == "currency" ? "EUR" : "20");
            QTest::keyClick(b.control(word), Qt::Key_Z, Qt::ControlModifier);
            QCOMPARE(heard, 1);
            // While something is typed the key takes back the typing.
            QTest::keyClicks(b.control(word), "5");
            QTest::keyClick(b.control(word), Qt::Key_Z, Qt::ControlModifier);
            QCOMPARE(heard, 1);
        }
    }

    void aSetFromOutsideChangesTheDisplayWithoutACommand() {
        auto& b = *bench_;
        b.type("max-concurrency", "20");
        b.panel->setKnobs(b.panel->knobs());
        QCOMPARE(b.undo.count(), 1);
        Knobs other;
        other.maxConcurrency = 4;
        other.costPerHour = 9.75;
        b.panel->setKnobs(other);
        QCOMPARE(b.asked.size(), 1u);
        QCOMPARE(b.undo.count(), 0);
        QCOMPARE(b.panel->knobs(), other);
        QCOMPARE(b.field("max-concurrency")->text(), QStringLiteral("4"));
        QCOMPARE(b.field("cost-per-hour")->text(), QStringLiteral("$9.75/h"));
    }

    void theEchoOfWhatWasAskedForLeavesWhatIsTypedElsewhere() {
        auto& b = *bench_;
        connect(b.panel, &KnobPanel::applyRequested, b.panel, [&](const Knobs& knobs) { b.panel->setKnobs(knobs); });
        b.panel->changeCap(1);
        b.type("idle-timeout", "7", Qt::Key_unknown);
        b.clock.advance(1s);
        QCOMPARE(b.asked.size(), 1u);
        QCOMPARE(b.field("idle-timeout")->text(), QStringLiteral("7"));
        QTest::keyClick(b.field("idle-timeout"), Qt::Key_Return);
        QVERIFY(b.last().idleTimeout == 7s);
        QCOMPARE(b.last().maxConcurrency, 15);
    }

    void aFinishedRunsKnobsCannotBeTurned() {
        auto& b = *bench_;
        b.type("max-concurrency", "20");
        b.panel->setReadOnly(true);
        b.asked.clear();
        b.type("max-concurrency", "50");
        auto* slider = b.slider("max-concurrency");
        QTest::mouseClick(slider, Qt::LeftButton, {}, b.stop(slider, 40));
        QTest::keyClick(b.field("max-concurrency"), Qt::Key_Up);
        QTest::mouseClick(b.control("prewarm"), Qt::LeftButton, {}, QPoint(10, 10));
        QTest::mouseClick(b.panel->findChild<Segmented*>(QStringLiteral("knob-jitter"))->buttons()[1], Qt::LeftButton);
        b.type("currency", "EUR");
        b.panel->changeCap(3);
        b.undo.undo();
        b.clock.advance(1s);
        QCOMPARE(b.asked.size(), 0u);
        QCOMPARE(b.panel->knobs().maxConcurrency, 20);
        QCOMPARE(b.field("max-concurrency")->text(), QStringLiteral("20"));
        QVERIFY(!b.reset("max-concurrency")->isVisible());
        b.panel->setReadOnly(false);
        b.type("max-concurrency", "50");
        QCOMPARE(b.last().maxConcurrency, 50);
    }

    void looks() {
        auto& b = *bench_;
        const QString folder = qEnvironmentVariable("PENSTOCK_PICTURES");
        if (folder.isEmpty()) QSKIP("PENSTOCK_PICTURES names no folder to draw into");
        b.type("max-concurrency", "20");
        b.type("first-token-timeout", "10m");
        for (const bool dark : {true, false}) {
            Theme::instance().setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
            const auto picture = [&](const char* what) {
                QVERIFY(b.window.grab().save(folder + (dark ? "/dark_" : "/light_") + what + ".png"));
            };
            picture("refused");
            b.window.resize(292, 1280);
            QCoreApplication::processEvents();
            picture("tall");
            b.panel->setReadOnly(true);
            picture("read_only");
            b.panel->setReadOnly(false);
            b.window.resize(292, 640);
            b.type("first-token-timeout", "10m");
        }
    }
};

QTEST_MAIN(TstKnobUndo)
#include "tst_knob_undo.moc"
