#include "../tables/model_dump.h"
#include "ui/runs/run_list_model.h"
#include "ui/runs/runs_panel.h"
#include "ui/tables/table_view.h"
#include "ui/theme/theme.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace penstock;
using namespace penstock::ui;

namespace {

using namespace std::chrono_literals;

RunListing run(const std::string& path, std::chrono::hours age, double cost) {
    RunListing out;
    out.path = path;
    out.runId = "7f3a-" + path.substr(path.size() - 1);
    out.targetUrl = "http://127.0.0.1:8000/v1";
    out.workloadName = "mt_bench.jsonl";
    out.startedAt = std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000)) - age;
    out.requests = 4000;
    out.successes = 3992;
    out.costPerSuccess = cost;
    out.successesPerHour = 1760;
    out.successRate = 0.998;
    out.currency = "USD";
    out.maxConcurrency = 14;
    out.complete = true;
    return out;
}

std::vector<RunListing> sample() {
    auto old = run("/runs/a", 48h, 0.0198);
    old.label = {"Baseline (wasteful)", "before the change"};
    auto middle = run("/runs/b", 24h, 0.00489);
    middle.complete = false;
    middle.simulated = true;
    middle.successRate.reset();
    auto newest = run("/runs/c", 1h, 0.00142);
    RunListing broken;
    broken.path = "/runs/broken.penstock";
    broken.problem = "This file is damaged: open a copy of it, or remove it from the folder.";
    return {old, broken, newest, middle};
}

QToolButton* button(RunsPanel& panel, const QString& text) {
    for (auto* each : panel.findChildren<QToolButton*>())
        if (each->text() == text) return each;
    return nullptr;
}

} // namespace

