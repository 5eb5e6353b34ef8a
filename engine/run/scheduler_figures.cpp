// What the Scheduler tells of itself: the totals for the record and its part of the snapshot.
#include "engine/run/scheduler.h"

#include "engine/base/utf8_cut.h"

#include <algorithm>

namespace penstock {

namespace {

constexpr std::size_t mostActive = 512;
constexpr std::size_t watchedBytes = 256u << 10;

/// What is shown of a text that comes in, and whether that is not all.
std::string tailOf(const std::string& text, bool& cut) {
    cut = cut || text.size() > watchedBytes;
    return std::string(utf8Tail(text, watchedBytes));
}

} // namespace

SessionTotals Scheduler::totals() {
    const auto now = parts_.clock.now();
    const auto stats = parts_.transport.stats();
    SessionTotals totals;
    totals.gap = parts_.gap.gap(now);
    totals.inFlightIntegral = parts_.gap.inFlightIntegral(now);
    totals.inFlightPeak = parts_.gap.peakInFlight();
    totals.connectionsOpened = stats.connectionsOpened;
    totals.moved = stats.moved;
    totals.attemptsStarted = attemptsStarted_;
    totals.firstQueued = parts_.aggregates.firstQueued();
    if (now >= nextBuckets_) {
        nextBuckets_ = now + bucketsInterval;
        totals.itl = buckets();
    }
    return totals;
}

SessionTotals Scheduler::finalTotals() {
    auto last = totals();
    last.itl = buckets();
    return last;
}

std::shared_ptr<const std::vector<Bucket>> Scheduler::buckets() const {
    return std::make_shared<const std::vector<Bucket>>(parts_.aggregates.interTokenGaps().buckets());
}

void Scheduler::fill(Snapshot& out) const {
    const auto now = parts_.clock.now();
    out.segment = segment_;
    out.requestsSeen = requestsSeen_;
    out.inFlight = semaphore_.inFlight();
    out.cap = semaphore_.cap();
    out.inFlightPeak = parts_.gap.peakInFlight();
    out.queueDepth = static_cast<int>(queue_.size());
    out.queueCapacity = static_cast<int>(queue_.capacity());
    out.backingOff = static_cast<int>(backingOff_);
    out.inFlightMean = parts_.gap.meanInFlight(now);
    out.gapSeconds = toSeconds(parts_.gap.gap(now));
    out.degraded = degraded_;
    out.keyRefusals = keyRefusals_;
    out.keyRefusalStatus = keyRefusalStatus_;
    out.active = std::make_shared<const std::vector<ActiveRequest>>(active());
    out.watched = watchedStream();
}

SegmentMeter::Totals Scheduler::segmentTotals(Instant at) const {
    return {toSeconds(parts_.gap.gap(at)), parts_.transport.stats().connectionsOpened};
}

std::vector<ActiveRequest> Scheduler::active() const {
    std::vector<ActiveRequest> out;
    const auto origin = parts_.aggregates.firstQueued();
    if (!origin) return out;
    const auto seconds = [&](const std::optional<Instant>& at) {
        return at ? std::optional<double>(toSeconds(*at - *origin)) : std::nullopt;
    };
    out.reserve(std::min(begun_.size(), mostActive));
    for (const auto& [order, job] : begun_) {
        if (out.size() == mostActive) break;
        if (job->state == Job::State::Queued) continue; // its next attempt waits its turn
        ActiveRequest request;
        request.id = job->request.id;
        request.customId = job->request.customId;
        request.attempt = job->attempts;
        request.segment = job->segment;
        request.queued = toSeconds(job->queuedAt - *origin);
        const Span* span = job->attempt ? &std::as_const(*job->attempt).span() : nullptr;
        const Stamps& stamps = span ? span->stamps : job->lastStamps;
        request.admitted = seconds(stamps.admitted);
        request.sent = seconds(stamps.sent);
        request.firstToken = seconds(stamps.firstToken);
        request.contentEvents = span ? span->contentEvents : job->lastContentEvents;
        if (span) {
            request.stage = stamps.firstToken ? ActiveRequest::Stage::Streaming
                            : stamps.sent     ? ActiveRequest::Stage::AwaitingToken
                                              : ActiveRequest::Stage::Connecting;
        } else {
            request.stage = ActiveRequest::Stage::BackingOff;
            request.retryAt = seconds(job->retryAt);
        }
        out.push_back(std::move(request));
    }
    return out;
}

std::shared_ptr<const WatchedStream> Scheduler::watchedStream() const {
    if (!watched_) return nullptr;
    const auto found = jobs_.find(*watched_);
    if (found == jobs_.end() || !found->second->attempt) return nullptr;
    auto out = std::make_shared<WatchedStream>();
    out->id = *watched_;
    out->attempt = found->second->attempts;
    if (const auto* partial = found->second->attempt->partial()) {
        out->text = tailOf(partial->text, out->cut);
        out->reasoning = tailOf(partial->reasoning, out->cut);
    }
    return out;
}

} // namespace penstock
