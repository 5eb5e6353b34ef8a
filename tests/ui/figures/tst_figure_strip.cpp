// The cards: their words and numbers, which setting they tell of, and how they stand.
#include "engine/base/cost.h"
#include "ui/figures/figure_card.h"
#include "ui/figures/figure_strip.h"
#include "ui/figures/tabular_text.h"

#include <QAccessible>
#include <QTest>

using namespace penstock;
using namespace penstock::ui;

namespace {

std::shared_ptr<Snapshot> sample() {
    auto s = std::make_shared<Snapshot>();
    s->simulated = true;
    s->state = RunState::Running;
    s->elapsedSeconds = 314.2;
    s->successes = 2480;
    s->failures = 5;
    s->ended = 2485;
    s->attempts = 2516;
    s->retries = 31;
    s->retriesByCause = {{"429", 20}, {"timeout", 11}};
    s->inFlight = s->cap = s->inFlightPeak = 14;
    s->inFlightMean = 9.61;
    s->gapSeconds = 1.2;
    s->gapFraction = 1.2 / 314.2;
    s->connectionsOpened = 140;
    s->connectionsOpen = 14;
    s->currency = "USD";
    s->successesPerHour = cost::successesPerHour(2480, 314.2);
    s->costPerSuccess = cost::costPerSuccess(2.5, s->successesPerHour);
    s->upperBoundPerHour = 28900;
    s->tFirstToken = {0.2, 0.44, 0.6, 0.25, 2500};
    s->wastedTokens = 5500;
    s->avoidableCost = 0.011;
    auto segments = std::make_shared<std::vector<SegmentFigures>>(2);
    auto& last = segments->back();
    last.number = 2;
    last.change = "max-concurrency 4 to 14";
    last.start = 140;
    last.end = 314.2;
    last.settlingSeconds = 0.2;
    last.windowSeconds = 174;
    last.successes = 1698;
    last.failures = 3;
    last.ended = 1701;
    last.attempts = 1721;
    last.retries = 20;
    last.successRate = 1698.0 / 1701;
    last.successesPerHour = cost::successesPerHour(1698, 174);
    last.costPerSuccess = cost::costPerSuccess(2.5, last.successesPerHour);
    last.costInterval = Interval{6.98e-5, 7.3e-5};
    last.tFirstToken = {0.21, 0.48, 0.71, 0.25, 1710};
    last.upperBoundPerHour = 35800;
    last.gapSeconds = 0.07;
    last.gapFraction = 0.07 / 174;
    last.newConnectionsPerSuccess = 10.0 / 1698;
    segments->front().number = 1;
    segments->front().change = "start";
    s->segments = segments;
    return s;
}

BaselineFigures pinned() {
    SegmentFigures base;
    base.costPerSuccess = 0.000245;
    base.windowSeconds = 60;
    base.successRate = 0.984;
    base.tFirstToken.p95 = 0.34;
    return baselineFigures(QStringLiteral("cap 1"), base);
}

std::vector<SnapshotHistory::Point> wave(const SnapshotHistory::Value&, double from, double to, int columns) {
    std::vector<SnapshotHistory::Point> points;
    for (int at = 0; at < columns; ++at) {
        const double x = static_cast<double>(at) / columns;
        points.push_back({from + (to - from) * x, 1 / (0.3 + x) + 0.2 * std::sin(at * 1.7)});
    }
    return points;
}

void picture(QWidget& widget, const QString& name) {
    const QString folder = qEnvironmentVariable("PENSTOCK_PICTURES");
    if (!folder.isEmpty()) widget.grab().save(folder + QLatin1Char('/') + name + QStringLiteral(".png"));
}

} // namespace

