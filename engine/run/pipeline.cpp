#include "engine/run/pipeline.h"

#include "engine/base/cost.h"
#include "engine/base/knobs_json.h"
#include "engine/run/findings.h"
#include "engine/run/ids.h"
#include "engine/run/request_headers.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>

namespace penstock {

namespace {

std::string_view word(HttpMode mode) {
    switch (mode) {
    case HttpMode::Auto: return "auto";
    case HttpMode::Http11: return "1.1";
    case HttpMode::Http2: return "2";
    case HttpMode::H2c: return "h2c";
    }
    return "auto";
}

/// Everything that decides which requests a workload yields, so that a resumed run can be told from another one.
std::string describeWorkload(const WorkloadOptions& options, WorkloadFormat format) {
    nlohmann::ordered_json object;
    object["format"] = toString(format);
    if (options.limit) object["limit"] = *options.limit;
    object["repeat"] = options.repeat;
    object["skip_bad_lines"] = options.skipBadLines;
    object["model"] = options.model;
    if (options.maxTokens) object["max_tokens"] = *options.maxTokens;
    object["stream"] = options.stream;
    return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

/// The folder in which standard input is kept. One that holds a run already is refused before its copy is overwritten.
Status makeSpoolFolder(const RunOptions& options) {
    std::error_code problem;
    if (std::filesystem::exists(std::filesystem::path(options.outputDir) / runFileName, problem))
        return Error{options.outputDir + " already holds a run; use --resume to go on with it, or name another folder"};
    std::filesystem::create_directories(options.outputDir, problem);
    if (problem) return Error{options.outputDir + ": cannot be made: " + problem.message()};
    return okStatus();
}

std::string nameOf(const std::string& path) { return path == "-" ? path : std::filesystem::path(path).filename().string(); }

} // namespace

Pipeline::Pipeline(const Clock& clock, RunOptions options, MakeTransport makeTransport, Callbacks callbacks)
    : clock_(clock)
    , options_(std::move(options))
    , makeTransport_(std::move(makeTransport))
    , callbacks_(std::move(callbacks))
    , decoders_(options_.target.api)
    , secrets_(options_.target)
    , tickAlarm_(clock.makeAlarm([this] { tick(); }))
    , graceAlarm_(clock.makeAlarm([this] {
        if (scheduler_) scheduler_->cancelInFlight();
    }))
    , endAlarm_(clock.makeAlarm([this] { onIdle(); })) {}

Pipeline::~Pipeline() {
    stopReading_ = true;
    if (reader_.joinable()) reader_.join();
}

void Pipeline::start() {
    state_ = RunState::Preparing;
    nextTick_ = clock_.now();
    tick();
    reader_ = std::thread([post = mailbox_.poster(), options = options_, this] {
        auto inputs = std::make_shared<Result<Prepared>>(readInputs(options, stopReading_, {}));
        post([this, inputs] { onInputs(std::move(*inputs)); });
    });
}

Result<Pipeline::Prepared> Pipeline::readInputs(const RunOptions& options, const std::atomic<bool>& stopped,
                                                const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    Prepared prepared;
    prepared.workload = options.workload;
    if (options.resume) {
        auto point = readResumePoint(options.outputDir);
        if (!point) return point.error();
        prepared.resume = std::move(*point);
        // Standard input was kept: a resumed run reads what the first one read.
        if (options.workload.path == "-") prepared.workload.path = options.workload.spoolFile;
    } else if (options.workload.path == "-") {
        if (const auto made = makeSpoolFolder(options); !made) return made.error();
    }
    auto check = checkWorkload(prepared.workload, [&](std::uint64_t done, std::uint64_t all) {
        if (progress) progress(done, all);
        return !stopped;
    });
    if (!check) return check.error();
    prepared.check = std::move(*check);
    prepared.digestOptions = describeWorkload(options.workload, prepared.check.format);
    if (prepared.resume) {
        const auto& before = prepared.resume->info;
        const std::string cannot = "cannot resume the run in " + options.outputDir + ": ";
        if (before.workloadDigest != prepared.check.digest)
            return Error{cannot + "the workload " + nameOf(options.workload.path) + " is not the one it was started with"};
        if (before.workloadOptions != prepared.digestOptions)
            return Error{cannot + "it was started with other workload options (" + before.workloadOptions + ", now "
                         + prepared.digestOptions + ")"};
        if (before.simulated != options.target.simulated)
            return Error{cannot + (before.simulated ? "it was started on the simulated endpoint" : "it was started on " + before.targetUrl)};
        if (!before.simulated && before.targetUrl != options.target.baseUrl)
            return Error{cannot + "it was started on " + before.targetUrl};
    }
    return prepared;
}

void Pipeline::onInputs(Result<Prepared> inputs) {
    reader_.join();
    if (stopped_) return end(RunEnd::Kind::Interrupted, "stopped before anything was sent");
    if (!inputs) return end(RunEnd::Kind::BadInput, inputs.error().message);
    prepared_ = std::move(*inputs);

    auto transport = makeTransport_(clock_, options_.target, options_.knobs);
    if (!transport) return end(RunEnd::Kind::BadInput, transport.error().message);
    transport_ = std::move(*transport);
    remaining_ = prepared_->check.requests;
    if (const auto& point = prepared_->resume)
        remaining_ -= std::min(remaining_, static_cast<std::uint64_t>(std::count(point->finished.begin(), point->finished.end(), true)));
    auto cap = static_cast<std::uint64_t>(options_.knobs.maxConcurrency);
    if (remaining_ > 0) cap = std::min(cap, remaining_);
    const bool warm = options_.knobs.prewarm && options_.knobs.connectionReuse == ConnectionReuse::Pooled;
    transport_->prepare(static_cast<int>(cap), warm, [this](std::optional<Outcome> problem) { onTarget(std::move(problem)); });
}

void Pipeline::onTarget(std::optional<Outcome> problem) {
    if (stopped_) return end(RunEnd::Kind::Interrupted, "stopped before anything was sent");
    if (problem) return end(RunEnd{.kind = RunEnd::Kind::NoTarget, .message = problem->message, .target = problem});
    if (const auto opened = openRun(); !opened) return end(RunEnd::Kind::BadInput, opened.error().message);
    spdlog::info("run {} on {}: {} requests, cap {}", info_.runId, options_.target.baseUrl, prepared_->check.requests,
                 options_.knobs.maxConcurrency);
    state_ = paused_ ? RunState::Paused : RunState::Running;
    scheduler_->setPaused(paused_);
    scheduler_->start();
}

RunInfo Pipeline::describe() const {
    RunInfo info;
    info.runId = drawRunId();
    info.programVersion = PENSTOCK_VERSION;
    info.targetUrl = options_.target.baseUrl;
    info.api = "openai-chat";
    info.model = options_.target.model;
    info.httpMode = word(options_.target.http);
    info.simulated = options_.target.simulated;
    info.workloadName = nameOf(options_.workload.path);
    std::error_code unknown; // a path that cannot be made absolute is left out: it only helps to find the file again
    if (options_.workload.path != "-") info.workloadPath = std::filesystem::absolute(options_.workload.path, unknown).string();
    info.workloadDigest = prepared_->check.digest;
    info.workloadOptions = prepared_->digestOptions;
    info.skippedLines = prepared_->check.badLineCount;
    if (prepared_->check.requests > 0) info.workloadRequests = prepared_->check.requests;
    info.seed = options_.seed;
    info.startedAt = clock_.wallNow();
    info.requestHeaders = requestHeaders(options_.target, options_.workload.stream);
    return info;
}

Status Pipeline::openRun() {
    auto source = openWorkload(prepared_->workload, prepared_->check);
    if (!source) return source.error();
    source_ = std::move(*source);

    const auto& resume = prepared_->resume;
    epoch_ = clock_.now() - (resume ? resume->resumeAt : Nanos{0});
    const RecorderOptions recording{.outputDir = options_.outputDir, .epoch = epoch_};
    std::vector<SkippedLine> skipped;
    for (const auto& bad : prepared_->check.badLines) skipped.push_back({bad.line, bad.reason});
    info_ = resume ? resume->info : describe();
    auto recorder = resume ? resumeRecorder(recording, *resume) : createRecorder(recording, info_, skipped);
    if (!recorder) return recorder.error();
    recorder_ = std::move(*recorder);

    segment_ = {(resume ? resume->lastSegment : 0) + 1, options_.knobs, clock_.now() - epoch_, 0, 0};
    weigh(clock_.now());
    recorder_->segment(segment_);

    Resumed resumed;
    if (resume) {
        resumed.finished = resume->finished;
        resumed.attempts = resume->attemptsMade;
        if (prepared_->check.format == WorkloadFormat::MtBench)
            resumed.storedAnswer = [this](RequestId id) { return recorder_->storedAnswer(id); };
    }
    retryPolicy_ = makeAttemptsPolicy(options_.seed);
    const Scheduler::Parts parts{clock_, *source_, *transport_, *recorder_, *retryPolicy_, decoders_, secrets_, aggregates_, gap_};
    scheduler_ = std::make_unique<Scheduler>(parts, segment_, info_.runId, "/chat/completions", std::move(resumed),
                                             [this] { onIdle(); });
    scheduler_->watch(watched_);
    return okStatus();
}

void Pipeline::weigh(Instant now) {
    costPerHour_.set(now, segment_.knobs.costPerHour);
    cap_.set(now, segment_.knobs.maxConcurrency);
}

void Pipeline::apply(const Knobs& knobs) {
    if (ended_) return; // the record is closed
    ++revision_;
    if (knobs == options_.knobs) return; // a set that changes nothing opens no segment
    const auto now = clock_.now();
    options_.knobs = knobs;
    if (transport_) transport_->apply(knobs);
    if (!scheduler_) return; // the first segment opens with these
    const auto totals = scheduler_->segmentTotals(now);
    segment_ = {segment_.number + 1, knobs, now - epoch_, totals.gapSeconds, totals.connectionsOpened};
    spdlog::info("segment {}: cap {}", segment_.number, knobs.maxConcurrency);
    weigh(now);
    recorder_->segment(segment_);
    scheduler_->apply(segment_, now);
    nextSegments_ = {}; // told with the next snapshot
}

void Pipeline::watch(std::optional<RequestId> id) {
    watched_ = id;
    if (scheduler_) scheduler_->watch(id);
}

void Pipeline::setPaused(bool paused) {
    paused_ = paused;
    if (!scheduler_ || stopped_ || ended_) return;
    state_ = paused ? RunState::Paused : RunState::Running;
    scheduler_->setPaused(paused);
}

void Pipeline::stop(Nanos grace) {
    stopped_ = true;
    stopReading_ = true;
    if (ended_) return;
    if (!scheduler_) {
        // The target is being readied: what it answers no longer matters. While the inputs are read, onInputs() ends the run.
        if (transport_) endAlarm_->setDue(clock_.now());
        return;
    }
    state_ = RunState::Draining;
    const auto until = clock_.now() + grace;
    if (!graceEnd_ || until < *graceEnd_) {
        graceEnd_ = until;
        graceAlarm_->setDue(until);
    }
    scheduler_->stopAdmitting();
}

void Pipeline::onIdle() {
    if (ended_) return;
    if (!scheduler_) return end(RunEnd::Kind::Interrupted, "stopped before anything was sent");
    if (const auto failure = recorder_->failure())
        return end(RunEnd{.kind = RunEnd::Kind::Failed, .message = failure->message, .recordBroke = true});
    if (const auto failure = scheduler_->failure()) return end(RunEnd::Kind::Failed, failure->message);
    if (scheduler_->complete()) {
        const bool nothingBefore = !prepared_->resume || remaining_ == prepared_->check.requests;
        if (nothingBefore && scheduler_->unreached() > 0 && scheduler_->reached() == 0)
            return end(RunEnd::Kind::NoTarget, "no request reached " + options_.target.baseUrl);
        return end(RunEnd::Kind::Complete, {});
    }
    end(RunEnd::Kind::Interrupted, "stopped; --resume goes on with what is left");
}

void Pipeline::tick() {
    const auto now = clock_.now();
    const auto present = std::make_shared<const Snapshot>(snapshot());
    if (scheduler_) {
        if (recorder_->failure() && !graceEnd_) {
            // Nothing that ends from here on could be written down.
            graceEnd_ = now;
            scheduler_->stopAdmitting();
            scheduler_->cancelInFlight();
        }
        if (now >= nextSample_) {
            nextSample_ = now + sampleInterval;
            recorder_->sample(*present);
        }
    }
    callbacks_.onSnapshot(present);
    nextTick_ = std::max(nextTick_ + snapshotInterval, now);
    tickAlarm_->setDue(nextTick_);
}

Snapshot Pipeline::snapshot() {
    Snapshot out;
    const auto now = clock_.now();
    out.sequence = ++sequence_;
    out.state = state_;
    out.simulated = options_.target.simulated;
    out.currency = options_.knobs.currency;
    out.runId = info_.runId;
    out.total = remaining_;
    // What a run came to is told over the window of R_success, which ends with its last attempt; what came after (a pause,
    // the wait for a stop) is no part of it. The record's summary has the same window.
    const auto windowEnd = ended_ ? aggregates_.lastCompleted().value_or(now) : now;
    const auto windowStart = aggregates_.firstQueued().value_or(windowEnd);
    aggregates_.fill(out, now, windowEnd, costPerHour_.mean(windowStart, windowEnd), cap_.mean(windowStart, windowEnd));
    if (scheduler_) scheduler_->fill(out);
    if (transport_) {
        const auto stats = transport_->stats();
        out.connectionsOpened = stats.connectionsOpened;
        out.connectionsOpen = stats.connectionsOpen;
        out.moved = stats.moved;
        out.httpVersion = stats.httpVersion;
        out.tlsVersion = stats.tlsVersion;
    }
    if (windowEnd > windowStart) {
        out.gapFraction = cost::gapFraction(out.gapSeconds, toSeconds(windowEnd - windowStart), out.pausedSeconds).value_or(0);
        out.inFlightMean = gap_.inFlightIntegral(now) / static_cast<double>((windowEnd - windowStart).count());
    }
    if (const auto turn = longestTurn_.at(now)) out.longestTurnSeconds = toSeconds(*turn);
    out.engineLoad = load_.at(now);
    out.knobsRevision = revision_;
    fillSegments(out, now, windowEnd);
    return out;
}

void Pipeline::fillSegments(Snapshot& out, Instant now, Instant windowEnd) {
    if (!scheduler_) return;
    if (!segments_ || now >= nextSegments_ || ended_) {
        nextSegments_ = now + segmentsInterval;
        segments_ = std::make_shared<const std::vector<SegmentFigures>>(
            aggregates_.segmentFigures(windowEnd, scheduler_->segmentTotals(now)));
    }
    out.segments = segments_;
}

void Pipeline::end(RunEnd::Kind kind, std::string message) { end(RunEnd{.kind = kind, .message = std::move(message)}); }

void Pipeline::end(RunEnd result) {
    if (std::exchange(ended_, true)) return;
    const auto kind = result.kind;
    if (result.message.empty()) spdlog::info("run {} is complete", info_.runId);
    else spdlog::info("run {} ended: {}", info_.runId, result.message);
    state_ = kind == RunEnd::Kind::Complete || kind == RunEnd::Kind::Interrupted ? RunState::Finished : RunState::Failed;
    TransportStats stats;
    if (transport_) stats = transport_->stats();
    auto last = snapshot();
    if (recorder_) {
        const auto totals = scheduler_->finalTotals();
        recorder_->sample(last);
        auto summary = recorder_->close(totals, kind == RunEnd::Kind::Complete && scheduler_->unreached() == 0);
        if (summary) {
            result.findings = findingsOf(options_.knobs, stats, *summary);
            for (const auto& [word, failure] : scheduler_->failures())
                result.findings.push_back(word + ": " + std::to_string(failure.count)
                                          + (failure.count == 1 ? " request" : " requests; the first") + ": " + failure.firstReason);
            // The last word is the record's: its percentiles are exact. A resumed run's record is of more than this session.
            if (!prepared_->resume) {
                last.tFirstToken = summary->tFirstToken;
                last.tQueue = summary->tQueue;
                last.segments = std::make_shared<const std::vector<SegmentFigures>>(recorder_->figures());
            }
            result.summary = std::move(*summary);
        } else if (kind != RunEnd::Kind::Failed) {
            result.kind = RunEnd::Kind::Failed;
            result.message = summary.error().message;
            result.recordBroke = true;
        }
    }
    tickAlarm_->setDue(std::nullopt);
    graceAlarm_->setDue(std::nullopt);
    callbacks_.onSnapshot(std::make_shared<const Snapshot>(last));
    const auto onEnd = std::move(callbacks_.onEnd);
    onEnd(std::move(result));
}

} // namespace penstock
