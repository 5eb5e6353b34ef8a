#include "engine/simulator/simulator.h"
#include "tests/ui/support/own_settings.h"
#include "ui/charts/chart_board.h"
#include "ui/figures/figure_card.h"
#include "ui/figures/figure_strip.h"
#include "ui/knobs/knob_panel.h"
#include "ui/window/banner.h"
#include "ui/window/main_window.h"
#include "ui/window/tables_pane.h"

#include <QAbstractSpinBox>
#include <QAccessible>
#include <QMenu>
#include <QMenuBar>
#include <QTest>
#include <QToolButton>

using namespace penstock;
using namespace penstock::ui;

namespace {

constexpr int patience = 60'000; // milliseconds, of a condition that comes much sooner

class NoKeys final : public KeyStore {
    void read(const QString&, std::function<void(Answer)> done) override { done({}); }
    void write(const QString&, const QString&, std::function<void(Answer)> done) override { done({}); }
};

} // namespace

/// The window as a person has it: mouse and keyboard on real widgets, a real engine, and a simulated endpoint on a port whose own
/// counts are the judge.
class TestMainWindow : public QObject {
    Q_OBJECT

    test::OwnSettings settings_;
    QTemporaryDir folder_;
    NoKeys keys_;
    std::unique_ptr<Simulator> simulator_;
    std::unique_ptr<RunSession> session_;
    std::unique_ptr<MainWindow> window_;
    QString prompts_;

    QAction* action(const QString& words) const {
        for (auto* found : window_->actions())
            if (QString(found->text()).remove(QLatin1Char('&')) == words) return found;
        return nullptr;
    }
    QToolButton* button(const QString& words) const {
        for (auto* found : window_->findChildren<QToolButton*>())
            if (found->defaultAction() && found->text() == words) return found;
        return nullptr;
    }
    void click(const QString& words) {
        auto* found = button(words);
        QVERIFY2(found, qPrintable(words));
        QTest::mouseClick(found, Qt::LeftButton);
    }
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
    int live() const { return simulator_->stats().at("live").get<int>(); }
    int peak() const { return simulator_->stats().at("peak_in_flight").get<int>(); }
    QString banner() const { return window_->findChild<Banner*>()->sentence(); }

    void open(std::uint64_t repeat) {
        session_ = std::make_unique<RunSession>(folder_.filePath(QStringLiteral("runs")), [this] {
            Target target;
            target.simulated = true;
            target.baseUrl = simulator_->baseUrl();
            return Result<Target>(target);
        });
        RunSetup setup;
        setup.workload.path = prompts_.toStdString();
        setup.workload.repeat = repeat;
        setup.workload.maxTokens = 12;
        setup.workloadName = QStringLiteral("prompts");
        QVERIFY(session_->setSetup(setup).ok());
        QVERIFY(session_->useSimulated().ok());
        Knobs knobs;
        knobs.maxConcurrency = 4;
        QVERIFY(session_->apply(knobs).ok());
        window_ = std::make_unique<MainWindow>(MainWindow::Parts{*session_, keys_, {}, folder_.path()});
        window_->resize(1440, 900);
        window_->show();
    }
    void end() {
        if (session_->live()) {
            session_->stop();
            session_->stop();
        }
        QTRY_VERIFY_WITH_TIMEOUT(!session_->live(), patience);
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(folder_.isValid());
        prompts_ = folder_.filePath(QStringLiteral("prompts.jsonl"));
        QFile file(prompts_);
        QVERIFY(file.open(QIODevice::WriteOnly));
        for (int i = 0; i < 60; ++i) file.write("{\"prompt\":\"say something short\"}\n");
    }

    void init() {
        SimulatorOptions options;
        options.stepBase = std::chrono::milliseconds{2};
        auto started = startSimulator(options);
        QVERIFY(started.ok());
        simulator_ = std::move(*started);
    }

    void cleanup() {
        window_.reset();
        session_.reset();
        simulator_.reset();
    }

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
        QVERIFY2(least.width() <= 1024 && least.height() <= 700, qPrintable(QStringLiteral("%1 x %2").arg(least.width()).arg(least.height())));
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