class TstFigureStrip final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { Theme::instance().setMode(Theme::Mode::Dark); }

    void showsThePresentSettingsFiguresOnceItHasASuccess() {
        const auto snapshot = sample();
        const FigureInput in{snapshot.get(), {}, nullptr, FigureScope::Setting};
        const auto cost = figureText(Figure::CostPerSuccess, in);
        // C_hour / R_success = 2.5 / (1698 / (174 / 3600))
        QCOMPARE(cost.value, QStringLiteral("$0.0000712"));
        QCOMPARE(cost.badge, QStringLiteral("setting #2"));
        QVERIFY(cost.tip.contains(QStringLiteral("cost_per_success = C_hour / R_success")));
        QVERIFY(cost.tip.contains(QStringLiteral("1,698")));
        QVERIFY(cost.simulated);
        QCOMPARE(figureText(Figure::SuccessesPerHour, in).value, QStringLiteral("35,131"));
        QCOMPARE(figureText(Figure::SuccessesPerHour, in).caption, QStringLiteral("upper bound 35,800")); // the setting's, and not the run's
        QCOMPARE(figureText(Figure::SuccessRate, in).value, QStringLiteral("99.8 %"));
        QCOMPARE(figureText(Figure::FirstToken, in).value, QStringLiteral("210 / 480 ms"));
        QCOMPARE(figureText(Figure::InFlight, in).value, QStringLiteral("14 / 14"));
        QCOMPARE(figureText(Figure::Gap, in).value, QStringLiteral("0.04 %"));
        QCOMPARE(figureText(Figure::NewConnections, in).value, QStringLiteral("0.0059"));
        QCOMPARE(figureText(Figure::Retries, in).value, QStringLiteral("1.2 %"));
        QCOMPARE(figureText(Figure::Retries, in).caption, QStringLiteral("avoidable $0.0110"));
    }

    void showsTheWholeRunsFiguresWhenAskedToOrWhileASettingHasNone() {
        auto snapshot = sample();
        const auto check = [&](FigureScope wanted, const QString& badge) {
            const FigureInput in{snapshot.get(), {}, nullptr, wanted};
            QCOMPARE(figureText(Figure::CostPerSuccess, in).value, QStringLiteral("$0.0000880")); // 2.5 / (2480 / (314.2 / 3600))
            QCOMPARE(figureText(Figure::CostPerSuccess, in).badge, badge);
            QCOMPARE(figureText(Figure::SuccessesPerHour, in).caption, QStringLiteral("upper bound 28,900"));
            QCOMPARE(figureText(Figure::SuccessRate, in).badge, QStringLiteral("run"));
            QCOMPARE(figureText(Figure::NewConnections, in).value, QStringLiteral("0.0565"));
        };
        check(FigureScope::Run, QStringLiteral("whole run"));
        auto segments = std::make_shared<std::vector<SegmentFigures>>(*snapshot->segments);
        segments->back() = SegmentFigures{};
        segments->back().number = 3;
        snapshot->segments = segments;
        check(FigureScope::Setting, QStringLiteral("whole run, #3 settles"));
        const FigureInput in{snapshot.get(), {}, nullptr, FigureScope::Setting};
        QVERIFY(figureText(Figure::Gap, in).tip.contains(QStringLiteral("still settling")));
    }

    void aFinishedRunOfOneSettingSaysWhatItsRecordSays() {
        auto snapshot = sample();
        snapshot->segments = std::make_shared<std::vector<SegmentFigures>>(1, snapshot->segments->back());
        const FigureInput in{snapshot.get(), {}, nullptr, FigureScope::Setting};
        QVERIFY(effectiveScope(in) == FigureScope::Setting);
        snapshot->state = RunState::Finished;
        QVERIFY(effectiveScope(in) == FigureScope::Run);
        QCOMPARE(figureText(Figure::CostPerSuccess, in).value, QStringLiteral("$0.0000880"));
    }

    void saysTheChangeAgainstTheBaselineInWordsWithArrowAndTone() {
        const auto snapshot = sample();
        auto base = pinned();
        FigureInput in{snapshot.get(), {}, &base, FigureScope::Setting};
        auto cost = figureText(Figure::CostPerSuccess, in);
        QCOMPARE(cost.change, QStringLiteral("\u25bc 71 % below")); // 0.0000712 / 0.000245 - 1
        QCOMPARE(cost.caption, QStringLiteral("baseline $0.000245"));
        QVERIFY(cost.tone == ColorRole::Good);
        QCOMPARE(cost.spoken, QStringLiteral("Cost per success, 0.0000712 US dollars, 71 % below baseline, simulated"));
        base.costPerSuccess = 0.00005;
        cost = figureText(Figure::CostPerSuccess, in);
        QCOMPARE(cost.change, QStringLiteral("\u25b2 42 % above"));
        QVERIFY(cost.tone == ColorRole::Bad);
        base.currency = "EUR";
        cost = figureText(Figure::CostPerSuccess, in);
        QCOMPARE(cost.change, QString());
        QVERIFY(cost.tip.contains(QStringLiteral("The baseline is in EUR")));
    }

    void whatIsMissingIsADashThatSaysWhy() {
        const FigureInput nothing{};
        for (const auto& text : figureTexts(nothing)) {
            QVERIFY2(text.value.startsWith(QChar(0x2013)), qPrintable(text.title));
            QCOMPARE(text.caption, QStringLiteral("nothing has run yet"));
            QVERIFY(text.tip.contains(QStringLiteral("No figure: nothing has run yet.")));
        }
        Snapshot early;
        early.elapsedSeconds = 1;
        early.currency = "USD";
        FigureInput in{&early, {}, nullptr, FigureScope::Setting};
        QCOMPARE(figureText(Figure::CostPerSuccess, in).caption, QStringLiteral("no success yet"));
        QCOMPARE(figureText(Figure::SuccessRate, in).caption, QStringLiteral("no request has ended yet"));
        QVERIFY(figureText(Figure::Retries, in).tip.contains(QStringLiteral("no price per token is set")));
        early.successes = 3;
        in.knobs.costPerHour = 0;
        QVERIFY(figureText(Figure::CostPerSuccess, in).caption.startsWith(QStringLiteral("cost-per-hour is 0")));
    }

    void aRateJustBelowAllIsNotRoundedToAll() {
        Snapshot s;
        s.successes = 9999;
        s.failures = 1;
        s.ended = s.successes + 1;
        const FigureInput in{&s, {}, nullptr, FigureScope::Run};
        QCOMPARE(figureText(Figure::SuccessRate, in).value, QStringLiteral("> 99.9 %"));
    }

    void aClickOrAKeyTurnsBetweenSettingAndRun() {
        FigureStrip strip;
        strip.setSnapshot(sample());
        strip.resize(1440, 90);
        strip.show();
        auto* card = strip.card(Figure::CostPerSuccess);
        QTest::mouseClick(card, Qt::LeftButton);
        QVERIFY(strip.wantedScope() == FigureScope::Run);
        QCOMPARE(card->text().badge, QStringLiteral("whole run"));
        QTest::keyClick(card, Qt::Key_Space);
        QCOMPARE(card->text().badge, QStringLiteral("setting #2"));
    }

    void eachCardSpeaksAndCanBeReachedAndPressed() {
        FigureStrip strip;
        strip.setSnapshot(sample());
        for (std::size_t at = 0; at < figureCount; ++at) {
            auto* card = strip.card(static_cast<Figure>(at));
            QVERIFY(card->focusPolicy() & Qt::TabFocus);
            auto* said = QAccessible::queryAccessibleInterface(card);
            QCOMPARE(said->role(), QAccessible::Button);
            QCOMPARE(said->text(QAccessible::Name), card->text().spoken);
            QCOMPARE(said->text(QAccessible::Value), card->text().value);
            QVERIFY(card->text().spoken.startsWith(card->text().title));
        }
        auto* cost = QAccessible::queryAccessibleInterface(strip.card(Figure::CostPerSuccess));
        cost->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
        QVERIFY(strip.wantedScope() == FigureScope::Run);
    }

    void standsInOneRowOrTwoAndNeverMovesWithItsFigures() {
        FigureStrip strip;
        strip.show();
        for (const auto& [width, rows] : {std::pair{1440, 1}, {1024, 2}, {1900, 1}}) {
            strip.resize(width, strip.heightForWidth(width));
            QCOMPARE(strip.rows(), rows);
            std::vector<QRect> before;
            for (std::size_t at = 0; at < figureCount; ++at) {
                before.push_back(strip.card(static_cast<Figure>(at))->geometry());
                QVERIFY(strip.rect().contains(before.back()));
                for (std::size_t other = 0; other < at; ++other) QVERIFY(!before[other].intersects(before.back()));
            }
            strip.setSnapshot(sample());
            QCoreApplication::processEvents();
            for (std::size_t at = 0; at < figureCount; ++at) QCOMPARE(strip.card(static_cast<Figure>(at))->geometry(), before[at]);
        }
    }

    void digitsAllHaveOneWidth() {
        const QFont font = Theme::instance().font(FontRole::FigureLarge);
        QCOMPARE(tabularWidth(QStringLiteral("$1.11"), font), tabularWidth(QStringLiteral("$0.48"), font));
    }

    void sparklinesShowFiveMinutesOfEachFigure() {
        FigureStrip strip;
        std::vector<std::pair<double, double>> ranges;
        strip.setSeries([&](const SnapshotHistory::Value& value, double from, double to, int) {
            ranges.emplace_back(from, to);
            return std::vector<SnapshotHistory::Point>{{to, value(*sample())}};
        });
        strip.setSnapshot(sample());
        QCOMPARE(ranges.size(), figureCount);
        QVERIFY(std::abs(ranges[0].first - 14.2) < 1e-9);
        QCOMPARE(ranges[0].second, 314.2);
        QCOMPARE(strip.card(Figure::InFlight)->points().at(0).value, std::optional<double>(14));
        auto later = sample();
        later->elapsedSeconds += 0.1;
        strip.setSnapshot(later);
        QCOMPARE(ranges.size(), figureCount); // ten times a second would not be seen
    }

    void looks() {
        FigureStrip strip;
        strip.setAutoFillBackground(true);
        strip.setSeries(wave);
        strip.setSnapshot(sample());
        strip.setBaseline(pinned());
        for (const bool dark : {true, false})
            for (const int width : {1440, 1024, 1900}) {
                Theme::instance().setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
                strip.resize(width, strip.heightForWidth(width));
                picture(strip, QStringLiteral("strip_%1_%2").arg(dark ? QStringLiteral("dark") : QStringLiteral("light")).arg(width));
            }
        strip.setScale(1.6);
        strip.resize(1900, strip.heightForWidth(1900));
        picture(strip, QStringLiteral("strip_presentation"));
        FigureStrip empty;
        empty.setAutoFillBackground(true);
        empty.resize(1440, empty.heightForWidth(1440));
        picture(empty, QStringLiteral("strip_empty"));
    }
};

QTEST_MAIN(TstFigureStrip)
#include "tst_figure_strip.moc"
