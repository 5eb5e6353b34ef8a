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
    last.attempts = 1721;
    last.retries = 20;
    last.successRate = 1698.0 / 1701;
    last.successesPerHour = cost::successesPerHour(1698, 174);
    last.costPerSuccess = cost::costPerSuccess(2.5, last.successesPerHour);
    last.costInterval = Interval{6.98e-5, 7.3e-5};
    last.tFirstToken = {0.21, 0.48, 0.71, 0.25, 1710};
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
