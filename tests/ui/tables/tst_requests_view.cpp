#include "../../support/manual_clock.h"
#include "list_pages.h"
#include "model_dump.h"
#include "ui/tables/request_detail_pane.h"
#include "ui/tables/request_filter_bar.h"
#include "ui/tables/request_model.h"
#include "ui/tables/requests_view.h"
#include "ui/tables/table_view.h"
#include "ui/tables/text_pane.h"

#include <QAccessible>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>

using namespace penstock;
using namespace penstock::ui;

namespace {

ActiveRequest streaming(RequestId id) {
    ActiveRequest out;
    out.id = id;
    out.customId = "req " + std::to_string(id);
    out.stage = ActiveRequest::Stage::Streaming;
    out.queued = 1;
    out.admitted = 2;
    out.sent = 2;
    out.firstToken = 3;
    return out;
}

Snapshot snapshot(double now, std::vector<ActiveRequest> rows, std::uint64_t ended) {
    Snapshot out;
    out.state = RunState::Running;
    out.elapsedSeconds = now;
    out.successes = ended;
    out.active = std::make_shared<const std::vector<ActiveRequest>>(std::move(rows));
    return out;
}

struct Shown {
    test::ManualClock clock;
    ListPages pages;
    RequestsView view{pages, clock};
    explicit Shown(RequestId rows) {
        for (RequestId id = 0; id < rows; ++id)
            pages.rows.push_back(ListPages::row(id, static_cast<double>(id)));
        view.resize(1200, 300);
        view.show();
        view.refresh();
        settle();
    }
    void settle() {
        for (int i = 0; i < 5; ++i) {
            pages.answerAll();
            QCoreApplication::processEvents();
        }
    }
    QString topRow() {
        auto& table = view.table();
        return table.model()->index(table.rowAt(2), 0).data().toString();
    }
};

TextPane* pane(RequestsView& view, const QString& name) {
    for (auto* each : view.findChildren<TextPane*>())
        if (each->accessibleName() == name) return each;
    return nullptr;
}

} // namespace

