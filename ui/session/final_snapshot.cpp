#include "ui/session/final_snapshot.h"

namespace penstock::ui {

std::shared_ptr<const Snapshot> finalSnapshot(const RunOverview& run, const std::shared_ptr<const Snapshot>& last) {
    Snapshot out = last ? *last : Snapshot{};
    out.state = RunState::Finished;
    out.runId = run.info.runId;
    out.simulated = run.info.simulated;
    out.inFlight = out.queueDepth = out.backingOff = out.connectionsOpen = 0;
    out.segments = std::make_shared<const std::vector<SegmentFigures>>(run.segments);
    out.active = std::make_shared<const std::vector<ActiveRequest>>();
    out.watched = nullptr;
    if (!run.segments.empty()) {
        out.segment = run.segments.back().number;
        out.queueCapacity = run.segments.back().knobs.queueCapacity;
    }
    if (!run.summary) return std::make_shared<const Snapshot>(std::move(out));
    const Summary& summary = *run.summary;
    out.currency = summary.currency;
    out.elapsedSeconds = summary.windowSeconds;
    out.requestsSeen = summary.requests;
    out.total = run.complete ? summary.requests : 0; // how many there would have been the file does not say
    out.successes = summary.successes;
    out.failures = summary.failures;
    out.ended = summary.ended;
    out.cancelled = summary.cancelled;
    out.shed = summary.shed;
    out.degraded = summary.degraded;
    out.attempts = summary.attempts;
    out.retries = summary.retries;
    out.moved = summary.moved;
    out.retriesByCause = summary.retriesByCause;
    out.cap = summary.maxConcurrency;
    out.inFlightPeak = summary.inFlightPeak;
    out.inFlightMean = summary.inFlightMean;
    out.pausedSeconds = summary.pausedSeconds;
    out.gapSeconds = summary.gapSeconds;
    out.gapFraction = summary.gapFraction;
    out.connectionsOpened = summary.connectionsOpened;
    out.inputTokens = summary.inputTokens.value_or(0);
    out.outputTokens = summary.outputTokens.value_or(0);
    out.wastedTokens = summary.wastedTokens;
    out.avoidableCost = summary.avoidableCost;
    out.tFirstToken = summary.tFirstToken;
    out.tQueue = summary.tQueue;
    out.successesPerHour = summary.successesPerHour;
    out.costPerSuccess = summary.costPerSuccess;
    out.upperBoundPerHour = summary.upperBoundSuccessesPerHour;
    return std::make_shared<const Snapshot>(std::move(out));
}

} // namespace penstock::ui