class TestRunsPanel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        qRegisterMetaType<std::string>();
        qRegisterMetaType<RunLabel>();
    }

    void runsAreListedNewestFirstAndWhatIsUnknownIsADash() {
        RunListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        model.setRuns(sample());
        using M = RunListModel;
        QCOMPARE(dump(model, {M::Target, M::Workload, M::CostPerSuccess, M::Successes, M::SuccessRate, M::Cap, M::State,
                              M::Note}),
                 QStringLiteral(
                     "http://127.0.0.1:8000/v1 | mt_bench.jsonl | $0.00142 | 3,992 | 99.8 % | 14 | \u2713 complete | \n"
                     "simulated | mt_bench.jsonl | $0.00489 | 3,992 | \u2013 | 14 | \u25d1 can be resumed | \n"
                     "http://127.0.0.1:8000/v1 | mt_bench.jsonl | $0.0198 | 3,992 | 99.8 % | 14 | \u2713 complete | "
                     "before the change\n"
                     "\u2013 | \u2013 | \u2013 | \u2013 | \u2013 | \u2013 | \u2715 cannot be read | "));
        QCOMPARE(model.index(2, M::Name).data().toString(), QStringLiteral("Baseline (wasteful)"));
        QVERIFY(model.index(0, M::Name).data().toString().startsWith(QStringLiteral("Run of 2023-11-14")));
        QCOMPARE(model.index(3, M::Name).data().toString(), QStringLiteral("broken.penstock"));
    }

    void rowsComeGoAndChangePlacesAsWhatTheyAre() {
        RunListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
        model.setRuns({run("/runs/a", 48h, 1), run("/runs/b", 24h, 2), run("/runs/c", 1h, 3)});
        const QPersistentModelIndex a(model.index(2, 0)), b(model.index(1, 0));
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted), removed(&model, &QAbstractItemModel::rowsRemoved);
        // c is gone, b turned out to be older than a, d is new.
        model.setRuns({run("/runs/a", 48h, 1), run("/runs/b", 72h, 2), run("/runs/d", 2h, 4)});
        QCOMPARE(removed.count(), 1);
        QCOMPARE(inserted.count(), 1);
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.at(0)->path, std::string("/runs/d"));
        QCOMPARE(a.row(), 1);
        QCOMPARE(b.row(), 2);
        model.setRuns({});
        QVERIFY(!a.isValid());
        QCOMPARE(model.rowCount(), 0);
    }

    void aNameIsEditedInPlaceAndShownWhenItWasWritten() {
        RunsPanel panel;
        panel.setRuns(sample());
        QSignalSpy labels(&panel, &RunsPanel::labelChanged);
        auto* model = panel.table().model();
        QVERIFY(model->setData(model->index(2, RunListModel::Name), QStringLiteral("  Cap 1  ")));
        QCOMPARE(labels.count(), 1);
        QCOMPARE(labels[0][0].value<std::string>(), std::string("/runs/a"));
        const auto label = labels[0][1].value<RunLabel>();
        QCOMPARE(label.name, std::string("Cap 1"));
        QCOMPARE(label.note, std::string("before the change"));
        QCOMPARE(model->index(2, RunListModel::Name).data().toString(), QStringLiteral("Baseline (wasteful)"));
        panel.applyLabel("/runs/a", label);
        QCOMPARE(model->index(2, RunListModel::Name).data().toString(), QStringLiteral("Cap 1"));
        // A run that cannot be read has no label to write.
        QVERIFY(!(model->flags(model->index(3, RunListModel::Name)) & Qt::ItemIsEditable));
    }

    void twoRunsCompareTheOlderBeingTheBaseline() {
        RunsPanel panel;
        panel.setRuns(sample());
        QSignalSpy compares(&panel, &RunsPanel::compareRequested);
        auto& table = panel.table();
        auto* compare = button(panel, QStringLiteral("Compare"));
        table.selectRow(0);
        QVERIFY(!compare->isEnabled());
        const auto add = QItemSelectionModel::Select | QItemSelectionModel::Rows;
        table.selectionModel()->select(table.model()->index(2, 0), add);
        QVERIFY(compare->isEnabled());
        compare->click();
        QCOMPARE(compares.count(), 1);
        QCOMPARE(compares[0][0].value<std::string>(), std::string("/runs/a"));
        QCOMPARE(compares[0][1].value<std::string>(), std::string("/runs/c"));
        table.selectRow(0);
        table.selectionModel()->select(table.model()->index(3, 0), add);
        QVERIFY2(!compare->isEnabled(), "one of them cannot be read");
    }

    void enterOpensAndADamagedRunDoesNot() {
        RunsPanel panel;
        panel.setRuns(sample());
        QSignalSpy opens(&panel, &RunsPanel::openRequested);
        panel.table().selectRow(1);
        QTest::keyClick(&panel.table(), Qt::Key_Return);
        QCOMPARE(opens.count(), 1);
        QCOMPARE(opens[0][0].value<std::string>(), std::string("/runs/b"));
        panel.table().selectRow(3);
        QTest::keyClick(&panel.table(), Qt::Key_Return);
        QCOMPARE(opens.count(), 1);
        QVERIFY(!button(panel, QStringLiteral("Open"))->isEnabled());
    }

    void searchNarrowsAndTheEmptyStateSaysWhatWillBeHere() {
        RunsPanel panel;
        QCOMPARE(panel.table().emptyTitle(), QStringLiteral("No earlier runs"));
        panel.setRuns(sample());
        panel.findChild<QLineEdit*>()->setText(QStringLiteral("BEFORE"));
        QCOMPARE(dump(*panel.table().model(), {RunListModel::Name}), QStringLiteral("Baseline (wasteful)"));
        panel.findChild<QLineEdit*>()->setText(QStringLiteral("nowhere"));
        QCOMPARE(panel.table().emptyTitle(), QStringLiteral("No run matches"));
    }

    void newFiguresOfTheSameRunsKeepTheSelection() {
        RunsPanel panel;
        panel.setRuns(sample());
        panel.table().selectRow(2);
        panel.setRuns(sample());
        QCOMPARE(panel.table().selectedRowNumbers(), QList<int>{2});
        auto more = sample();
        more.push_back(run("/runs/d", 0h, 0.001));
        panel.setRuns(more);
        QCOMPARE(panel.table().selectedRowNumbers(), QList<int>{3});
    }

    void itIsDrawnInBothThemes() {
        for (const auto mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
            Theme::instance().setMode(mode);
            RunsPanel panel;
            panel.setRuns(sample());
            panel.resize(1440, 240);
            panel.show();
            const auto picture = panel.grab().toImage();
            QVERIFY(!picture.isNull());
            if (const auto folder = qEnvironmentVariable("PENSTOCK_PICTURES"); !folder.isEmpty())
                picture.save(
                    QStringLiteral("%1/runs_%2.png")
                        .arg(folder, mode == Theme::Mode::Light ? QStringLiteral("light") : QStringLiteral("dark")));
        }
    }
};

QTEST_MAIN(TestRunsPanel)
#include "tst_runs_panel.moc"
