// How long writing and closing a run of many spans takes, and how much memory.
//
// usage: bench_record [SPANS, default 1000000] [FOLDER, default a temporary one]

#include "engine/record/recorder.h"

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

Span spanOf(RequestId id, Instant base) {
    using std::chrono::microseconds;
    // Durations that differ, so that the percentiles have something to sort.
    const auto noise = static_cast<std::int64_t>(id * 2654435761u % 100'000);
    Span span;
    span.request = id;
    span.customId = "request-" + std::to_string(id);
    span.spanId = "0123456789abcdef";
    span.parentId = "fedcba9876543210";
    span.segment = 1;
    span.httpVersion = "2";
    auto& s = span.stamps;
    s.queued = base;
    s.admitted = base + microseconds{noise};
    s.sent = *s.admitted + microseconds{10};
    s.firstByte = s.firstEvent = s.firstToken = *s.sent + microseconds{50'000 + noise / 3};
    s.lastToken = *s.firstToken + microseconds{200'000 + noise};
    s.completed = *s.lastToken + microseconds{noise % 50};
    s.released = *s.completed + microseconds{1};
    span.outcome.kind = OutcomeKind::Success;
    span.outcome.status = 200;
    span.usage = {UsageKind::Exact, 20, 16, 36, {}, {}};
    span.bytesReceived = 4000;
    span.contentEvents = 16;
    return span;
}

} // namespace

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    const auto spans = static_cast<RequestId>(argc > 1 ? std::atoll(argv[1]) : 1'000'000);
    QTemporaryDir temporary;
    RecorderOptions options;
    options.outputDir = argc > 2 ? argv[2] : (temporary.path() + "/run").toStdString();
    options.epoch = Instant{std::chrono::hours{1}};
    RunInfo info;
    info.runId = "bench";
    auto recorder = createRecorder(options, info, {});
    if (!recorder) return std::fprintf(stderr, "%s\n", recorder.error().message.c_str()), 1;
    Segment segment;
    segment.number = 1;
    (*recorder)->segment(segment);

    QElapsedTimer timer;
    timer.start();
    const double before = peakMegabytes();
    for (RequestId id = 0; id < spans; ++id) {
        const auto span = spanOf(id, options.epoch + std::chrono::microseconds{id * 20});
        (*recorder)->span(span, {});
        RequestResult result;
        result.id = id;
        result.customId = span.customId;
        result.outcome = span.outcome;
        result.completion.text = "an answer of a few words";
        result.completion.usage = span.usage;
        result.attempts = 1;
        result.segment = 1;
        result.ended = *span.stamps.completed;
        (*recorder)->result(result);
        while (!(*recorder)->hasRoom() && !(*recorder)->failure())
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
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
