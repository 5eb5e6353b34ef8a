// How long writing and closing a run of many spans takes, and how much memory.
//
// usage: bench_record [SPANS, default 1000000] [FOLDER, default a temporary one]

#include "tests/bench/made_spans.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>

#include <cstdio>
#include <cstdlib>
#include <sys/resource.h>

using namespace penstock;

namespace {

/// The most memory the process ever had, in MB.
double peakMegabytes() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

} // namespace

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    const auto spans = static_cast<RequestId>(argc > 1 ? std::atoll(argv[1]) : 1'000'000);
    QTemporaryDir temporary;
    const Instant epoch{std::chrono::hours{1}};
    auto recorder = bench::madeRun(argc > 2 ? argv[2] : (temporary.path() + "/run").toStdString(), epoch);
    if (!recorder) return std::fprintf(stderr, "%s\n", recorder.error().message.c_str()), 1;

    QElapsedTimer timer;
    timer.start();
    const double before = peakMegabytes();
    for (RequestId id = 0; id < spans; ++id) {
        const auto span = bench::madeSpan(id, epoch, false);
        (*recorder)->span(span, {});
        (*recorder)->result(bench::madeResult(span, "an answer of a few words"));
        bench::waitForRoom(**recorder);
    }
    (void)(*recorder)->storedAnswer(0); // all is committed
    const double wrote = static_cast<double>(timer.restart()) / 1000;
    const double afterWriting = peakMegabytes();
    const auto summary = (*recorder)->close({}, true);
    const double closed = static_cast<double>(timer.elapsed()) / 1000;
    if (!summary) return std::fprintf(stderr, "%s\n", summary.error().message.c_str()), 1;
    std::printf("%llu spans: written in %.2f s (%.1f us each), closed in %.2f s\n",
                static_cast<unsigned long long>(spans), wrote, wrote * 1e6 / static_cast<double>(spans), closed);
    std::printf("peak memory: %.1f MB at the start, %.1f MB after writing, %.1f MB after closing\n", before,
                afterWriting, peakMegabytes());
    return summary->attempts == spans ? 0 : 1;
}
