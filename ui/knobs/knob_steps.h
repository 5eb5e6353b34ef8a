#pragma once

#include "engine/base/knob_catalog.h"

#include <vector>

namespace penstock::ui {

/// The values that a knob's slider stops at, ascending, in the unit of its JSON value: counts go one by one to 16, in
/// eighths of an octave to 64 and in quarters above, times and money stop at round figures, sizes at powers of two. Empty
/// for a knob without a slider.
std::vector<double> sliderSteps(const KnobInfo& knob);

/// The index of the step nearest to `value` by ratio; 0 when `steps` is empty.
int nearestStep(const std::vector<double>& steps, double value);

/// The next value `by` steps up (or down, when negative) from `value`, which may lie between two steps.
/// Counts go by one, everything else from round figure to round figure; never out of the full range.
double steppedValue(const KnobInfo& knob, const std::vector<double>& steps, double value, int by);

} // namespace penstock::ui
