#include "tests/ui/support/window_bench.h"
#include "ui/charts/chart_board.h"
#include "ui/figures/figure_card.h"
#include "ui/figures/figure_strip.h"
#include "ui/knobs/knob_panel.h"
#include "ui/window/tables_pane.h"

#include <QAbstractSpinBox>
#include <QAccessible>
#include <QMenu>
#include <QMenuBar>

using namespace penstock;
using namespace penstock::ui;
using namespace penstock::test;

/// The window as a person has it: mouse and keyboard on real widgets, a real engine, and a simulated endpoint on a port whose own
/// counts are the judge.
class TestMainWindow : public QObject, WindowBench {
    Q_OBJECT

    QAbstractSpinBox* capField() const {
        for (auto* field : window_->findChildren<QAbstractSpinBox*>())
            if (field->accessibleName() == QLatin1String("In-flight cap")) return field;
        return nullptr;
    }
    void typeCap(int value) {
        auto* field = capField();
        QVERIFY(field);
        field->setFocus();
        field->selectAll();
        QTest::keyClicks(field, QString::number(value));
        QTest::keyClick(field, Qt::Key_Return);
    }
public:
    TestMainWindow()
        : WindowBench(60) {}

private Q_SLOTS:
    void init() { startServer(); }
    void cleanup() { closeAll(); }

    void theCapIsTurnedWhileItRunsAndTheServerSeesIt() {
        open(0);
        click(QStringLiteral("Start"));
        QVERIFY(QTest::qWaitFor([this] { return live() == 4; }, patience));
        QCOMPARE(peak(), 4);
        typeCap(14);
        QVERIFY(QTest::qWaitFor([this] { return live() == 14; }, patience));
        QCOMPARE(peak(), 14);
        typeCap(3);
        QVERIFY(QTest::qWaitFor([this] { return live() == 3; }, patience));
        QCOMPARE(peak(), 14);
        QTRY_VERIFY_WITH_TIMEOUT(session_->snapshot()->segments && session_->snapshot()->segments->size() == 3, patience);
        end();
    }

    void undoRestoresTheEnginesValueAndRedoTurnsItAgain() {
        open(0);
        click(QStringLiteral("Start"));
        QVERIFY(QTest::qWaitFor([this] { return live() == 4; }, patience));
        typeCap(9);
        QVERIFY(QTest::qWaitFor([this] { return live() == 9; }, patience));
        window_->setFocus();
        action(QStringLiteral("Undo In-flight cap 4 to 9"))->trigger();
        QVERIFY(QTest::qWaitFor([this] { return live() == 4; }, patience));
        QCOMPARE(session_->knobs().maxConcurrency, 4);
        QCOMPARE(capField()->text(), QStringLiteral("4"));
        action(QStringLiteral("Redo In-flight cap 4 to 9"))->trigger();
        QVERIFY(QTest::qWaitFor([this] { return live() == 9; }, patience));
        end();
    }

    void pauseResumeAndStopByTheButtons() {
        open(0);
        click(QStringLiteral("Start"));
        QTRY_VERIFY_WITH_TIMEOUT(session_->snapshot() && session_->snapshot()->successes > 3, patience);
        click(QStringLiteral("Pause"));
        QTRY_VERIFY_WITH_TIMEOUT(live() == 0 && session_->snapshot()->state == RunState::Paused, patience);
        click(QStringLiteral("Go on"));
        QTRY_VERIFY_WITH_TIMEOUT(live() > 0, patience);
        click(QStringLiteral("Stop"));
        QTRY_VERIFY_WITH_TIMEOUT(session_->phase() == RunSession::Phase::Ended, patience);
        QVERIFY(button(QStringLiteral("Start")));
    }

