#pragma once

#include "engine/experiment/resampled.h"

namespace penstock {

/// Fills verdict and verdictText. The seed: "The cost ratio is the only number that matters", success rate "must not regress", and
/// "If gap_opt is not materially lower than gap_base, you did not eliminate idle time; you changed surface metrics". Each claim
/// stands on an interval, and one that the interval does not carry is not made.
///
/// The text tells the cost first: lower or higher where the interval of the ratio excludes 1, else no change shown. Where no cost
/// can be compared, successes per hour stand for it.
///
/// TooFewSamples: fewer than 8 blocks or 30 successes on a side. Regressed: cost is higher, or the interval of the difference of
/// the success rates lies below 0. Improved: cost is lower, the success rate has not fallen by more than a point as far as its
/// interval reaches, something was turned, and gap_fraction is materially lower: by a fifth and by half a percent of the window at
/// least, and the interval of the difference excludes no change. Only when 1 % or less is left too it says that idle time
/// was eliminated, otherwise reduced. SurfaceOnly otherwise.
void judge(const MeasuredSetting& baseline, const MeasuredSetting& controlled, const BlockBootstrap& drawn, ResultRecord& out);

} // namespace penstock
