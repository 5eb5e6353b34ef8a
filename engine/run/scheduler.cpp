#include "engine/run/scheduler.h"

#include "engine/admission/degrade.h"
#include "engine/run/target_signs.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace penstock {

namespace {

constexpr const char* deadlineMessage = "not complete within the request's deadline";

} // namespace

Scheduler::Scheduler(Parts parts, const Segment& segment, std::string traceId, std::string defaultPath, Resumed resumed,
                     std::function<void()> onIdle)
    : parts_(parts)
    , services_{parts.clock, parts.transport, parts.decoders, parts.secrets, [this](Nanos gap) { parts_.aggregates.interTokenGap(gap); },
                [this](const Span& span) { parts_.aggregates.firstToken(span); }}
    , knobs_(std::make_shared<const Knobs>(segment.knobs))
    , segment_(segment.number)
    , traceId_(std::move(traceId))
    , defaultPath_(std::move(defaultPath))
    , resumed_(std::move(resumed))
    , onIdle_(std::move(onIdle))
    , semaphore_(segment.knobs.maxConcurrency)
    , queue_(static_cast<std::size_t>(segment.knobs.queueCapacity))
    , scanner_(parts.clock)
    , idleAlarm_(parts.clock.makeAlarm([this] {
        if (idle() && onIdle_) onIdle_();
    })) {
    parts_.aggregates.segment(segment.number, segment.knobs, parts.clock.now(), segmentTotals());
    semaphore_.setOnFree([this] {
        meter();
        pump();
    });
    parts_.source.setOnReady([this] {
        sourceWaiting_ = false;
        pump();
    });
    parts_.transport.setOnRoom([this] { pump(); });
    parts_.recorder.setOnRoom([this] { pump(); });
}

Scheduler::~Scheduler() {
    semaphore_.setOnFree({});
    parts_.source.setOnReady({});
    parts_.transport.setOnRoom({});
    parts_.recorder.setOnRoom({});
    // Attempts give their permits back before the semaphore goes.
    jobs_.clear();
}

void Scheduler::start() {
    started_ = true;
    pump();
}

void Scheduler::apply(const Segment& segment, Instant at) {
    knobs_ = std::make_shared<const Knobs>(segment.knobs);
    segment_ = segment.number;
    parts_.aggregates.segment(segment.number, segment.knobs, at, segmentTotals(at));
    queue_.setCapacity(static_cast<std::size_t>(segment.knobs.queueCapacity));
    semaphore_.setCap(segment.knobs.maxConcurrency);
    pump();
}

void Scheduler::setPaused(bool paused) {
    if (paused != paused_) {
        const auto now = parts_.clock.now();
        if (paused) pause_ = {now, std::nullopt};
        else pause_.end = now;
        parts_.aggregates.setPaused(paused, now);
        parts_.recorder.pause(pause_);
    }
    paused_ = paused;
    pump();
}

void Scheduler::stopAdmitting() {
    stopping_ = true;
    pump();
}

void Scheduler::cancelInFlight() {
    std::vector<RequestId> inFlight;
    for (const auto& [id, job] : jobs_)
        if (job->attempt) inFlight.push_back(id);
    for (const auto id : inFlight) {
        const auto it = jobs_.find(id);
        if (it != jobs_.end() && it->second->attempt) it->second->attempt->cancel(OutcomeKind::CancelledByUser, "stopped by the user");
    }
}

bool Scheduler::idle() const {
    if (stopping_) return semaphore_.inFlight() == 0;
    return complete();
}

void Scheduler::pump() {
    if (!started_) return;
    if (pumping_) {
        pumpAgain_ = true;
        return;
    }
    pumping_ = true;
    do {
        pumpAgain_ = false;
        admit();
        // What was admitted made room in the queue; what comes in may find a slot still free.
        if (refill()) pumpAgain_ = true;
    } while (pumpAgain_);
    pumping_ = false;
    meter();
    if (idle()) announceIdle();
}