    void aCompleteRunSaysSoAndItsFileOpensAgainAsItWas() {
        open(1);
        action(QStringLiteral("Start"))->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(session_->phase() == RunSession::Phase::Ended, patience);
        QVERIFY2(banner().contains(QStringLiteral("60 of 60 requests succeeded")), qPrintable(banner()));
        QVERIFY2(banner().contains(QStringLiteral("(simulated)")), qPrintable(banner()));
        QTRY_VERIFY_WITH_TIMEOUT(session_->overview() && session_->overview()->complete, patience);
        const auto cost = window_->findChild<FigureStrip*>()->card(Figure::CostPerSuccess);
        const QString shown = QAccessible::queryAccessibleInterface(cost)->text(QAccessible::Name);
        const QString file = session_->file();
        QVERIFY(session_->newRun().ok());
        window_->openFile(file);
        QTRY_VERIFY_WITH_TIMEOUT(session_->phase() == RunSession::Phase::Viewing, patience);
        QCOMPARE(session_->snapshot()->successes, 60u);
        QCOMPARE(QAccessible::queryAccessibleInterface(cost)->text(QAccessible::Name), shown);
        QTRY_VERIFY_WITH_TIMEOUT(!session_->history().empty(), patience);
        QVERIFY(!session_->apply(Knobs{}).ok());
    }

    void theWindowFitsASmallScreen() {
        open(0);
        click(QStringLiteral("Start"));
        QTRY_VERIFY_WITH_TIMEOUT(session_->snapshot() && session_->snapshot()->successes > 3, patience);
        window_->resize(1024, 700);
        window_->grab();
        end();
        const QSize least = window_->minimumSizeHint();
        for (auto* widget : window_->findChildren<QWidget*>())
            if (qEnvironmentVariableIsSet("PENSTOCK_SIZES") && widget->isVisible() && (widget->minimumSizeHint().height() > 150 || widget->minimumSizeHint().width() > 500))
                qInfo() << widget->metaObject()->className() << widget->objectName() << widget->minimumSizeHint() << widget->size();
        QCOMPARE(window_->size(), QSize(1024, 700));
        QVERIFY2(least.width() <= 960 && least.height() <= 580, qPrintable(QStringLiteral("%1 x %2").arg(least.width()).arg(least.height())));
    }

    void presentationModeHidesTheKnobsAndKeepsThemOnKeys() {
        open(0);
        click(QStringLiteral("Start"));
        QVERIFY(QTest::qWaitFor([this] { return live() == 4; }, patience));
        action(QStringLiteral("Presentation mode"))->trigger();
        QVERIFY(!window_->findChild<KnobPanel*>()->isVisible());
        QVERIFY(!window_->findChild<TablesPane*>()->isVisible());
        action(QStringLiteral("Raise the cap by one"))->trigger();
        QVERIFY(QTest::qWaitFor([this] { return live() == 5; }, patience));
        action(QStringLiteral("Presentation mode"))->trigger();
        QVERIFY(window_->findChild<KnobPanel*>()->isVisible());
        end();
    }

    void everyActionIsInAMenuAndHasAShortcut() {
        open(0);
        QSet<QAction*> inMenus;
        std::function<void(QMenu*)> walk = [&](QMenu* menu) {
            for (auto* found : menu->actions()) {
                inMenus.insert(found);
                if (found->menu()) walk(found->menu());
            }
        };
        for (auto* top : window_->menuBar()->actions()) walk(top->menu());
        for (auto* found : window_->actions()) {
            QVERIFY2(inMenus.contains(found), qPrintable(found->text()));
            QVERIFY2(!found->shortcut().isEmpty(), qPrintable(found->text()));
        }
        QHash<QString, QString> taken;
        for (auto* found : window_->actions()) {
            const auto keys = found->shortcut().toString();
            QVERIFY2(!taken.contains(keys), qPrintable(keys + QStringLiteral(" is both ") + taken.value(keys) + QStringLiteral(" and ") + found->text()));
            taken.insert(keys, found->text());
        }
    }

    void everyControlHasAnAccessibleName() {
        open(0);
        QStringList nameless;
        for (auto* widget : window_->findChildren<QWidget*>()) {
            if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus) continue;
            const auto* accessible = QAccessible::queryAccessibleInterface(widget);
            if (accessible && accessible->text(QAccessible::Name).isEmpty())
                nameless << QString::fromLatin1(widget->metaObject()->className()) + QLatin1Char(' ') + widget->objectName();
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QStringLiteral(", "))));
    }

    void aTargetThatRefusesGetsOneSentenceAndTheWindowStaysUsable() {
        open(1);
        simulator_.reset();
        click(QStringLiteral("Start"));
        QTRY_VERIFY_WITH_TIMEOUT(!session_->live() && !banner().isEmpty(), patience);
        QVERIFY(action(QStringLiteral("Target..."))->isEnabled());
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
