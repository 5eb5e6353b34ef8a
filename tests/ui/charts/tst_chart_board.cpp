#include "tests/ui/support/believable_history.h"
#include "ui/charts/chart_board.h"

#include <QAccessible>
#include <QLabel>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QXmlStreamReader>

#include <set>

using namespace penstock;
using namespace penstock::ui;

class TestChartBoard : public QObject {
    Q_OBJECT

    SnapshotHistory history_;

    std::unique_ptr<ChartBoard> board(QSize size = {1120, 460}) {
        auto board = std::make_unique<ChartBoard>();
        board->resize(size);
        board->setHistory(&history_);
        board->setSimulated(true);
        board->setMarkers({{10, QStringLiteral("cap 1\u21924"), QStringLiteral("max-concurrency 1 to 4")}, {24, QStringLiteral("cap 4\u219214"), QStringLiteral("max-concurrency 4 to 14")}});
        board->setBaseline(0.00044, QStringLiteral("cap 4"));
        board->show();
        board->refresh();
        return board;
    }
    static int columns(const ChartBoard& board) {
        std::set<int> lefts;
        for (auto* chart : board.charts())
            if (chart->isVisible()) lefts.insert(chart->x());
        return static_cast<int>(lefts.size());
    }
    static QToolButton* button(ChartBoard& board, const QString& text) {
        for (auto* found : board.findChildren<QToolButton*>())
            if (found->text() == text) return found;
        return nullptr;
    }

