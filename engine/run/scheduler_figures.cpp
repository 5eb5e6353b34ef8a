// What the Scheduler tells of itself: the totals for the record and its part of the snapshot.
#include "engine/run/scheduler.h"

namespace penstock {

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
}

} // namespace penstock
