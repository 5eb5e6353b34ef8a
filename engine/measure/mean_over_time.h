#pragma once

#include "engine/base/time.h"

#include <vector>

namespace penstock {

/// The mean over time of a knob that is turned while a run goes on: C_hour, the cap. The record makes the same of the run file's
/// segments, operation by operation, so that a run's last figures are its summary's to the last digit. Grows by an entry a
/// setting. Pure arithmetic.
class MeanOverTime {
public:
    /// From `at` on it is `value`. `at` must not run backwards.
    void set(Instant at, double value);
    /// Over `from`..`to`. The first value holds from the beginning; exactly the value when there never was another; the
    /// present one when no time has passed.
    double mean(Instant from, Instant to) const;

private:
    struct Setting {
        Instant at;
        double value = 0;
    };
    std::vector<Setting> settings_;
};

} // namespace penstock
