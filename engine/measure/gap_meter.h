#pragma once

#include "engine/base/time.h"

#include <optional>

namespace penstock {

/// Integrates, at every state change, the gap and the mean of in_flight. Pure arithmetic on injected instants.
/// gap = time during which queue > 0 and in_flight < cap (the seed's definition). A slot that a person keeps empty, by a
/// pause or a stop, is none: while either lasts, who feeds it tells of an empty queue.
class GapMeter {
public:
    /// The state from `at` on. Instants must not run backwards.
    void update(Instant at, int queueDepth, int inFlight, int cap);

    Nanos gap(Instant now) const;
    /// Time-weighted mean of in_flight between the first update and `now`; 0 before the first.
    double meanInFlight(Instant now) const;
    int peakInFlight() const { return peak_; }
    /// The integral of in_flight over time, in request-nanoseconds: what a resumed run adds up.
    double inFlightIntegral(Instant now) const;
    std::optional<Instant> start() const { return start_; }

private:
    std::optional<Instant> start_;
    Instant last_{};
    bool inGap_ = false;
    int inFlight_ = 0;
    int peak_ = 0;
    Nanos gap_{0};
    double integral_ = 0;
};

} // namespace penstock
