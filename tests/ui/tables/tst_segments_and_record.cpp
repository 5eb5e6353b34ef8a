#include "model_dump.h"
#include "sample_rows.h"
#include "ui/tables/record_model.h"
#include "ui/tables/record_view.h"
#include "ui/tables/segment_table.h"

#include "engine/base/record_csv.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace penstock;
using namespace penstock::ui;

class TestSegmentsAndRecord : public QObject {
    Q_OBJECT

    using Tester = QAbstractItemModelTester;

private Q_SLOTS:
    void aSettingIsARowAndWhatIsNotCountedIsADash() {
        SegmentModel model;
        Tester tester(&model, Tester::FailureReportingMode::Fatal);
        model.setLive(true);
        model.update(sampleSegments());
        model.setPinned(2);
        QCOMPARE(dump(model),
                 QStringLiteral(
                     "1 | start | 1 | never | 1 min 00 s | 126 | 98.4 % | 340 ms | 2.10 % | 1 | 4 | $0.0198 | \u2013 | "
                     " | \u2606 pin\n"
                     "2 | connection-reuse never to pooled, max-concurrency 1 to 4 | 4 | pooled | 57.50 s | 726 | 99.1 "
                     "% | 410 ms | 0.04 % | 0.0063 | 5 | $0.00489 | $0.00469 \u2013 $0.00509 |  | \u2605 baseline\n"
                     "3 | max-concurrency 4 to 14 | 14 | pooled | 57.50 s | 1,326 | 99.8 % | 480 ms | 0.04 % | 0.0063 "
                     "| 6 | \u25bc $0.00142 | $0.00136 \u2013 $0.00148 | lowest so far | \u2606 pin\n"
                     "4 | max-concurrency 14 to 20 | 20 | pooled | \u2013 | \u2013 | \u2013 | \u2013 | \u2013 | \u2013 "
                     "| \u2013 | \u2013 | \u2013 | now \u00b7 settling | \u2606 pin"));
        QVERIFY(model.index(2, SegmentModel::CostPerSuccess)
                    .data(Qt::AccessibleTextRole)
                    .toString()
                    .endsWith(QStringLiteral("the lowest")));
    }

    void theLowestCostIsOneWhoseIntervalOverlapsWithNoOther() {
        const auto stateOf = [](double lowOfTheOther) {
            SegmentFigures first, second;
            first.number = 1;
            second.number = 2;
            first.windowSeconds = second.windowSeconds = 60;
            first.costPerSuccess = 0.002;
            first.costInterval = {lowOfTheOther, 0.0022};
            second.costPerSuccess = 0.001;
            second.costInterval = {0.0009, 0.0011};
            SegmentModel model;
            model.update({first, second});
            return model.index(1, SegmentModel::State).data().toString();
        };
        QCOMPARE(stateOf(0.0018), QStringLiteral("lowest cost"));
        QCOMPARE(stateOf(0.00105), QStringLiteral("lowest so far"));
    }

    void aSettingThatOnlySettledSaysSo() {
        SegmentFigures first, second;
        second.number = 2;
        second.windowSeconds = 60;
        SegmentModel model;
        model.update({first, second});
        QCOMPARE(model.index(0, SegmentModel::State).data().toString(), QStringLiteral("settling until it ended"));
        QCOMPARE(model.index(1, SegmentModel::State).data().toString(), QString());
    }

    void newFiguresChangeRowsInPlace() {
        SegmentModel model;
        Tester tester(&model, Tester::FailureReportingMode::Fatal);
        auto segments = sampleSegments();
        segments.pop_back();
        model.update(segments);
        const QPersistentModelIndex second(model.index(1, 0));
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        model.update(sampleSegments());
        QCOMPARE(model.rowCount(), 4);
        QVERIFY(second.isValid());
        QCOMPARE(resets.count(), 0);
    }

    void oneSettingAloneIsNotTheCheapest() {
        SegmentModel model;
        auto segments = sampleSegments();
        segments.resize(1);
        model.update(segments);
        QCOMPARE(model.cheapestRow(), -1);
    }

