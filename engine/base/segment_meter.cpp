#include "engine/base/segment_meter.h"

#include "engine/base/bootstrap.h"
#include "engine/base/cost.h"
#include "engine/base/knob_changes.h"

#include <algorithm>

namespace penstock {

void SegmentMeter::open(std::uint32_t number, const Knobs& knobs, Nanos at, const Totals& totals) {
    std::string change = "start";
    if (present_) {
        change = describe(changesBetween(present_->figures.knobs, knobs));
        past_.push_back(finish(*present_, at, totals));
    }
    present_ = std::make_unique<Present>();
    present_->figures.number = number;
    present_->figures.knobs = knobs;
    present_->figures.change = std::move(change);
    present_->figures.start = toSeconds(at);
    present_->opened = at;
    if (!olderInFlight()) settle(at, totals);
}

void SegmentMeter::admitted(std::uint32_t segment) { ++inFlight_[segment]; }

void SegmentMeter::closed(const Span& span, Instant epoch, const Totals& totals) {
    if (const auto it = inFlight_.find(span.segment); it != inFlight_.end() && --it->second <= 0) inFlight_.erase(it);
    if (!present_ || !span.stamps.released) return;
    const Nanos at = *span.stamps.released - epoch;
    auto& present = *present_;
    if (!present.settled) {
        if (!olderInFlight()) settle(at, totals);
        return;
    }
    if (span.segment != present.figures.number) return;
    auto& figures = present.figures;
    ++figures.attempts;
    if (span.attempt > 1) ++figures.retries;
    if (span.stamps.admitted) present.slotTime += active(std::max(*span.stamps.admitted - epoch, present.windowStart), at);
    if (!span.outcome.success()) return;
    ++figures.successes;
    ++figures.ended;
    present.blocks.add(active(present.windowStart, at));
}

void SegmentMeter::ended(std::uint32_t segment, OutcomeKind kind, Nanos at) {
    if (!present_ || !present_->settled || segment != present_->figures.number || at < present_->windowStart) return;
    if (kind == OutcomeKind::Success) return;
    if (isEnd(kind)) ++present_->figures.ended;
    if (isFailure(kind)) ++present_->figures.failures;
}

void SegmentMeter::firstToken(std::uint32_t segment, Nanos at, Nanos after) {
    if (present_ && present_->settled && segment == present_->figures.number && at >= present_->windowStart) present_->tFirstToken.add(after);
}

bool SegmentMeter::olderInFlight() const {
    return std::any_of(inFlight_.begin(), inFlight_.end(), [&](const auto& entry) { return entry.first != present_->figures.number && entry.second > 0; });
}

void SegmentMeter::settle(Nanos at, const Totals& totals) {
    present_->settled = true;
    present_->windowStart = at;
    present_->atStart = totals;
}

SegmentFigures SegmentMeter::finish(const Present& present, Nanos end, const Totals& totals) const {
    SegmentFigures out = present.figures;
    // The run's last attempt may have ended before the last turn of a knob, or before the window began.
    end = std::max(end, present.opened);
    out.end = toSeconds(end);
    const Nanos settling = (present.settled ? std::min(present.windowStart, end) : end) - present.opened;
    out.settlingSeconds = toSeconds(settling);
    if (!present.settled) return out;
    const Nanos window = active(present.windowStart, end);
    out.windowSeconds = toSeconds(window);
    out.pausedSeconds = toSeconds(std::max(end - present.windowStart, Nanos{0}) - window);
    out.successRate = cost::perEach(out.successes, out.ended);
    out.successesPerHour = cost::successesPerHour(out.successes, out.windowSeconds);
    out.costPerSuccess = cost::costPerSuccess(out.knobs.costPerHour, out.successesPerHour);
    auto blocks = present.blocks;
    blocks.end(window);
    out.costInterval = intervalOfCost(out.knobs.costPerHour, blocks.seconds(), blocks.counts());
    out.tFirstToken = present.tFirstToken.percentiles();
    out.upperBoundPerHour = cost::upperBoundPerHour(out.knobs.maxConcurrency, toSeconds(present.slotTime), out.successes, out.windowSeconds);
    out.gapSeconds = std::max(0.0, totals.gapSeconds - present.atStart.gapSeconds);
    out.gapFraction = cost::gapFraction(out.gapSeconds, out.windowSeconds, 0).value_or(0); // the window is without pauses
    if (out.successes > 0)
        out.newConnectionsPerSuccess = static_cast<double>(totals.connectionsOpened - present.atStart.connectionsOpened) / static_cast<double>(out.successes);
    return out;
}

std::vector<SegmentFigures> SegmentMeter::figures(Nanos now, const Totals& totals) const {
    auto out = past_;
    if (present_) out.push_back(finish(*present_, now, totals));
    return out;
}

} // namespace penstock
