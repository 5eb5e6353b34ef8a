#pragma once

#include "engine/base/knobs.h"
#include "engine/base/time.h"

namespace penstock {

/// min(backoff-max, backoff-initial x 2^(retry-1)): the bound of the wait before retry `retry` (from 1). Never overflows.
Nanos backoffBound(int retry, const Knobs& knobs);

/// The wait itself. Full jitter: uniform between 0 and the bound, so that requests that failed together do not come back
/// together. `uniform` is a draw from [0, 1); it is not used without jitter.
Nanos backoffWait(int retry, const Knobs& knobs, double uniform);

} // namespace penstock
