// What the charts cost: the history of an eight-hour run, and the board of six charts drawn ten times a second at 1440x900's
// share of the window. Prints figures, asserts nothing: they depend on the machine. `bench_console_charts [SECONDS]`.
#include "ui/charts/chart_board.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTimer>

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>

using namespace penstock;
using namespace penstock::ui;

namespace {

double processorSeconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto of = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6; };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

double part(std::vector<double> values, double quantile) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, static_cast<std::size_t>(quantile * static_cast<double>(values.size())))];
}

/// One moment of a run of 100 streams whose figures never rest, which is the worst that a chart can be given.
std::shared_ptr<Snapshot> moment(int i) {
    auto s = std::make_shared<Snapshot>();
    const auto n = static_cast<std::uint64_t>(i);
    s->sequence = n;
    s->state = RunState::Running;
    s->elapsedSeconds = i / 10.0;
    s->currency = "USD";
    s->cap = 100;
    s->inFlight = 100 - (i * 7919) % 9;
    s->queueCapacity = 256;
    s->queueDepth = 200 + (i * 104729) % 50;
    const auto sway = [i](int step) { return ((i * step) % 97) / 97.0; };
    s->window.tFirstToken.p50 = 0.2 + 0.02 * sway(31);
    s->window.tFirstToken.p95 = 0.45 + 0.06 * sway(37);
    s->window.tFirstToken.p99 = 0.7 + 0.1 * sway(41);
    s->window.costPerSuccess = 0.0014 + 0.0002 * sway(43);
    s->costPerSuccess = 0.0016 + 0.00002 * sway(47);
    s->window.successesPerHour = 36'000 + 900 * sway(53);
    s->window.outputTokensPerSecond = 10'000 + 400 * sway(59);
    s->retriesByCause = {{"429", n / 7}, {"503", n / 31}, {"network", n / 23}, {"first_token_timeout", n / 41}, {"cut_stream", n / 53}};
    return s;
}

void history() {
    SnapshotHistory history;
    const double before = processorSeconds();
    for (int i = 0; i < 288'000; ++i) history.add(moment(i));
    std::printf("history: 288,000 snapshots (8 h) taken in at %.1f us each, %zu entries held\n",
                (processorSeconds() - before) * 1e6 / 288'000, history.size());
    const SnapshotHistory::Value value = [](const Snapshot& s) { return s.window.tFirstToken.p95; };
    for (const auto& [name, span] : {std::pair{"30 s", 30.0}, {"5 min", 300.0}, {"1 h", 3600.0}, {"8 h", 28'800.0}}) {
        QElapsedTimer timer;
        timer.start();
        std::size_t points = 0;
        constexpr int times = 50;
        for (int i = 0; i < times; ++i) points = history.points(value, history.end() - span, history.end(), 170).size();
        std::printf("history: points() of %-5s in 170 columns: %.3f ms, %zu points\n", name,
                    static_cast<double>(timer.nsecsElapsed()) / 1e6 / times, points);
    }
}

void board(TimeView::Range range, const char* name, int already, double seconds) {
    SnapshotHistory history;
    int next = 0;
    for (; next < already; ++next) history.add(moment(next));
    ChartBoard board;
    board.resize(1120, 460);
    board.setHistory(&history);
    board.view().setRange(range);
    std::vector<ChartMarker> markers;
    for (int i = 1; i <= 4; ++i)
        markers.push_back({next / 10.0 - 6.0 * i, QStringLiteral("cap 4 \u2192 14"), QStringLiteral("max-concurrency 4 to 14")});
    std::reverse(markers.begin(), markers.end());
    board.setMarkers(markers);
    board.show();
    QApplication::processEvents();

    // A frame is everything that a snapshot causes: reading the history, laying out and painting.
    std::vector<double> frames, stalls;
    QTimer ticks, beats;
    ticks.setTimerType(Qt::PreciseTimer);
    beats.setTimerType(Qt::PreciseTimer);
    QObject::connect(&ticks, &QTimer::timeout, [&] {
        history.add(moment(next++));
        QElapsedTimer timer;
        timer.start();
        board.refresh();
        QCoreApplication::sendPostedEvents();
        QApplication::processEvents(QEventLoop::ExcludeUserInputEvents | QEventLoop::ExcludeSocketNotifiers);
        frames.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    });
    QElapsedTimer beat;
    QObject::connect(&beats, &QTimer::timeout, [&] { stalls.push_back(std::max(0.0, static_cast<double>(beat.nsecsElapsed()) / 1e6 - 5)); beat.restart(); });
    beat.start();
    ticks.start(100);
    beats.start(5);
    const double before = processorSeconds();
    QElapsedTimer whole;
    whole.start();
    QTimer::singleShot(static_cast<int>(seconds * 1000), qApp, &QApplication::quit);
    QApplication::exec();
    const double wall = static_cast<double>(whole.nsecsElapsed()) / 1e9;
    std::printf("board %s %-9s %zu frames: frame p50 %.1f ms, p95 %.1f ms, p99 %.1f ms; %.1f %% of a core; event loop stalls p99 %.1f ms\n",
                qPrintable(QGuiApplication::platformName()), name, frames.size(), part(frames, 0.5), part(frames, 0.95), part(frames, 0.99),
                100 * (processorSeconds() - before) / wall, part(stalls, 0.99));
}

} // namespace

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    Theme::instance();
    const double seconds = argc > 1 ? std::max(1.0, std::atof(argv[1])) : 8;
    history();
    board(TimeView::Range::HalfMinute, "30 s", 600, seconds);
    board(TimeView::Range::FiveMinutes, "5 min", 6'000, seconds);
    board(TimeView::Range::WholeRun, "1 h whole", 36'000, seconds);
    return 0;
}
