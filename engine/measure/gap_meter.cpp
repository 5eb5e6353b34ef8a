#include "engine/measure/gap_meter.h"

#include <algorithm>

namespace penstock {

void GapMeter::update(Instant at, int queueDepth, int inFlight, int cap) {
    if (!start_) {
        start_ = at;
    } else {
        gap_ = gap(at);
        integral_ = inFlightIntegral(at);
    }
    last_ = at;
    inGap_ = queueDepth > 0 && inFlight < cap;
    inFlight_ = inFlight;
    peak_ = std::max(peak_, inFlight);
}

Nanos GapMeter::gap(Instant now) const {
    return inGap_ ? gap_ + (now - last_) : gap_;
}

double GapMeter::inFlightIntegral(Instant now) const {
    if (!start_) return 0;
    return integral_ + static_cast<double>(inFlight_) * static_cast<double>((now - last_).count());
}

double GapMeter::meanInFlight(Instant now) const {
    if (!start_ || now <= *start_) return 0;
    return inFlightIntegral(now) / static_cast<double>((now - *start_).count());
}

} // namespace penstock
