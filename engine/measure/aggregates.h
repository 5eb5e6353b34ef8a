#pragma once

#include "engine/base/histogram.h"
#include "engine/base/request_result.h"
#include "engine/base/segment_meter.h"
#include "engine/base/snapshot.h"
#include "engine/base/span.h"
#include "engine/measure/sliding_window.h"

#include <optional>
#include <string>
#include <unordered_map>

namespace penstock {

/// The running totals and distributions that the Snapshot shows, of this session. Memory does not grow with the number
/// of requests: only those between two attempts are remembered. One thread. The figures of summary.json are not made
/// here: record/ computes them from the spans, exactly.
class Aggregates {
public:
    /// A request entered the queue; the first one starts the window.
    void queued(Instant at);
    std::optional<Instant> firstQueued() const { return firstQueued_; }
    /// When the last attempt so far was completed: where the window of a run that is over ends.
    std::optional<Instant> lastCompleted() const { return lastCompleted_; }
    /// A setting of the knobs takes force.
    void segment(std::uint32_t number, const Knobs& knobs, Instant at, const SegmentMeter::Totals& totals);
    /// An attempt got its permit under the present setting.
    void admitted(std::uint32_t segment) { segments_.admitted(segment); }
    /// The first token of an attempt, at its stamp.
    void firstToken(const Span& span);
    /// An attempt closed. Call before result() for the last one. `totals` as of its release.
    void attempt(const Span& span, const SegmentMeter::Totals& totals);
    void result(const RequestResult& result);
    /// A person paused the run, or resumed it.
    void setPaused(bool paused, Instant at);
    /// A gap between two consecutive content events of one stream.
    void interTokenGap(Nanos gap) { itl_.add(gap); }

    /// Fills the counters, percentiles, cost and rates of `out`; the pipeline fills what only it knows.
    /// Rates are over the window from the first request queued to `windowEnd`, which is `now` as long as the run goes on;
    /// `costPerHour`, in the run's currency, and `cap` are their means over it.
    void fill(Snapshot& out, Instant now, Instant windowEnd, double costPerHour, double cap) const;
    void fill(Snapshot& out, Instant now, double costPerHour, double cap) const { fill(out, now, now, costPerHour, cap); }
    /// The figures of each setting so far; the window of the present one ends at `windowEnd`.
    std::vector<SegmentFigures> segmentFigures(Instant windowEnd, const SegmentMeter::Totals& totals) const;

    const Histogram& interTokenGaps() const { return itl_; }

private:
    std::optional<Instant> firstQueued_, lastCompleted_;
    std::uint64_t successes_ = 0, failures_ = 0, cancelled_ = 0, shed_ = 0, ended_ = 0, degraded_ = 0;
    std::uint64_t attempts_ = 0, retries_ = 0, contentEvents_ = 0;
    std::map<std::string, std::uint64_t> retriesByCause_;
    /// Why each request that awaits its next attempt is retried: a retry counts once it is made, not once it is
    /// planned.
    std::unordered_map<RequestId, std::string> awaitingRetry_;
    std::int64_t inputTokens_ = 0, outputTokens_ = 0, wastedTokens_ = 0;
    Nanos slotTime_{0}; ///< of all attempts
    Histogram tFirstToken_, tQueue_, itl_;
    SlidingWindow window_;
    SegmentMeter segments_;
    std::map<std::uint32_t, double> outputPrices_; ///< by segment, where tokens are billed
    std::map<double, std::int64_t> wastedAtPrice_;  ///< wasted tokens by price; summed in the record's order
    bool paused_ = false;
    struct Opening {
        std::uint32_t number = 0;
        Knobs knobs;
    };
    std::optional<Opening> opening_; ///< the first setting, until the first request is queued
};

} // namespace penstock
