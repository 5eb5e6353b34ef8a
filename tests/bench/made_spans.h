#pragma once

#include "engine/base/span.h"
#include "engine/record/recorder.h"

#include <QCoreApplication>

namespace penstock::bench {

/// How far apart made-up requests are queued.
constexpr std::chrono::microseconds apart{20};

/// A made-up attempt, queued `apart` after the one before. Durations and tokens differ, so that percentiles and orders have something
/// to sort; each hundredth stream is cut when `someFail`.
inline Span madeSpan(RequestId id, Instant epoch, bool someFail) {
    using std::chrono::microseconds;
    const auto noise = static_cast<std::int64_t>(id * 2654435761u % 100'000);
    Span span;
    span.request = id;
    span.customId = "request-" + std::to_string(id * 7919 % 1'000'003);
    span.spanId = "0123456789abcdef";
    span.parentId = "fedcba9876543210";
    span.segment = 1;
    span.httpVersion = "2";
    auto& s = span.stamps;
    s.queued = epoch + apart * static_cast<std::int64_t>(id);
    s.admitted = *s.queued + microseconds{noise};
    s.sent = *s.admitted + microseconds{10};
    s.firstByte = s.firstEvent = s.firstToken = *s.sent + microseconds{50'000 + noise / 3};
    s.lastToken = *s.firstToken + microseconds{200'000 + noise};
    s.completed = *s.lastToken + microseconds{noise % 50};
    s.released = *s.completed + microseconds{1};
    span.outcome.kind = someFail && id % 100 == 0 ? OutcomeKind::CutStream : OutcomeKind::Success;
    span.outcome.status = 200;
    span.usage = {UsageKind::Exact, 20, noise % 500, 20 + noise % 500, {}, {}};
    span.bytesReceived = 4000;
    span.contentEvents = 16;
    return span;
}

/// The result of a request whose only attempt this was.
inline RequestResult madeResult(const Span& span, std::string text) {
    RequestResult result;
    result.id = span.request;
    result.customId = span.customId;
    result.outcome = span.outcome;
    result.completion.text = std::move(text);
    result.completion.usage = span.usage;
    result.attempts = 1;
    result.segment = 1;
    result.ended = *span.stamps.completed;
    return result;
}

/// A run of its own in `folder`, with the setting that made spans are of.
inline Result<std::unique_ptr<Recorder>> madeRun(const std::string& folder, Instant epoch) {
    RecorderOptions options;
    options.outputDir = folder;
    options.epoch = epoch;
    RunInfo info;
    info.runId = "bench";
    auto recorder = createRecorder(options, info, {});
    if (!recorder) return recorder;
    Segment segment;
    segment.number = 1;
    (*recorder)->segment(segment);
    return recorder;
}

/// Waits as the engine does: the writer says when it has room again.
inline void waitForRoom(const Recorder& recorder) {
    while (!recorder.hasRoom() && !recorder.failure()) QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
}

} // namespace penstock::bench
