#include "engine/measure/aggregates.h"

#include "engine/base/cost.h"

namespace penstock {

void Aggregates::queued(Instant at) {
    if (!firstQueued_) firstQueued_ = at;
}

void Aggregates::attempt(const Span& span) {
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
    if (const auto t = span.tInFlight()) {
        inFlightSeconds_ += toSeconds(*t);
        ++inFlightCount_;
    }
}

void Aggregates::result(const RequestResult& result) {
    awaitingRetry_.erase(result.id);
    if (result.degraded) ++degraded_;
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

void Aggregates::fill(Snapshot& out, Instant now, double costPerHour, int cap) const {
    out.elapsedSeconds = firstQueued_ ? toSeconds(now - *firstQueued_) : 0;
    out.successes = successes_;
    out.failures = failures_;
    out.cancelled = cancelled_;
    out.shed = shed_;
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
    out.successesPerHour = cost::successesPerHour(successes_, out.elapsedSeconds);
    out.costPerSuccess = cost::costPerSuccess(costPerHour, out.successesPerHour);
    std::optional<double> mean;
    if (inFlightCount_ > 0) mean = inFlightSeconds_ / static_cast<double>(inFlightCount_);
    out.upperBoundPerHour = cost::upperBoundPerHour(cap, mean);
}

} // namespace penstock
