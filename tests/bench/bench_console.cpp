// What the console itself costs while a hundred streams bring a hundred events a second each: the frame time, the GUI thread's share of
// one core, and how long the event loop was held up. Prints figures; judges nothing.
//
//   bench_console [SECONDS]     the simulated endpoint runs in a process of its own (penstock-sim beside this program)
#include "ui/dialogs/key_store.h"
#include "ui/session/run_session.h"
#include "ui/theme/theme.h"
#include "ui/window/main_window.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>

#include <cstdio>
#include <vector>

#include <time.h>

namespace {

using namespace penstock;

double cpuSeconds(clockid_t clock) {
    timespec at{};
    clock_gettime(clock, &at);
    return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) / 1e9;
}

class NoKeys final : public ui::KeyStore {
    void read(const QString&, std::function<void(Answer)> done) override { done({}); }
    void write(const QString&, const QString&, std::function<void(Answer)> done) override { done({}); }
};

double percentile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
    return values[std::max<std::size_t>(rank, 1) - 1];
}

} // namespace

int main(int argc, char** argv) {
    QApplication app(argc, argv);
    const int seconds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 20;
    QTemporaryDir folder;
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.path());

    QProcess endpoint;
    endpoint.start(QCoreApplication::applicationDirPath() + QStringLiteral("/penstock-sim"),
                   {QStringLiteral("--port"), QStringLiteral("0"), QStringLiteral("--slots"), QStringLiteral("100"), QStringLiteral("--waiting-room"),
                    QStringLiteral("100"), QStringLiteral("--step-base"), QStringLiteral("10ms"), QStringLiteral("--step-per-sequence"), QStringLiteral("0"),
                    QStringLiteral("--kv-tokens"), QStringLiteral("100000000"), QStringLiteral("--prefill-tokens-per-second"), QStringLiteral("10000000"), QStringLiteral("--output-tokens"), QStringLiteral("400")});
    QByteArray said;
    QString url;
    while (url.isEmpty() && endpoint.waitForReadyRead(10000)) {
        said += endpoint.readAll();
        const auto at = said.indexOf("http://");
        if (at >= 0 && said.indexOf('\n', at) > at) url = QString::fromUtf8(said.mid(at, said.indexOf('\n', at) - at)).section(QLatin1Char(' '), 0, 0).trimmed();
    }
    if (url.isEmpty()) {
        std::fprintf(stderr, "bench_console: penstock-sim did not start: %s%s\n", said.constData(), endpoint.readAllStandardError().constData());
        return 1;
    }

    QFile prompts(folder.filePath(QStringLiteral("prompts.jsonl")));
    if (!prompts.open(QIODevice::WriteOnly)) return 1;
    for (int i = 0; i < 500; ++i) prompts.write("{\"prompt\":\"go on\",\"max_tokens\":400}\n");
    prompts.close();

    NoKeys keys;
    ui::RunSession session(folder.filePath(QStringLiteral("runs")), [] { return Result<Target>(Error{"none"}); });
    ui::RunSetup setup;
    setup.target.baseUrl = url.toStdString();
    setup.target.simulated = true;
    setup.targetName = QStringLiteral("Simulated endpoint");
    setup.workload.path = prompts.fileName().toStdString();
    setup.workload.repeat = 0;
    setup.workloadName = QStringLiteral("prompts");
    Knobs knobs;
    knobs.maxConcurrency = 100;
    if (!session.setSetup(setup) || !session.apply(knobs)) return 1;
    ui::MainWindow window({session, keys, [] { return Result<Target>(Error{"none"}); }, folder.path()});
    window.resize(1440, 900);
    window.show();
    if (const auto started = session.start(); !started) {
        std::fprintf(stderr, "bench_console: %s\n", started.error().message.c_str());
        return 1;
    }

    // Warm: a hundred streams, and charts that have something to draw.
    QElapsedTimer patience;
    patience.start();
    while (!(session.snapshot() && session.snapshot()->inFlight == 100 && session.snapshot()->elapsedSeconds > 5) && patience.elapsed() < 60000)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);

    constexpr double tick = 0.005;
    std::vector<double> late;
    QElapsedTimer beat;
    QTimer metronome;
    metronome.setTimerType(Qt::PreciseTimer);
    metronome.setInterval(std::chrono::milliseconds{5});
    QObject::connect(&metronome, &QTimer::timeout, &app, [&] {
        late.push_back(std::max(0.0, static_cast<double>(beat.nsecsElapsed()) / 1e9 - tick));
        beat.restart();
    });
    const double gui = cpuSeconds(CLOCK_THREAD_CPUTIME_ID), process = cpuSeconds(CLOCK_PROCESS_CPUTIME_ID);
    const auto frames = window.frames().frames();
    QElapsedTimer wall;
    wall.start();
    beat.start();
    metronome.start();
    // exit() and not quit(), which would ask the window to close, and the window would ask the person.
    QTimer::singleShot(std::chrono::seconds{seconds}, &app, [] { QCoreApplication::exit(0); });
    QApplication::exec();
    const double took = static_cast<double>(wall.nsecsElapsed()) / 1e9;
    const auto snapshot = session.snapshot();
    const auto p95 = window.frames().p95();
    std::printf("platform %s, %d x %d, %.1f s, in flight %d, simulated\n", qPrintable(QGuiApplication::platformName()), window.width(), window.height(), took, snapshot->inFlight);
    std::printf("frames a second          %.1f\n", static_cast<double>(window.frames().frames() - frames) / took);
    std::printf("frame time p95           %.2f ms\n", p95 ? std::chrono::duration<double, std::milli>(*p95).count() : 0.0);
    std::printf("event loop stall p99     %.2f ms (beyond a beat of 5 ms; largest %.2f ms)\n", percentile(late, 0.99) * 1e3, percentile(late, 1) * 1e3);
    std::printf("GUI thread               %.1f %% of one core\n", 100 * (cpuSeconds(CLOCK_THREAD_CPUTIME_ID) - gui) / took);
    std::printf("whole program            %.1f %% of one core (engine, transport and record included)\n", 100 * (cpuSeconds(CLOCK_PROCESS_CPUTIME_ID) - process) / took);
    std::printf("engine thread            %.1f %% of one core, longest turn %.2f ms\n", 100 * snapshot->engineLoad, snapshot->longestTurnSeconds.value_or(0) * 1e3);
    session.stop();
    session.stop();
    endpoint.terminate();
    endpoint.waitForFinished(5000);
    return 0;
}
