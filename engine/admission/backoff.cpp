#include "engine/admission/backoff.h"

namespace penstock {

Nanos backoffBound(int retry, const Knobs& knobs) {
    Nanos bound = knobs.backoffInitial;
    for (int i = 1; i < retry && bound < knobs.backoffMax; ++i) bound *= 2;
    return std::min(bound, knobs.backoffMax);
}

Nanos backoffWait(int retry, const Knobs& knobs, double uniform) {
    const Nanos bound = backoffBound(retry, knobs);
    if (knobs.jitter == Jitter::None) return bound;
    return Nanos(static_cast<Nanos::rep>(static_cast<double>(bound.count()) * uniform));
}

} // namespace penstock
