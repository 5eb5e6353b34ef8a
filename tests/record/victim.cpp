// Records a run whose every request is known beforehand, until it is done or killed; started again on the same folder
// it resumes. Prints `recorded N` after each result it handed over, `failed REASON` when recording failed, `closed` at
// the end.
//
// usage: record_victim FOLDER REQUESTS [FILE_SIZE_LIMIT]

#include "tests/record/handmade_run.h"

#include <QCoreApplication>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sys/resource.h>

using namespace penstock;
using namespace penstock::test;

namespace {

class Victim {
public:
    Victim(std::unique_ptr<Recorder> recorder, const ResumePoint& point)
        : recorder_(std::move(recorder))
        , point_(point)
        , now_(epoch + point.resumeAt) {
        recorder_->segment(someSegment(point.lastSegment + 1, 8, point.resumeAt));
    }

    Recorder& recorder() { return *recorder_; }
    SessionTotals totals() const { return totals_; }

    /// Eight requests at a time, finished in the opposite order; each fifth fails once.
    bool work(RequestId first, RequestId end) {
        for (auto id = first; id < end; ++id)
            if (!finished(id) && id % 5 == 0 && made(id) == 0) attempt(id, 1, OutcomeKind::ServerError);
        for (auto id = end; id-- > first;) {
            if (finished(id)) continue;
            const int number = std::max(made(id), id % 5 == 0 ? 1 : 0) + 1;
            const auto span = attempt(id, number, OutcomeKind::Success);
            RequestResult result;
            result.id = id;
            result.customId = span.customId;
            result.outcome = span.outcome;
            result.completion.text = "answer " + std::to_string(id) + std::string(id % 700, 'x');
            result.completion.usage = span.usage;
            result.attempts = number;
            result.segment = span.segment;
            result.ended = now_;
            recorder_->result(result);
            std::printf("recorded %llu\n", static_cast<unsigned long long>(id));
            std::fflush(stdout);
        }
        return !recorder_->failure();
    }

private:
    bool finished(RequestId id) const { return id < point_.finished.size() && point_.finished[id]; }
    int made(RequestId id) const {
        const auto found = point_.attemptsMade.find(id);
        return found == point_.attemptsMade.end() ? 0 : found->second;
    }
    Instant tick() { return now_ += std::chrono::microseconds{100}; }

    Span attempt(RequestId id, int number, OutcomeKind kind) {
        Span span;
        span.request = id;
        span.customId = "id-" + std::to_string(id);
        span.attempt = number;
        span.segment = point_.lastSegment + 1;
        span.outcome.kind = kind;
        span.stamps.queued = tick();
        span.stamps.admitted = tick();
        span.stamps.sent = tick();
        if (kind == OutcomeKind::Success) {
            span.outcome.status = 200;
            span.stamps.firstByte = span.stamps.firstEvent = span.stamps.firstToken = tick();
            span.stamps.lastToken = tick();
            span.usage = {UsageKind::Exact, 3, 2 + static_cast<std::int64_t>(id % 7), {}, {}, {}};
            span.contentEvents = 2;
        } else {
            span.outcome.status = 503;
            span.retryCause = "503";
        }
        span.stamps.completed = tick();
        span.stamps.released = tick();
        totals_.inFlightIntegral += static_cast<double>((*span.stamps.released - *span.stamps.admitted).count());
        totals_.inFlightPeak = 1;
        ++totals_.attemptsStarted;
        recorder_->span(span, totals_);
        return span;
    }

    std::unique_ptr<Recorder> recorder_;
    const ResumePoint point_;
    Instant now_;
    SessionTotals totals_;
};

Result<std::unique_ptr<Victim>> start(const QString& folder) {
    auto options = optionsFor(folder);
    options.queueBytes = 64u << 10;
    ResumePoint point;
    const bool fresh = contentOf(folder + "/" + runFileName).isEmpty();
    if (!fresh) {
        auto read = readResumePoint(options.outputDir);
        if (!read) return read.error();
        point = *read;
    }
    auto recorder = fresh ? createRecorder(options, someRun(), {}) : resumeRecorder(options, point);
    if (!recorder) return recorder.error();
    return std::make_unique<Victim>(std::move(*recorder), point);
}

int fail(const Error& error) {
    std::printf("failed %s\n", error.message.c_str());
    return 3;
}

} // namespace

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    if (argc < 3) return 2;
    const auto requests = static_cast<RequestId>(std::atoll(argv[2]));
    if (argc > 3) {
        const rlimit limit{static_cast<rlim_t>(std::atoll(argv[3])), RLIM_INFINITY};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    auto victim = start(QString::fromLocal8Bit(argv[1]));
    if (!victim) return fail(victim.error());
    auto& recorder = (*victim)->recorder();
    for (RequestId first = 0; first < requests; first += 8) {
        if (!(*victim)->work(first, std::min(first + 8, requests))) return fail(*recorder.failure());
        while (!recorder.hasRoom() && !recorder.failure())
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    const auto closed = recorder.close((*victim)->totals(), true);
    if (!closed) return fail(closed.error());
    std::printf("closed\n");
    return 0;
}