    static Status exported(ChartBoard& board, const QString& folder, std::optional<double> until = {}) {
        std::optional<Status> status;
        board.exportAll(folder, until, {{}, [&](const Status& told) { status = told; }});
        if (!QTest::qWaitFor([&] { return status.has_value(); }, 60'000)) qFatal("the export does not end");
        return *status;
    }
    /// Of a chart's CSV; below 0 when it has no line.
    static double lastSecond(const QString& path) {
        QFile csv(path);
        if (!csv.open(QIODevice::ReadOnly)) return 1e9;
        csv.readLine();
        double last = -1;
        while (!csv.atEnd()) last = csv.readLine().split(',')[0].toDouble();
        return last;
    }

private Q_SLOTS:
    void initTestCase() { test::fillBelievably(history_); }

    void theGridFollowsTheWidth() {
        const std::pair<QSize, int> cases[] = {{{1120, 460}, 3}, {{700, 600}, 2}, {{420, 900}, 1}};
        for (const auto& [size, expected] : cases) {
            const auto shown = board(size);
            QTRY_COMPARE_WITH_TIMEOUT(columns(*shown), expected, 5000);
        }
    }

    void aDoubleClickEnlargesAndEscapeBringsAllBack() {
        const auto shown = board();
        QTest::mouseDClick(shown->charts()[4], Qt::LeftButton);
        QCOMPARE(shown->enlarged(), shown->charts()[4]);
        QVERIFY(shown->charts()[4]->isVisible());
        QVERIFY(!shown->charts()[0]->isVisible());
        QTest::keyClick(shown->charts()[4], Qt::Key_Escape);
        QVERIFY(shown->enlarged() == nullptr);
        QVERIFY(shown->charts()[0]->isVisible());
    }

    void theRangeIsChosenByTheBarAndTheKeys() {
        const auto shown = board();
        QTest::mouseClick(button(*shown, QStringLiteral("Whole run")), Qt::LeftButton);
        QVERIFY(shown->view().range() == TimeView::Range::WholeRun);
        QTest::keyClick(shown->charts()[0], Qt::Key_Plus);
        QVERIFY(shown->view().range() == TimeView::Range::FiveMinutes);
        QVERIFY(button(*shown, QStringLiteral("5 min"))->isChecked());
    }

    void theWholeRunGrowsInItsFirstHalfMinuteWhileTheAxisRests() {
        SnapshotHistory young;
        test::fillBelievably(young, 5);
        ChartBoard shown;
        shown.resize(1120, 460);
        shown.view().setRange(TimeView::Range::WholeRun);
        shown.setHistory(&young);
        shown.show();
        shown.refresh();
        auto* chart = shown.charts()[0];
        const auto inkRightOf = [chart](double share) { // pixels of the line's colour in the plot right of a share of the width
            const auto picture = chart->grab().toImage();
            const QColor blue = Theme::instance().color(ColorRole::Blue);
            int ink = 0;
            for (int x = static_cast<int>(picture.width() * share); x < picture.width() * 0.95; ++x)
                for (int y = picture.height() / 3; y < picture.height() * 0.85; ++y) ink += picture.pixelColor(x, y) == blue;
            return ink;
        };
        QCOMPARE(inkRightOf(0.5), 0);
        for (int i = 1; i <= 200; ++i) {
            auto s = std::make_shared<Snapshot>(*young.newest());
            s->elapsedSeconds += 0.1;
            young.add(std::move(s));
            shown.refresh();
        }
        QCOMPARE(shown.view().to(), young.start() + 30);
        QVERIFY(inkRightOf(0.5) > 20);
    }

    void freezingHoldsTheChartsStill() {
        const auto shown = board();
        auto* freeze = button(*shown, QStringLiteral("Freeze"));
        QTest::mouseClick(freeze, Qt::LeftButton);
        QVERIFY(!shown->view().following());
        QVERIFY(freeze->isChecked()); // its words stay: a pressed button named after what pressing it again does is read either way
        QTest::mouseClick(freeze, Qt::LeftButton);
        QVERIFY(shown->view().following());
    }

    void theScrollBarGoesBackInTime() {
        const auto shown = board();
        auto* bar = shown->findChild<QScrollBar*>();
        QVERIFY(bar->isEnabled());
        bar->setValue(0);
        QCOMPARE(shown->view().from(), history_.start());
        QVERIFY(!shown->view().following());
        bar->setValue(bar->maximum());
        QVERIFY(shown->view().following());
    }

    void theCrosshairIsSharedByAllCharts() {
        const auto shown = board();
        auto* chart = shown->charts()[0];
        chart->grab();
        QTest::mouseMove(chart, QPoint(chart->width() / 2, chart->height() / 2));
        QTRY_VERIFY(shown->view().crosshair().has_value());
        const double at = *shown->view().crosshair();
        QVERIFY(at > 30 && at < 60);
        QTest::keyClick(shown->charts()[1], Qt::Key_Left);
        QVERIFY(*shown->view().crosshair() < at);
    }

    void eachChartTellsItsFiguresToAssistivePrograms() {
        const auto shown = board();
        shown->grab();
        for (auto* chart : shown->charts()) {
            auto* accessible = QAccessible::queryAccessibleInterface(chart);
            QVERIFY(accessible);
            QCOMPARE(accessible->text(QAccessible::Description), chart->words());
            QCOMPARE(accessible->role(), QAccessible::Chart);
            QCOMPARE(accessible->text(QAccessible::Name), chart->spec().title);
            QVERIFY(chart->words().startsWith(chart->spec().title + QLatin1Char(':')));
            QVERIFY(chart->words().endsWith(QStringLiteral("(simulated)")));
        }
        QVERIFY2(shown->charts()[0]->words().contains(QStringLiteral("cap 14")), qPrintable(shown->charts()[0]->words()));
        QVERIFY2(shown->charts()[4]->words().contains(QStringLiteral("baseline cap 4")), qPrintable(shown->charts()[4]->words()));
    }

    void exportsHoldTheFiguresAndTheWordSimulated() {
        const auto shown = board();
        shown->grab();
        const QTemporaryDir folder;
        const QString charts = folder.filePath(QStringLiteral("charts"));
        const auto written = exported(*shown, charts);
        QVERIFY2(written.ok(), written ? "" : written.error().message.c_str());
        QCOMPARE(QDir(charts).entryList(QDir::Files).size(), 12);
        QFile csv(charts + QStringLiteral("/in_flight.csv"));
        QVERIFY(csv.open(QIODevice::ReadOnly));
        QCOMPARE(csv.readLine(), QByteArray("seconds,in flight,cap,simulated\n"));
        double before = -1;
        int rows = 0;
        while (!csv.atEnd()) {
            const auto cells = csv.readLine().trimmed().split(',');
            QCOMPARE(cells.size(), 4);
            QVERIFY(cells[0].toDouble() > before);
            before = cells[0].toDouble();
            ++rows;
        }
        QVERIFY(rows > 20);
        QImage picture(charts + QStringLiteral("/cost_per_success.png"));
        QCOMPARE(picture.size(), QSize(2400, 1200));
        const QString svg = folder.filePath(QStringLiteral("chart.svg"));
        const auto bytes = shown->charts()[0]->svg(svg, {800, 400}).draw()();
        QVERIFY(bytes.contains("simulated"));
        QXmlStreamReader xml(bytes);
        while (!xml.atEnd()) xml.readNext();
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    }

    void aPlaceThatCannotBeWrittenToIsNamed() {
        const auto shown = board();
        const auto written = exported(*shown, QStringLiteral("/proc/nowhere"));
        QVERIFY(!written.ok());
        QVERIFY(written.error().message.find("/proc/nowhere") != std::string::npos);
    }

    void chartsThatAreExportedTogetherAreOfOneMoment() {
        SnapshotHistory growing;
        test::fillBelievably(growing, 20);
        ChartBoard shown;
        shown.setHistory(&growing);
        shown.refresh();
        const QTemporaryDir folder;
        std::optional<Status> written;
        // The run goes on while they are drawn, one after the other.
        shown.exportAll(folder.path(), std::nullopt,
                        {[&](double) {
                             auto later = std::make_shared<Snapshot>(*growing.at(growing.end()));
                             later->elapsedSeconds += 1;
                             growing.add(later);
                             shown.refresh();
                         },
                         [&](const Status& status) { written = status; }});
        QTRY_VERIFY_WITH_TIMEOUT(written, 60'000);
        QVERIFY(written->ok());
        QVERIFY(growing.end() > 30);
        for (const auto* chart : shown.charts()) QVERIFY2(lastSecond(folder.filePath(chart->spec().id + QStringLiteral(".csv"))) <= 20, qPrintable(chart->spec().id));
    }

    void allChartsAreWrittenOfTheWholeRunWhateverIsInSight() {
        const auto shown = board();
        shown->view().setRange(TimeView::Range::HalfMinute);
        const QTemporaryDir folder;
        QVERIFY(exported(*shown, folder.path()).ok());
        QFile csv(folder.filePath(shown->charts()[0]->spec().id + QStringLiteral(".csv")));
        QVERIFY(csv.open(QIODevice::ReadOnly));
        csv.readLine();
        const double first = csv.readLine().split(',')[0].toDouble();
        QVERIFY2(first <= history_.start() + 1 && history_.end() - first > 35, qPrintable(QString::number(first)));
    }

    void anExportUpToAMomentHoldsNothingLater() {
        const auto shown = board();
        const QTemporaryDir folder;
        QVERIFY(exported(*shown, folder.path(), 31.5).ok());
        for (const auto* chart : shown->charts()) {
            const auto last = lastSecond(folder.filePath(chart->spec().id + QStringLiteral(".csv")));
            QVERIFY2(last <= 31.5 && last > 25, qPrintable(chart->spec().id));
        }
    }

    void aChartIsSavedByWayOfTheBoardAndToldWhenItIsThere() {
        const auto shown = board();
        const QTemporaryDir folder;
        QSignalSpy saved(shown.get(), &ChartBoard::saved), problems(shown.get(), &ChartBoard::problem);
        Q_EMIT shown->charts()[1]->saveRequested(shown->charts()[1]->csv(folder.filePath("x.csv")));
        QVERIFY(!QFile::exists(folder.filePath("x.csv")));
        QTRY_COMPARE_WITH_TIMEOUT(saved.count(), 1, 60'000);
        QCOMPARE(saved[0][0].toString(), folder.filePath("x.csv"));
        QVERIFY(QFile::exists(folder.filePath("x.csv")));
        Q_EMIT shown->charts()[1]->saveRequested(shown->charts()[1]->csv("/proc/nowhere/x.csv"));
        QTRY_COMPARE_WITH_TIMEOUT(problems.count(), 1, 60'000);
        QVERIFY(problems[0][0].toString().contains("/proc/nowhere"));
    }

    void presentationShowsThreeCharts() {
        const auto shown = board({1900, 700});
        shown->setPresentation(true);
        int visible = 0;
        for (auto* chart : shown->charts()) visible += chart->isVisible();
        QCOMPARE(visible, 3);
        shown->setPresentation(false);
        visible = 0;
        for (auto* chart : shown->charts()) visible += chart->isVisible();
        QCOMPARE(visible, 6);
    }

    /// The words that a picture of the chart holds.
    static QString wordsIn(const LiveChart& chart, QSize size) {
        QXmlStreamReader xml(chart.svg(QStringLiteral("chart.svg"), size).draw()());
        QString words;
        while (!xml.atEnd())
            if (xml.readNext() == QXmlStreamReader::StartElement && xml.name() == QLatin1String("text")) words += xml.readElementText() + QLatin1Char('|');
        return words;
    }

    void everyLineIsNamedAtEverySize() {
        const auto shown = board();
        for (const QSize size : {QSize(200, 132), QSize(240, 110), QSize(330, 150), QSize(420, 180), QSize(700, 300)}) {
            for (const char* name : {"p50", "p95", "p99"}) QVERIFY2(wordsIn(*shown->charts()[2], size).contains(QLatin1String(name)), name);
            const QString cost = wordsIn(*shown->charts()[4], size), speed = wordsIn(*shown->charts()[5], size);
            for (const char* name : {"last 10 s", "whole", "base"}) QVERIFY2(cost.contains(QLatin1String(name)), qPrintable(cost));
            for (const char* name : {"successes/min", "tokens/s"}) QVERIFY2(speed.contains(QLatin1String(name)), qPrintable(speed));
        }
        // With their figures where they fit.
        QVERIFY(wordsIn(*shown->charts()[2], {360, 200}).contains(QStringLiteral("637 ms")));
        QVERIFY(wordsIn(*shown->charts()[4], {360, 200}).contains(QStringLiteral("$0.000440")));
    }

    void chartsOfTheWindowSayHowLongItIs() {
        const auto shown = board();
        QVERIFY(wordsIn(*shown->charts()[2], {360, 200}).contains(QStringLiteral("last 10 s")));
        QVERIFY(wordsIn(*shown->charts()[5], {360, 200}).contains(QStringLiteral("last 10 s")));
        SnapshotHistory slow;
        test::fillBelievably(slow, 20);
        auto s = std::make_shared<Snapshot>(*slow.newest());
        s->elapsedSeconds += 0.1;
        s->window.seconds = 34;
        slow.add(std::move(s));
        shown->setHistory(&slow);
        QVERIFY(wordsIn(*shown->charts()[2], {360, 200}).contains(QStringLiteral("last 34 s")));
        QVERIFY(wordsIn(*shown->charts()[4], {360, 200}).contains(QStringLiteral("last 34 s")));
    }

    void afterTheRunsEndNothingIsNow() {
        const auto shown = board();
        QVERIFY(wordsIn(*shown->charts()[0], {360, 200}).contains(QStringLiteral("now")));
        SnapshotHistory over;
        test::fillBelievably(over, 70);
        auto s = std::make_shared<Snapshot>(*over.newest());
        s->elapsedSeconds += 0.1;
        s->state = RunState::Finished;
        over.add(std::move(s));
        shown->setHistory(&over);
        const QString words = wordsIn(*shown->charts()[0], {360, 200});
        QVERIFY2(!words.contains(QStringLiteral("now")), qPrintable(words));
        QVERIFY(words.contains(QStringLiteral("at the end")));
        QVERIFY(words.contains(QStringLiteral("01:00")));
    }

    void aFrozenBoardSaysSoAndSince() {
        const auto shown = board();
        auto* badge = shown->findChild<QLabel*>(QStringLiteral("frozen"));
        QVERIFY(!badge->isVisible());
        const auto warnings = [&] { // pixels of the playhead's colour
            const auto picture = shown->charts()[0]->grab().toImage();
            const QColor warn = Theme::instance().color(ColorRole::Warn);
            int ink = 0;
            for (int y = 60; y < picture.height(); ++y)
                for (int x = picture.width() / 2; x < picture.width(); ++x) ink += picture.pixelColor(x, y) == warn;
            return ink;
        };
        QCOMPARE(warnings(), 0);
        shown->view().setFollowing(false);
        QVERIFY(badge->isVisible());
        QCOMPARE(badge->text(), QStringLiteral("frozen at 01:00"));
        QVERIFY(warnings() > 20);
        shown->view().scrollBy(-13);
        QCOMPARE(badge->text(), QStringLiteral("frozen at 00:47"));
        shown->view().setFollowing(true);
        QVERIFY(!badge->isVisible());
        shown->view().setShownTime(50); // of a finished run
        QVERIFY(warnings() > 20);
    }

    void emptyChartsAreCalm() {
        SnapshotHistory none;
        const auto shown = board();
        shown->setHistory(&none);
        for (auto* chart : shown->charts()) QCOMPARE(wordsIn(*chart, {900, 200}), chart->spec().emptyText + QLatin1Char('|') + chart->spec().title + QLatin1Char('|'));
        // A run without retries: no lines behind the words.
        SnapshotHistory smooth;
        auto s = std::make_shared<Snapshot>(*history_.newest());
        s->retriesByCause.clear();
        smooth.add(std::move(s));
        shown->setHistory(&smooth);
        const QString words = wordsIn(*shown->charts()[3], {900, 200});
        QVERIFY2(words.contains(QStringLiteral("No retries")) && !words.contains(QStringLiteral("cap")) && !words.contains(QStringLiteral("now")), qPrintable(words));
    }

    void emptyChartsSayWhatWillBeThere() {
        ChartBoard shown;
        SnapshotHistory none;
        shown.setHistory(&none);
        shown.show();
        for (auto* chart : shown.charts()) QVERIFY(chart->words().contains(chart->spec().emptyText) && !chart->spec().emptyText.isEmpty());
    }

    /// For a look: PENSTOCK_PICTURES=FOLDER writes what the board looks like.
    void pictures() {
        const auto folder = qEnvironmentVariable("PENSTOCK_PICTURES");
        if (folder.isEmpty()) QSKIP("PENSTOCK_PICTURES names no folder");
        for (const bool dark : {true, false}) {
            Theme::instance().setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
            const QString theme = dark ? QStringLiteral("dark") : QStringLiteral("light");
            for (const QSize size : {QSize(1120, 460), QSize(700, 560), QSize(1900, 700)}) {
                const auto shown = board(size);
                shown->view().setRange(TimeView::Range::WholeRun);
                shown->grab(); // lays itself out for its size
                QCoreApplication::processEvents();
                QVERIFY(shown->grab().save(QStringLiteral("%1/board_%2_%3.png").arg(folder, theme).arg(size.width())));
            }
        }
    }
};

QTEST_MAIN(TestChartBoard)
#include "tst_chart_board.moc"