void Scheduler::admit() {
    while (!stopping_ && !paused_ && !queue_.empty() && parts_.recorder.hasRoom() && parts_.transport.hasRoom()) {
        auto permit = semaphore_.tryAcquire();
        if (!permit) return;
        Job& job = **queue_.pop();
        if (job.deadline && parts_.clock.now() >= *job.deadline) expire(job);
        else startAttempt(job, std::move(*permit));
    }
}

/// Takes new requests from the source; true when the queue grew.
bool Scheduler::refill() {
    bool grew = false;
    while (!stopping_) {
        if (held_ && hasRoomForNew()) {
            enqueue(*std::exchange(held_, std::nullopt), false);
            grew = true;
        }
        // A free slot is worth more than a longer queue.
        if (grew && semaphore_.inFlight() < semaphore_.cap()) return true;
        if (!wantsMore()) return grew;
        auto next = parts_.source.next();
        if (auto* request = std::get_if<Request>(&next)) {
            const auto before = queue_.size();
            take(std::move(*request), false);
            grew = grew || queue_.size() > before;
        } else if (std::holds_alternative<RequestSource::NotYet>(next)) {
            sourceWaiting_ = true;
        } else if (std::holds_alternative<RequestSource::End>(next)) {
            sourceEnded_ = true;
        } else {
            failure_ = std::get<Error>(next);
            stopping_ = true;
        }
    }
    return grew;
}

bool Scheduler::wantsMore() const {
    if (sourceEnded_ || sourceWaiting_ || held_ || paused_ || !parts_.recorder.hasRoom()) return false;
    // Only `block` leaves the request with its source; the others must see it to shed or to degrade it.
    return knobs_->queuePolicy != QueuePolicy::Block || hasRoomForNew();
}

/// Requests that back off keep their places, but not at the cost of an idle slot; how many may is bounded all the same.
bool Scheduler::hasRoomForNew() const {
    if (queue_.hasRoom(backingOff_)) return true;
    const int freeSlots = semaphore_.cap() - semaphore_.inFlight();
    const auto bound = queue_.capacity() + static_cast<std::size_t>(semaphore_.cap());
    return static_cast<int>(queue_.size()) < freeSlots && backingOff_ < bound;
}

void Scheduler::take(Request first, bool underWay) {
    // A loop, for a dialogue may have any number of turns that end without being sent.
    for (std::optional<Request> next = std::move(first); next; underWay = true) {
        Request request = *std::exchange(next, std::nullopt);
        if (!resumed_.isFinished(request.id)) ++requestsSeen_;
        if (resumed_.isFinished(request.id)) {
            const auto answer = resumed_.storedAnswer ? resumed_.storedAnswer(request.id) : std::nullopt;
            next = parts_.source.finished(request.id, answer ? &*answer : nullptr);
        } else if (request.body == nullptr) {
            closeUnsent(request, OutcomeKind::CancelledUpstream, "the turn before it did not succeed");
            next = parts_.source.finished(request.id, nullptr);
        } else if (underWay || hasRoomForNew()) {
            enqueue(std::move(request), underWay);
        } else if (knobs_->queuePolicy == QueuePolicy::Shed) {
            closeUnsent(request, OutcomeKind::Shed, "the queue was full (queue-capacity " + std::to_string(knobs_->queueCapacity) + ")");
            next = parts_.source.finished(request.id, nullptr);
        } else {
            degrade(request);
            held_ = std::move(request);
        }
    }
}

void Scheduler::degrade(Request& request) {
    if (knobs_->queuePolicy != QueuePolicy::Degrade) return;
    const auto body = degradedBody(*request.body, knobs_->degradeOverrides);
    if (!body) return; // the knobs were validated and the workload was checked: both are objects
    request.body = *body;
    request.degraded = true;
    ++degraded_;
}