    void aClickOnTheStarAndTheKeyPPin() {
        SegmentTable table;
        table.resize(1440, 200);
        table.update(sampleSegments(), true);
        table.show();
        QSignalSpy pins(&table, &SegmentTable::pinRequested);
        const auto star = table.model()->index(2, SegmentModel::Baseline);
        QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, table.visualRect(star).center());
        QCOMPARE(pins.count(), 1);
        QCOMPARE(pins[0][0].value<std::uint32_t>(), 3u);
        table.setCurrentIndex(table.model()->index(0, 0));
        QTest::keyClick(&table, Qt::Key_Return);
        QCOMPARE(pins.count(), 2);
        QCOMPARE(pins[1][0].value<std::uint32_t>(), 1u);
    }

    void theRecordIsTheSeedsTable() {
        RecordModel model;
        Tester tester(&model, Tester::FailureReportingMode::Fatal);
        model.setRecord(sampleRecord());
        QCOMPARE(dump(model, {0, 1, 2, 3, 4, 5}),
                 QStringLiteral("cost per success | USD | 0.0198 | 0.00142 | 0.0717 | 0.069 \u2013 0.075\n"
                                "successes an hour | 1/h | 126.3 | 1,761 | 13.94 | 13.3 \u2013 14.5\n"
                                "success rate |  | 0.984 | 0.998 | 1.014 | \u2013\n"
                                "TTFT p95 | s | 0.34 | 0.48 | 1.41 | 1.3 \u2013 1.6\n"
                                "avoidable cost | USD | \u2013 | 0 | \u2013 | \u2013"));
    }

    void whatAPayerAsksForComesFirstWhereverTheFileHasIt() {
        ResultRecord record;
        for (const char* metric : {"new_connections_per_success", "t_first_token_p95", "gap_fraction", "successes_per_hour", "cost_per_success"}) {
            RecordRow row;
            row.metric = metric;
            record.rows.push_back(row);
        }
        RecordModel model;
        Tester tester(&model, Tester::FailureReportingMode::Fatal);
        model.setRecord(record);
        QCOMPARE(dump(model, {0}), QStringLiteral("cost_per_success\nsuccesses_per_hour\nt_first_token_p95\nnew_connections_per_success\ngap_fraction"));
    }

    void theBannerSaysTheVerdictInWordsAndThatItIsSimulated() {
        RecordView view;
        QVERIFY(view.bannerText().isEmpty());
        QVERIFY(view.table().emptyTitle().contains(QStringLiteral("No record yet")));
        view.setRecord(sampleRecord());
        QVERIFY2(view.bannerText().startsWith(QStringLiteral("\u2713 improved | Cost per success fell to 7.2 %")),
                 qPrintable(view.bannerText()));
        QVERIFY(view.bannerText().endsWith(QStringLiteral("simulated")));
        view.clear();
        QVERIFY(view.bannerText().isEmpty());
    }

    void theCopyButtonGivesTheTextOfTheRecordFile() {
        RecordView view;
        view.setRecord(sampleRecord());
        auto* copy = view.findChildren<QToolButton*>().first();
        QCOMPARE(copy->text(), QStringLiteral("Copy CSV"));
        copy->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), QString::fromStdString(recordCsv(sampleRecord())));
    }

    void markdownIsATableWhoseCellsCannotBreakIt() {
        auto record = sampleRecord();
        record.rows.resize(1);
        record.rows[0].interpretation = "a|b<script>";
        const auto text = recordAsMarkdown(record);
        QVERIFY2(text.contains(QStringLiteral(
                     "| cost per success | USD | 0.0198 | 0.00142 | 0.0717 | 0.069 \u2013 0.075 | a\\|b\\<script> |")),
                 qPrintable(text));
        QVERIFY(text.contains(QStringLiteral("*simulated*")));
    }
};

QTEST_MAIN(TestSegmentsAndRecord)
#include "tst_segments_and_record.moc"
