#include "list_pages.h"
#include "model_dump.h"
#include "ui/tables/request_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace penstock;
using namespace penstock::ui;

namespace {

using Tester = QAbstractItemModelTester;

ActiveRequest active(RequestId id, ActiveRequest::Stage stage = ActiveRequest::Stage::Streaming) {
    ActiveRequest out;
    out.id = id;
    out.customId = "req " + std::to_string(id);
    out.stage = stage;
    out.queued = 1;
    out.admitted = 2;
    out.sent = 2.1;
    out.firstToken = 2.35;
    out.contentEvents = 12;
    return out;
}

Snapshot snapshot(double now, std::vector<ActiveRequest> rows, std::uint64_t ended = 0) {
    Snapshot out;
    out.state = RunState::Running;
    out.elapsedSeconds = now;
    out.successes = ended;
    out.active = std::make_shared<const std::vector<ActiveRequest>>(std::move(rows));
    return out;
}

QList<int> firstColumns() {
    return {0, 2, 4, 5, 6};
}

} // namespace

class TestRequestModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void showsTheNewestResultsFirst() {
        ListPages pages;
        pages.rows = {ListPages::row(0, 1), ListPages::row(1, 2, OutcomeKind::CutStream), ListPages::row(2, 3)};
        RequestModel model(pages);
        Tester tester(&model, Tester::FailureReportingMode::Fatal);
        model.setQuery({});
        pages.answerAll();
        QCOMPARE(dump(model, firstColumns()), QStringLiteral("req 2 | \u2713 ok | 0.200 | 1.000 | 100\n"
                                                             "req 1 | \u2715 cut stream | 0.200 | 1.000 | 100\n"
                                                             "req 0 | \u2713 ok | 0.200 | 1.000 | 100"));
    }

    void whatIsNotKnownIsADashAndAnEstimateSaysSo() {
        ListPages pages;
        auto row = ListPages::row(0, 1, OutcomeKind::ConnectFailed);
        row.status = 0;
        row.tFirstToken.reset();
        row.outputTokens.reset();
        row.usageKind = UsageKind::Unknown;
        auto estimated = ListPages::row(1, 2);
        estimated.usageKind = UsageKind::Estimated;
        pages.rows = {row, estimated};
        RequestModel model(pages);
        model.setQuery({});
        pages.answerAll();
        QCOMPARE(dump(model, {0, 3, 4, 6}),
                 QStringLiteral("req 1 | 200 | 0.200 | ~100\nreq 0 | \u2013 | \u2013 | \u2013"));
    }

    void theTailIsOnTopNewestFirstAndChangesInPlace() {
        ListPages pages;
        pages.rows = {ListPages::row(0, 1)};
        RequestModel model(pages);
        Tester tester(&model, Tester::FailureReportingMode::Fatal);
        model.setQuery({});
        pages.answerAll();
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        model.setSnapshot(snapshot(3, {active(3), active(5)}, 1));
        pages.answerAll();
        QCOMPARE(dump(model, {0, 2, 5}),
                 QStringLiteral(
                     "req 5 | \u25b8 streaming | 1.000\nreq 3 | \u25b8 streaming | 1.000\nreq 0 | \u2713 ok | 1.000"));
        const QPersistentModelIndex third(model.index(1, 0));
        model.setSnapshot(snapshot(3.5, {active(3), active(4), active(5), active(6)}, 1));
        pages.answerAll();
        QCOMPARE(dump(model, {0, 5}),
                 QStringLiteral("req 6 | 1.500\nreq 5 | 1.500\nreq 4 | 1.500\nreq 3 | 1.500\nreq 0 | 1.000"));
        QCOMPARE(third.row(), 3);
        QCOMPARE(resets.count(), 0);
    }

    void aRequestThatEndedStaysUntilItsResultIsRead() {
        ListPages pages;
        RequestModel model(pages);
        Tester tester(&model, Tester::FailureReportingMode::Fatal);
        model.setQuery({});
        pages.answerAll();
        model.setSnapshot(snapshot(3, {active(7)}));
        model.setSnapshot(snapshot(3.1, {}, 1));
        QCOMPARE(dump(model, {0, 2}), QStringLiteral("req 7 | \u25cc ended, being recorded"));
        QCOMPARE(model.recordingRows(), 1);
        pages.rows = {ListPages::row(7, 3.05)};
        pages.answerAll();
        QCOMPARE(dump(model, {0, 2}), QStringLiteral("req 7 | \u2713 ok"));
        // A snapshot that is older than the file does not bring it back.
        model.setSnapshot(snapshot(3.2, {active(7)}, 1));
        QCOMPARE(model.rowCount(), 1);
    }

    void aRequestWhoseResultNeverComesGoesAfterThreeReads() {
        ListPages pages;
        RequestModel model(pages);
        model.setQuery({});
        pages.answerAll();
        model.setSnapshot(snapshot(1, {active(7)}));
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(model.rowCount(), 1);
            model.setSnapshot(snapshot(2 + i, {}, 1));
            pages.answerAll();
        }
        QCOMPARE(model.rowCount(), 0);
    }

    void whenTheRunIsOverNoRowStaysLive() {
        ListPages pages;
        RequestModel model(pages);
        Tester tester(&model, Tester::FailureReportingMode::Fatal);
        model.setQuery({});
        pages.answerAll();
        model.setSnapshot(snapshot(1, {active(3), active(2), active(1)}));
        pages.answerAll();
        QCOMPARE(model.liveRows(), 3);
        model.setSnapshot(snapshot(2, {active(3), active(2)}, 1));
        QCOMPARE(pages.waiting.size(), std::size_t{1}); // a question from before the end
        pages.rows = {ListPages::row(1, 1.5)};
        model.runOver();
        QVERIFY(model.rowAt(0).ended && model.rowAt(1).ended && model.rowAt(2).ended);
        pages.answerAll();
        QCOMPARE(model.liveRows(), 0);
        QCOMPARE(dump(model, {0}), QStringLiteral("req 1"));
        QCOMPARE(model.total(), 1u);
    }

    void anotherQueryChangesNothingBeforeTheViewsHearOfIt() {
        ListPages pages;
        pages.rows = {ListPages::row(0, 1)};
        RequestModel model(pages);
        Tester tester(&model, Tester::FailureReportingMode::Fatal);
        model.setQuery({});
        pages.answerAll();
        model.setSnapshot(snapshot(1, {active(2), active(1)}));
        QCOMPARE(model.rowCount(), 3);
        int rowsThen = -1;
        QString queryThen = QStringLiteral("none");
        QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
        connect(&model, &QAbstractItemModel::modelAboutToBeReset, this, [&] {
            rowsThen = model.rowCount();
            queryThen = QString::fromStdString(model.query().text);
        });
        RequestQuery query;
        query.text = "req 0";
        model.setQuery(query);
        QCOMPARE(rowsThen, 3);
        QCOMPARE(queryThen, QString());
        QCOMPARE(removed.count(), 0);
        QCOMPARE(model.liveRows(), 0);
    }

    void newResultsMoveNoRowThatIsHere() {
        ListPages pages;
        for (RequestId id = 0; id < 500; ++id)
            pages.rows.push_back(ListPages::row(id, static_cast<double>(id)));
        RequestModel model(pages);
        Tester tester(&model, Tester::FailureReportingMode::Fatal);
        model.setQuery({});
        model.setVisibleRows(0, 20);
        pages.answerAll();
        QCOMPARE(model.rowCount(), 500);
        const QPersistentModelIndex kept(model.index(10, 0));
        QCOMPARE(kept.data().toString(), QStringLiteral("req 489"));
        for (RequestId id = 500; id < 507; ++id)
            pages.rows.push_back(ListPages::row(id, static_cast<double>(id)));
        model.setSnapshot(snapshot(600, {}, 7));
        pages.answerAll();
        QCOMPARE(model.rowCount(), 507);
        QCOMPARE(kept.row(), 17);
        QCOMPARE(kept.data().toString(), QStringLiteral("req 489"));
        QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("req 506"));
    }

    void everyRowOfALongListIsFoundWhereItBelongs() {
        ListPages pages;
        for (RequestId id = 0; id < 1037; ++id)
            pages.rows.push_back(ListPages::row(id, static_cast<double>(id)));
        RequestModel model(pages);
        model.setQuery({});
        pages.answerAll();
        for (int row = 0; row < model.rowCount(); row += 20) {
            model.setVisibleRows(row, row + 19);
            pages.answerAll();
            for (int at = row; at < std::min(row + 20, model.rowCount()); ++at)
                QCOMPARE(model.index(at, 0).data().toString(), QStringLiteral("req %1").arg(1036 - at));
        }
    }

    void aMillionRowsAskForThePagesInViewOnly() {
        ListPages pages;
        pages.madeUp = 1'000'000;
        RequestModel model(pages);
        model.setQuery({});
        pages.answerAll();
        QCOMPARE(model.rowCount(), 1'000'000);
        pages.asked.clear();
        model.setVisibleRows(700'000, 700'030);
        pages.answerAll();
        QCOMPARE(model.index(700'010, 0).data().toString(), QStringLiteral("req 299989"));
        QVERIFY2(pages.asked.size() <= 2, qPrintable(QString::number(pages.asked.size())));
        for (const auto& each : pages.asked) {
            QVERIFY(each.limit <= 200);
            QVERIFY2(each.offset <= 500'000, "the list is read from its nearer end");
        }
        QCOMPARE(model.index(5, 0).data().toString(), QStringLiteral("req 999994"));
        QCOMPARE(model.index(500'000, 0).data().toString(), QStringLiteral("loading\u2026"));
    }

    void anAnswerToAnOlderQuestionIsDropped() {
        ListPages pages;
        pages.rows = {ListPages::row(0, 1), ListPages::row(1, 2, OutcomeKind::CutStream)};
        RequestModel model(pages);
        model.setQuery({});
        RequestQuery failed;
        failed.which = RequestQuery::Which::Failed;
        model.setQuery(failed);
        QCOMPARE(pages.waiting.size(), std::size_t(2));
        // The newer one first, then the late one.
        std::swap(pages.waiting[0], pages.waiting[1]);
        pages.answerAll();
        QCOMPARE(dump(model, {0}), QStringLiteral("req 1"));
    }

    void aQuestionIsAskedAgainOnlyWhenSomethingChanged() {
        ListPages pages;
        pages.madeUp = 1000;
        RequestModel model(pages);
        model.setQuery({});
        pages.answerAll();
        model.setVisibleRows(400, 420);
        // A source that says 1000 and gives none of them must not be asked without end.
        int answers = 0;
        while (!pages.waiting.empty() && answers < 50) {
            auto next = std::move(pages.waiting.front());
            pages.waiting.pop_front();
            ++answers;
            next.done(RequestPage{1000, next.query.offset, {}});
        }
        QCOMPARE(answers, 1);
    }

    void anotherOrderIsTheRunAsItStoodAndSaysHowManyAreNewer() {
        ListPages pages;
        pages.rows = {ListPages::row(0, 1, OutcomeKind::Success, 3), ListPages::row(1, 2, OutcomeKind::Success, 9),
                      ListPages::row(2, 3, OutcomeKind::Success, 1)};
        RequestModel model(pages);
        Tester tester(&model, Tester::FailureReportingMode::Fatal);
        model.setQuery({});
        model.setSnapshot(snapshot(4, {active(9)}, 3));
        pages.answerAll();
        model.sort(static_cast<int>(RequestColumn::InFlight), Qt::DescendingOrder);
        pages.answerAll();
        QCOMPARE(dump(model, {0, 5}), QStringLiteral("req 1 | 9.000\nreq 0 | 3.000\nreq 2 | 1.000"));
        QCOMPARE(model.query().endedBefore, std::optional(4.0));
        pages.rows.push_back(ListPages::row(3, 5, OutcomeKind::Success, 5));
        model.setSnapshot(snapshot(6, {}, 4));
        pages.answerAll();
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.newer(), std::uint64_t(1));
        model.sort(static_cast<int>(RequestColumn::Waterfall), Qt::DescendingOrder);
        pages.answerAll();
        QCOMPARE(dump(model, {0}), QStringLiteral("req 3\nreq 2\nreq 1\nreq 0"));
        QVERIFY(!model.query().endedBefore);
    }

    void theOwnersMomentOutlivesAnotherOrder() {
        ListPages pages;
        for (RequestId id = 0; id < 5; ++id)
            pages.rows.push_back(ListPages::row(id, static_cast<double>(id)));
        RequestModel model(pages);
        model.setSnapshot(snapshot(9, {active(9)}, 5));
        RequestQuery past;
        past.endedBefore = 2.5;
        model.setQuery(past);
        pages.answerAll();
        QCOMPARE(dump(model, {0}), QStringLiteral("req 2\nreq 1\nreq 0"));
        model.sort(static_cast<int>(RequestColumn::Tokens), Qt::DescendingOrder);
        model.sort(static_cast<int>(RequestColumn::Waterfall), Qt::DescendingOrder);
        QCOMPARE(model.query().endedBefore, std::optional(2.5));
    }

    void aProblemIsToldAndTheRowsStay() {
        ListPages pages;
        pages.rows = {ListPages::row(0, 1)};
        RequestModel model(pages);
        model.setQuery({});
        pages.answerAll();
        model.refresh();
        auto next = std::move(pages.waiting.front());
        pages.waiting.pop_front();
        next.done(Error{"the file is gone"});
        QCOMPARE(model.problem(), std::string("the file is gone"));
        QCOMPARE(model.rowCount(), 1);
    }

    void anAnswerAfterTheModelIsGoneTouchesNothing() {
        ListPages pages;
        {
            RequestModel model(pages);
            model.setQuery({});
        }
        pages.answerAll();
    }

    void hostileTextIsShownAsText() {
        ListPages pages;
        auto row = ListPages::row(0, 1);
        row.customId = "<b>x</b>\u202egnp.exe";
        row.prompt = "one\ntwo\x1b[2J";
        pages.rows = {row};
        RequestModel model(pages);
        model.setQuery({});
        pages.answerAll();
        QCOMPARE(dump(model, {0, 1}), QStringLiteral("<b>x</b>\u27e6U+202E\u27e7gnp.exe | one two\u241b[2J"));
        QVERIFY(model.index(0, 0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("&lt;b&gt;")));
    }

    void cellsSayWhatTheyAreToAssistiveTools() {
        ListPages pages;
        pages.rows = {ListPages::row(0, 2)};
        RequestModel model(pages);
        model.setQuery({});
        pages.answerAll();
        QCOMPARE(model.index(0, 4).data(Qt::AccessibleTextRole).toString(), QStringLiteral("TTFT s: 0.200"));
        const auto waterfall = model.index(0, 8).data(Qt::AccessibleTextRole).toString();
        QVERIFY2(waterfall.contains(QStringLiteral("queue 500 ms")) &&
                     waterfall.contains(QStringLiteral("stream 790 ms")),
                 qPrintable(waterfall));
    }
};

QTEST_MAIN(TestRequestModel)
#include "tst_request_model.moc"
