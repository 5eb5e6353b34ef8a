#include "engine/measure/aggregates.h"

#include "engine/base/cost.h"

#include <algorithm>

namespace penstock {

void Aggregates::queued(Instant at) {
    if (firstQueued_) return;
    firstQueued_ = at;
    window_.start(at);
    if (paused_) segments_.pause(Nanos{0});
    if (!opening_) return;
    // What was opened before the first request (warm connections) counts for the first setting.
    segments_.open(opening_->number, opening_->knobs, Nanos{0}, {});
    opening_.reset();
}

void Aggregates::segment(std::uint32_t number, const Knobs& knobs, Instant at, const SegmentMeter::Totals& totals) {
    window_.price(at, knobs.costPerHour);
    if (knobs.outputTokenPrice > 0) {
        outputPrices_[number] = knobs.outputTokenPrice;
        wastedAtPrice_[knobs.outputTokenPrice] += 0; // from now on the cost is known: nothing so far
    }
    if (firstQueued_) segments_.open(number, knobs, at - *firstQueued_, totals);
    else opening_ = Opening{number, knobs};
}

void Aggregates::firstToken(const Span& span) {
    const auto after = span.tFirstToken();
    if (!after || !firstQueued_) return;
    window_.firstToken(*span.stamps.firstToken, *after);
    segments_.firstToken(span.segment, *span.stamps.firstToken - *firstQueued_, *after);
}

std::vector<SegmentFigures> Aggregates::segmentFigures(Instant windowEnd, const SegmentMeter::Totals& totals) const {
    return segments_.figures(firstQueued_ ? windowEnd - *firstQueued_ : Nanos{0}, totals);
}

void Aggregates::attempt(const Span& span, const SegmentMeter::Totals& totals) {
    if (firstQueued_) segments_.closed(span, *firstQueued_, totals);
    if (const auto price = outputPrices_.find(span.segment); price != outputPrices_.end())
        wastedAtPrice_[price->second] += span.wastedTokens;
    if (span.stamps.completed) lastCompleted_ = std::max(lastCompleted_.value_or(*span.stamps.completed), *span.stamps.completed);
    if (span.outcome.success() && span.stamps.completed) window_.success(*span.stamps.completed, span.usage.output);
    ++attempts_;
    if (const auto before = awaitingRetry_.find(span.request); before != awaitingRetry_.end()) {
        ++retries_;
        ++retriesByCause_[before->second];
        awaitingRetry_.erase(before);
    } else if (span.attempt > 1) {
        // Its earlier attempt belongs to a session that was interrupted.
        ++retries_;
        ++retriesByCause_["restart"];
    }
    if (!span.retryCause.empty()) awaitingRetry_[span.request] = span.retryCause;

    contentEvents_ += span.contentEvents;
    wastedTokens_ += span.wastedTokens;
    if (span.outcome.success()) {
        inputTokens_ += span.usage.input.value_or(0);
        outputTokens_ += span.usage.output.value_or(0);
    }
    if (const auto t = span.tQueue()) tQueue_.add(*t);
    if (const auto t = span.tFirstToken()) tFirstToken_.add(*t);
    if (const auto t = span.tInFlight()) slotTime_ += *t;
}

void Aggregates::result(const RequestResult& result) {
    awaitingRetry_.erase(result.id);
    if (firstQueued_) segments_.ended(result.segment, result.outcome.kind, result.ended - *firstQueued_);
    if (result.degraded) ++degraded_;
    if (isEnd(result.outcome.kind)) ++ended_;
    switch (result.outcome.kind) {
    case OutcomeKind::Success:
        ++successes_;
        break;
    case OutcomeKind::CancelledByUser:
    case OutcomeKind::CancelledUpstream:
        ++cancelled_;
        break;
    case OutcomeKind::Shed:
        ++shed_;
        break;
    default:
        ++failures_;
        break;
    }
}

void Aggregates::setPaused(bool paused, Instant at) {
    paused_ = paused;
    if (!firstQueued_) return;
    if (paused) segments_.pause(at - *firstQueued_);
    else segments_.resume(at - *firstQueued_);
}

void Aggregates::fill(Snapshot& out, Instant now, Instant windowEnd, double costPerHour, double cap) const {
    const Nanos length = firstQueued_ ? windowEnd - *firstQueued_ : Nanos{0};
    out.elapsedSeconds = firstQueued_ ? toSeconds(now - *firstQueued_) : 0;
    out.successes = successes_;
    out.failures = failures_;
    out.cancelled = cancelled_;
    out.shed = shed_;
    out.ended = ended_;
    out.degraded = degraded_;
    out.attempts = attempts_;
    out.retries = retries_;
    out.retriesByCause = retriesByCause_;
    out.contentEvents = contentEvents_;
    out.inputTokens = inputTokens_;
    out.outputTokens = outputTokens_;
    out.wastedTokens = wastedTokens_;
    out.tFirstToken = tFirstToken_.percentiles();
    out.tQueue = tQueue_.percentiles();
    out.pausedSeconds = length > Nanos{0} ? toSeconds(segments_.pauses().between(Nanos{0}, length)) : 0;
    out.successesPerHour = cost::successesPerHour(successes_, toSeconds(length));
    out.costPerSuccess = cost::costPerSuccess(costPerHour, out.successesPerHour);
    out.upperBoundPerHour = cost::upperBoundPerHour(cap, toSeconds(slotTime_), successes_, toSeconds(length));
    out.window = window_.figures(now);
    if (wastedAtPrice_.empty()) return;
    out.avoidableCost = 0;
    for (const auto& [price, tokens] : wastedAtPrice_) *out.avoidableCost += cost::avoidableCost(tokens, price).value_or(0);
}

} // namespace penstock