class TestRequestsView : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void atTheTopItFollowsWhatIsNew() {
        Shown shown(500);
        QCOMPARE(shown.topRow(), QStringLiteral("req 499"));
        shown.view.setSnapshot(snapshot(600, {streaming(900), streaming(901)}, 0));
        shown.settle();
        QCOMPARE(shown.topRow(), QStringLiteral("req 901"));
    }

    void whoHasScrolledKeepsHisPlaceAndHisSelection() {
        Shown shown(500);
        auto& table = shown.view.table();
        table.verticalScrollBar()->setValue(table.verticalHeader()->defaultSectionSize() * 50);
        shown.settle();
        QCOMPARE(shown.topRow(), QStringLiteral("req 449"));
        table.selectRow(52);
        shown.view.setSnapshot(snapshot(600, {streaming(900), streaming(901)}, 0));
        shown.settle();
        QCOMPARE(shown.topRow(), QStringLiteral("req 449"));
        for (RequestId id = 500; id < 540; ++id)
            shown.pages.rows.push_back(ListPages::row(id, static_cast<double>(id)));
        shown.view.setSnapshot(snapshot(601, {streaming(901)}, 40));
        shown.settle();
        QCOMPARE(shown.topRow(), QStringLiteral("req 449"));
        shown.view.setSnapshot(snapshot(602, {}, 42));
        shown.view.setSnapshot(snapshot(603, {}, 42));
        shown.settle();
        QCOMPARE(shown.topRow(), QStringLiteral("req 449"));
        QCOMPARE(table.selectedRowNumbers().size(), 1);
        QCOMPARE(table.model()->index(table.selectedRowNumbers()[0], 0).data().toString(), QStringLiteral("req 447"));
    }

    void scrollingAMillionRowsLoadsWhatIsInView() {
        Shown shown(0);
        shown.pages.madeUp = 1'000'000;
        shown.view.refresh();
        shown.settle();
        auto* bar = shown.view.table().verticalScrollBar();
        bar->setValue(bar->maximum());
        shown.settle();
        const auto [first, last] = shown.view.table().visibleRows();
        QCOMPARE(last, 999'999);
        for (int row = first; row <= last; ++row)
            QCOMPARE(shown.view.model().index(row, 0).data().toString(), QStringLiteral("req %1").arg(999'999 - row));
    }

    /// Prints what a person would feel; no figure of it is asserted, the machine decides it.
    void whatAMillionRowsCost() {
        Shown shown(0);
        shown.pages.madeUp = 1'000'000;
        shown.view.refresh();
        shown.settle();
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < 20; ++i) {
            shown.pages.madeUp += 10;
            shown.view.setSnapshot(snapshot(10 + i, {streaming(2'000'000 + static_cast<RequestId>(i))},
                                            10 * static_cast<std::uint64_t>(i + 1)));
            shown.settle();
        }
        qInfo("a snapshot with ten new results on top of a million: %.1f ms",
              static_cast<double>(timer.nsecsElapsed()) / 20e6);
        auto* bar = shown.view.table().verticalScrollBar();
        timer.restart();
        for (int i = 1; i <= 50; ++i) {
            bar->setValue(bar->maximum() / 50 * i);
            shown.settle();
        }
        qInfo("a jump to another place of it, loaded and drawn: %.1f ms",
              static_cast<double>(timer.nsecsElapsed()) / 50e6);
    }

    void theFilterFollowsAMomentAfterTheLastKey() {
        Shown shown(30);
        auto* field = shown.view.findChild<QLineEdit*>();
        const auto asked = shown.pages.asked.size();
        QTest::keyClicks(field, QStringLiteral("req 2"));
        shown.clock.advance(RequestFilterBar::pause - Nanos{1});
        QCOMPARE(shown.pages.asked.size(), asked);
        shown.clock.advance(Nanos{1});
        QCOMPARE(shown.pages.asked.size(), asked + 1);
        QCOMPARE(shown.pages.asked.back().text, std::string("req 2"));
        shown.settle();
        QCOMPARE(shown.view.model().rowCount(), 11);
        field->clear();
        QTest::keyClick(field, Qt::Key_Return);
        shown.settle();
        QCOMPARE(shown.view.model().rowCount(), 30);
    }

    void aClickOnAHeaderSortsLargestFirst() {
        Shown shown(5);
        auto* header = shown.view.table().horizontalHeader();
        const int column = static_cast<int>(RequestColumn::Tokens);
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, {header->sectionViewportPosition(column) + 20, 8});
        QCOMPARE(shown.pages.asked.back().order, RequestQuery::Order::Tokens);
        QVERIFY(shown.pages.asked.back().descending);
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, {header->sectionViewportPosition(column) + 20, 8});
        QVERIFY(!shown.pages.asked.back().descending);
        // Prompts have no order: nothing is asked and the arrow stays.
        const auto asked = shown.pages.asked.size();
        const int prompt = static_cast<int>(RequestColumn::Prompt);
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, {header->sectionViewportPosition(prompt) + 20, 8});
        QCOMPARE(shown.pages.asked.size(), asked);
        QCOMPARE(header->sortIndicatorSection(), column);
    }

    void aChosenRequestIsWatchedWhileItStreamsAndAskedForWhenItHasEnded() {
        Shown shown(3);
        std::vector<std::optional<RequestId>> watched;
        std::vector<RequestId> wanted;
        connect(&shown.view, &RequestsView::watchWanted, &shown.view,
                [&](std::optional<RequestId> id) { watched.push_back(id); });
        connect(&shown.view, &RequestsView::detailWanted, &shown.view, [&](RequestId id) { wanted.push_back(id); });
        shown.view.setSnapshot(snapshot(5, {streaming(7)}, 0));
        shown.settle();
        shown.view.table().setCurrentIndex(shown.view.model().index(0, 0));
        QCOMPARE(watched.size(), std::size_t(1));
        QCOMPARE(watched[0], std::optional<RequestId>(7));
        auto next = snapshot(6, {streaming(7)}, 0);
        next.watched = std::make_shared<const WatchedStream>(WatchedStream{7, 1, "Hello", "", false});
        shown.view.setSnapshot(next);
        QCOMPARE(pane(shown.view, QStringLiteral("Answer"))->toPlainText(), QStringLiteral("Hello"));
        shown.view.setSnapshot(snapshot(7, {}, 1));
        shown.pages.rows.push_back(ListPages::row(7, 6.5));
        shown.settle();
        shown.view.setSnapshot(snapshot(8, {}, 1));
        QCOMPARE(wanted, std::vector<RequestId>{7});
        QCOMPARE(watched.back(), std::optional<RequestId>());
        QCOMPARE(shown.view.table().selectedRowNumbers(), QList<int>{0});
        QCOMPARE(shown.view.model().idAt(shown.view.table().currentIndex().row()), std::optional<RequestId>(7));
        // The detail keeps what was read where it is.
        RequestDetail detail;
        detail.row = ListPages::row(7, 6.5, OutcomeKind::CutStream);
        detail.text = "Hello, wor";
        detail.message = "the stream ended without [DONE]";
        shown.view.setDetail(detail);
        QCOMPARE(pane(shown.view, QStringLiteral("Answer"))->toPlainText(), QStringLiteral("Hello, wor"));
        QCOMPARE(pane(shown.view, QStringLiteral("Answer"))->replacements(), 1);
        bool told = false;
        for (auto* label : shown.view.detail().findChildren<QLabel*>())
            told = told || (label->text().contains(QStringLiteral("partial, not a success")) && !label->isHidden());
        QVERIFY(told);
    }

    void aLateDetailOfAnotherRequestIsLeftOut() {
        Shown shown(3);
        shown.view.table().setCurrentIndex(shown.view.model().index(0, 0));
        RequestDetail detail;
        detail.row = ListPages::row(0, 1);
        detail.text = "of another";
        shown.view.setDetail(detail);
        QVERIFY(pane(shown.view, QStringLiteral("Answer"))->toPlainText().isEmpty());
    }

    void aStreamIsAppendedAndTheReaderStaysWhereHeIs() {
        TextPane pane(QStringLiteral("Answer"));
        pane.resize(300, 100);
        pane.show();
        std::string text;
        for (int i = 0; i < 100; ++i) {
            text += "line " + std::to_string(i) + "\n";
            pane.setUtf8(text);
        }
        QCOMPARE(pane.replacements(), 1);
        pane.verticalScrollBar()->setValue(20);
        pane.setUtf8(text + "more\n");
        QCOMPARE(pane.verticalScrollBar()->value(), 20);
        pane.verticalScrollBar()->setValue(pane.verticalScrollBar()->maximum());
        pane.setUtf8(text + "more\nand more\n");
        QCOMPARE(pane.verticalScrollBar()->value(), pane.verticalScrollBar()->maximum());
    }

    void aStreamWhoseBeginningWasCutGoesOnWhereItWas() {
        TextPane pane(QStringLiteral("Answer"));
        std::string whole;
        for (int i = 0; i < 2000; ++i)
            whole += std::to_string(i) + " ";
        pane.setUtf8(whole.substr(0, 5000));
        pane.setUtf8(whole.substr(1000, 5000), true);
        QCOMPARE(pane.toPlainText().toStdString(), whole.substr(0, 6000));
        QCOMPARE(pane.replacements(), 1);
    }

    void aCharacterThatComesInTwoPiecesIsShownOnce() {
        TextPane pane(QStringLiteral("Answer"));
        pane.setUtf8("a\xf0\x9f");
        QCOMPARE(pane.toPlainText(), QStringLiteral("a"));
        pane.setUtf8("a\xf0\x9f\x98\x80z");
        QCOMPARE(pane.toPlainText(), QStringLiteral("a\U0001f600z"));
    }

    void markupInAnAnswerStaysText() {
        Shown shown(1);
        shown.view.table().setCurrentIndex(shown.view.model().index(0, 0));
        RequestDetail detail;
        detail.row = ListPages::row(0, 1);
        detail.row.customId = "<h1>big</h1>";
        detail.text = "<b>bold</b>";
        detail.requestHeaders = {"authorization: (hidden)"};
        shown.view.setDetail(detail);
        QCOMPARE(pane(shown.view, QStringLiteral("Answer"))->toPlainText(), QStringLiteral("<b>bold</b>"));
        QCOMPARE(pane(shown.view, QStringLiteral("Headers that were sent"))->toPlainText().trimmed(),
                 QStringLiteral("authorization: (hidden)"));
        for (auto* label : shown.view.detail().findChildren<QLabel*>())
            QCOMPARE(label->textFormat(), Qt::PlainText);
    }

    void selectedRowsAreCopiedWithTheirHeader() {
        Shown shown(3);
        shown.view.resize(1800, 300);
        shown.settle();
        auto& table = shown.view.table();
        table.selectRow(1);
        QCOMPARE(table.selectedAsTsv(),
                 QStringLiteral("Request\tPrompt\tOutcome\tStatus\tTTFT s\tIn flight s\tTokens\tAttempts\tWaterfall\n"
                                "req 1\tprompt 1\t\u2713 ok\t200\t0.200\t1.000\t100\t1\t\n"));
    }

    void everyControlHasANameAndAToolTip() {
        Shown shown(1);
        for (auto* each : shown.view.findChildren<QWidget*>()) {
            if (each->focusPolicy() == Qt::NoFocus || !each->isVisibleTo(&shown.view) ||
                each->objectName().startsWith(QStringLiteral("qt_")))
                continue;
            auto* accessible = QAccessible::queryAccessibleInterface(each);
            const QString name = accessible ? accessible->text(QAccessible::Name) : each->accessibleName();
            QVERIFY2(!name.isEmpty(), each->metaObject()->className());
        }
    }

    void widthsAreKeptButTheOrderIsNot() {
        Shown shown(3);
        shown.view.table().setColumnWidth(1, 333);
        const auto state = shown.view.saveState();
        Shown other(3);
        QVERIFY(other.view.restoreState(state));
        QCOMPARE(other.view.table().columnWidth(1), 333);
        QCOMPARE(other.view.model().query().order, RequestQuery::Order::Ended);
        QVERIFY(!other.view.restoreState(QByteArrayLiteral("garbage")));
    }
};

QTEST_MAIN(TestRequestsView)
#include "tst_requests_view.moc"