void Scheduler::enqueue(Request request, bool underWay) {
    const auto now = parts_.clock.now();
    const auto id = request.id;
    auto job = std::make_unique<Job>(std::move(request), now, [this](Job& j, Instant at) { onDue(j, at); });
    job->attempts = job->earlierAttempts = resumed_.attemptsOf(id);
    job->rootSpanId = ids_.next();
    job->watch = scanner_.watch(*job);
    parts_.aggregates.queued(now);
    if (underWay) queue_.pushAhead(job.get());
    else queue_.push(job.get());
    jobs_.emplace(id, std::move(job));
}

void Scheduler::startAttempt(Job& job, Permit permit) {
    Span span;
    span.request = job.request.id;
    span.customId = job.request.customId;
    span.spanId = ids_.next();
    span.parentId = job.rootSpanId;
    ++attemptsStarted_;
    span.attempt = ++job.attempts;
    span.segment = segment_;
    span.degraded = job.request.degraded;
    span.stamps.queued = job.queuedAt;
    span.stamps.admitted = parts_.clock.now();
    if (!job.firstAdmitted) {
        job.firstAdmitted = span.stamps.admitted;
        job.begun = nextBegun_++;
        begun_.emplace(job.begun, &job);
        job.deadline = *job.firstAdmitted + knobs_->deadline;
    }
    parts_.aggregates.admitted(segment_);
    job.segment = segment_;
    job.state = Job::State::InFlight;
    job.attempt = std::make_unique<Attempt>(services_, std::move(permit), knobs_, std::move(span),
                                            Attempt::Callbacks{[this, &job](Attempt&) { onAttemptEnded(job); },
                                                               [&job] { job.watch.sooner(); }});
    meter();
    job.attempt->start(job.request, job.request.path.empty() ? defaultPath_ : job.request.path, traceId_, job.fresh);
    job.watch.sooner();
}

void Scheduler::onDue(Job& job, Instant now) {
    if (job.deadline && now >= *job.deadline) {
        if (job.attempt) {
            job.attempt->cancel(OutcomeKind::DeadlineExceeded, deadlineMessage);
            return;
        }
        if (job.state == Job::State::Queued) (void)queue_.take([&](JobPtr other) { return other == &job; });
        else --backingOff_;
        expire(job);
        pump();
    } else if (job.attempt) {
        job.attempt->checkDeadlines(now);
    } else if (job.state == Job::State::BackingOff && now >= job.retryAt) {
        --backingOff_;
        requeue(job, now);
        pump();
    }
}

/// Ends a request that is neither queued nor in flight any more, because its time is over.
void Scheduler::expire(Job& job) {
    Outcome outcome;
    outcome.kind = OutcomeKind::DeadlineExceeded;
    outcome.message = deadlineMessage;
    close(job, resultOf(job, std::move(outcome)));
}

void Scheduler::requeue(Job& job, Instant now) {
    job.state = Job::State::Queued;
    job.queuedAt = now;
    queue_.pushAhead(&job);
}

void Scheduler::backOff(Job& job, Instant now, Nanos wait) {
    job.state = Job::State::BackingOff;
    job.retryAt = now + wait;
    ++backingOff_;
    job.watch.sooner();
}

