#pragma once

#include "engine/base/knobs.h"

#include <string>
#include <vector>

namespace penstock {

/// One knob that differs between two sets, in the words and values of knobs_json.h.
struct KnobChange {
    std::string knob;     ///< `max-concurrency`
    std::string from, to; ///< as JSON shows them; text without quotation marks
};

/// What was turned between `before` and `after`, in the order of the knobs.
std::vector<KnobChange> changesBetween(const Knobs& before, const Knobs& after);

/// `max-concurrency 4 to 14, jitter full to none`; `nothing` when there is no change.
std::string describe(const std::vector<KnobChange>& changes);

} // namespace penstock
