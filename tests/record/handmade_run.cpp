#include "tests/record/handmade_run.h"

#include <QFile>

namespace penstock::test {

namespace {

/// Stamps in milliseconds of run time, in the order of the struct; -1: not reached.
Stamps stampsOf(std::initializer_list<int> ms) {
    Stamps out;
    auto next = ms.begin();
    for (auto* stamp : {&out.queued, &out.admitted, &out.sent, &out.firstByte, &out.firstEvent, &out.firstToken,
                        &out.lastToken, &out.completed, &out.released}) {
        if (*next >= 0) *stamp = at(*next);
        ++next;
    }
    return out;
}

Span spanOf(RequestId request, const char* customId, int attempt, Stamps stamps) {
    Span span;
    span.request = request;
    span.customId = customId;
    span.spanId = "00000000000000" + std::to_string(request) + std::to_string(attempt);
    span.parentId = "ffffffffffffff0" + std::to_string(request);
    span.attempt = attempt;
    span.segment = 1;
    span.httpVersion = "1.1";
    span.stamps = stamps;
    return span;
}

RequestResult resultOf(const Span& last, Completion completion) {
    RequestResult result;
    result.id = last.request;
    result.customId = last.customId;
    result.line = last.request + 1;
    result.outcome = last.outcome;
    result.completion = std::move(completion);
    result.completion.usage = last.usage;
    result.serverRequestId = "req-" + std::to_string(last.request);
    result.attempts = last.attempt;
    result.segment = 1;
    result.ended = *last.stamps.completed;
    return result;
}

} // namespace

RunInfo someRun() {
    RunInfo info;
    info.runId = "0123456789abcdef0123456789abcdef";
    info.programVersion = "0.1.0";
    info.targetUrl = "http://127.0.0.1:8000/v1";
    info.api = "openai-chat";
    info.model = "m";
    info.httpMode = "auto";
    info.workloadName = "three.jsonl";
    info.workloadDigest = "d1";
    info.workloadOptions = R"({"limit":3})";
    info.skippedLines = 2;
    info.seed = 18446744073709551615u;
    info.startedAt = std::chrono::sys_days{std::chrono::year{2026} / 1 / 2};
    return info;
}

Segment someSegment(std::uint32_t number, int cap, Nanos start) {
    Segment segment;
    segment.number = number;
    segment.start = start;
    segment.knobs.maxConcurrency = cap;
    segment.knobs.costPerHour = 3.6;
    segment.knobs.outputTokenPrice = 10;
    return segment;
}

RecorderOptions optionsFor(const QString& folder) {
    RecorderOptions options;
    options.outputDir = folder.toStdString();
    options.epoch = epoch;
    return options;
}

SessionTotals threeRequestsTotals() {
    SessionTotals totals;
    totals.gap = std::chrono::microseconds{4100};
    totals.inFlightIntegral = 126e6;
    totals.inFlightPeak = 2;
    totals.connectionsOpened = 2;
    totals.moved = 1;
    totals.attemptsStarted = 4;
    totals.itl = std::make_shared<const std::vector<Bucket>>(
        std::vector<Bucket>{{Nanos{10'000'000}, Nanos{10'000'002}, 7}, {Nanos{20'000'000}, Nanos{20'000'002}, 1}});
    return totals;
}

void recordThreeRequests(Recorder& recorder) {
    using std::chrono::milliseconds;
    const auto totals = threeRequestsTotals();
    recorder.segment(someSegment(1, 2));

    auto refused = spanOf(1, "=1+1", 1, stampsOf({0, 0, 2, 11, -1, -1, -1, 12, 12}));
    refused.connectionNew = true;
    refused.connect = milliseconds{2};
    refused.outcome.kind = OutcomeKind::ServerError;
    refused.outcome.status = 503;
    refused.outcome.message = "the server answered 503";
    refused.retryCause = "503";
    refused.bytesReceived = 17;
    recorder.span(refused, totals);

    auto cut = spanOf(2, "line\nbreak", 1, stampsOf({0, 12, 12, 20, 21, 23, 32, 35, 35}));
    cut.outcome.kind = OutcomeKind::CutStream;
    cut.outcome.status = 200;
    cut.outcome.message = "the stream ended without [DONE]";
    cut.usage = {UsageKind::Estimated, {}, 3, {}, {}, {}};
    cut.wastedTokens = 3;
    cut.bytesReceived = 300;
    cut.contentEvents = 3;
    recorder.span(cut, totals);
    Completion partial;
    partial.text = "half an ans";
    recorder.result(resultOf(cut, partial));

    auto good = spanOf(0, "a,\"b\"", 1, stampsOf({0, 0, 1, 9, 10, 11, 41, 42, 42}));
    good.connectionNew = true;
    good.connect = milliseconds{1};
    good.outcome.kind = OutcomeKind::Success;
    good.outcome.status = 200;
    good.usage = {UsageKind::Exact, 10, 4, 14, 8, 1};
    good.bytesReceived = 500;
    good.contentEvents = 4;
    recorder.span(good, totals);
    Completion answer;
    answer.responseId = "chatcmpl-1";
    answer.model = "m-1";
    answer.text = "\xef\xbb\xbf"
                  "caf\xc3\xa9";
    answer.reasoning = "because";
    answer.finishReason = "stop";
    recorder.result(resultOf(good, answer));

    auto again = spanOf(1, "=1+1", 2, stampsOf({20, 35, 36, 44, 45, 45, 80, 82, 84}));
    again.outcome.kind = OutcomeKind::Success;
    again.outcome.status = 200;
    again.usage = {UsageKind::Exact, 20, 16, {}, {}, {}};
    again.bytesReceived = 900;
    again.contentEvents = 4;
    recorder.span(again, totals);
    Completion tools;
    tools.toolCalls = {{"call_1", "look", R"({"at":1})"}};
    recorder.result(resultOf(again, tools));
}

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace penstock::test