void Scheduler::onAttemptEnded(Job& job) {
    const auto attempt = std::move(job.attempt);
    auto& span = attempt->span();
    const auto now = parts_.clock.now();
    job.lastStamps = span.stamps;
    job.lastContentEvents = span.contentEvents;

    job.fresh = span.outcome.kind == OutcomeKind::StaleConnection;
    RetryDecision decision;
    if (!stopping_)
        decision = parts_.retryPolicy.decide({span.outcome, job.attempts - job.earlierAttempts, *job.firstAdmitted, now}, *knobs_);
    if (decision.wait) span.retryCause = retryCause(span.outcome);
    else if (!decision.refusal.empty()) span.outcome.message += " (" + decision.refusal + ")";
    // While stopping, an attempt that could have been retried leaves its request unfinished: a resumed run sends it again.
    const bool unfinished = stopping_ && !decision.wait
                            && (span.outcome.kind == OutcomeKind::CancelledByUser || isRetryable(span.outcome));

    if (!span.outcome.success())
        spdlog::debug("{} attempt {}: {}: {}{}", job.request.customId, span.attempt, toString(span.outcome.kind), span.outcome.message,
                      decision.wait ? "; is retried" : "");
    // First the slot: what waits starts before this attempt is written down.
    if (decision.wait && *decision.wait <= Nanos{0}) requeue(job, now);
    else if (decision.wait) backOff(job, now, *decision.wait);
    attempt->release();

    // One set of totals for both: a reader of the record must arrive at the live figures.
    const auto present = totals();
    parts_.aggregates.attempt(span, {toSeconds(present.gap), present.connectionsOpened});
    parts_.recorder.span(span, present);
    if (decision.wait) {
        // It waits, or is on its way again already.
    } else if (unfinished) {
        ++unfinished_;
        forget(job);
    } else {
        auto result = resultOf(job, span.outcome);
        result.completion = attempt->takeCompletion();
        result.completion.usage = span.usage;
        result.serverRequestId = attempt->serverRequestId();
        close(job, std::move(result));
    }
    pump();
}

RequestResult Scheduler::resultOf(const Job& job, Outcome outcome) const {
    RequestResult result;
    result.id = job.request.id;
    result.customId = job.request.customId;
    result.line = job.request.line;
    result.outcome = std::move(outcome);
    result.requestBody = job.request.body;
    result.attempts = job.attempts;
    result.segment = job.segment;
    result.degraded = job.request.degraded;
    result.ended = parts_.clock.now();
    return result;
}

void Scheduler::close(Job& job, RequestResult result) {
    const auto id = job.request.id;
    forget(job);
    if (!result.outcome.success()) {
        auto& failure = failures_[std::string(toString(result.outcome.kind))];
        if (++failure.count == 1) failure.firstReason = result.outcome.message;
    }
    if (isUnreached(result.outcome.kind)) ++unreached_;
    else ++reached_;
    if (refusesKey(result.outcome)) {
        ++keyRefusals_;
        keyRefusalStatus_ = result.outcome.status;
    }
    parts_.recorder.result(result);
    parts_.aggregates.result(result);
    reportFinished(id, result.outcome.success() ? &result.completion : nullptr);
}

void Scheduler::forget(const Job& job) {
    if (job.firstAdmitted) begun_.erase(job.begun);
    jobs_.erase(job.request.id);
}

void Scheduler::closeUnsent(const Request& request, OutcomeKind kind, std::string message) {
    RequestResult result;
    result.id = request.id;
    result.customId = request.customId;
    result.line = request.line;
    result.requestBody = request.body;
    result.outcome.kind = kind;
    result.outcome.message = std::move(message);
    result.segment = segment_;
    result.ended = parts_.clock.now();
    parts_.aggregates.queued(result.ended);
    if (kind != OutcomeKind::CancelledUpstream) ++reached_; // neither here nor there: its turn before decides
    parts_.recorder.result(result);
    parts_.aggregates.result(result);
}

void Scheduler::reportFinished(RequestId id, const Completion* answer) {
    // A dialogue that goes on goes ahead of new work: it holds its earlier turns in memory until it ends.
    if (auto following = parts_.source.finished(id, answer)) take(std::move(*following), true);
}

void Scheduler::meter() {
    // A slot that a person keeps empty is no gap.
    const int waiting = paused_ || stopping_ ? 0 : static_cast<int>(queue_.size());
    parts_.gap.update(parts_.clock.now(), waiting, semaphore_.inFlight(), semaphore_.cap());
}

void Scheduler::announceIdle() { idleAlarm_->setDue(parts_.clock.now()); }

} // namespace penstock
