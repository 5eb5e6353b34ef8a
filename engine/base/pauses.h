#pragma once

#include "engine/base/time.h"

#include <optional>
#include <vector>

namespace penstock {

/// A person paused the run, and resumed it.
struct Pause {
    Instant begin{};
    std::optional<Instant> end; ///< nullopt: not yet
};

/// The stretches of a run in which a person kept it paused, and the clock that stands still meanwhile: capacity is paid for
/// during a pause, but a person's pause is no property of a setting. Grows by one entry a pause. Pure arithmetic on run time; one
/// thread.
class Pauses {
public:
    /// `at` must not run backwards. A pause that has begun already goes on; a run that is not paused is not resumed.
    void begin(Nanos at);
    void end(Nanos at);
    bool paused() const { return !pauses_.empty() && !pauses_.back().end; }

    /// Paused time before `at`; what has not ended lasts.
    Nanos before(Nanos at) const;
    /// Paused time from `from` to `to`, which is not before it.
    Nanos between(Nanos from, Nanos to) const { return before(to) - before(from); }

private:
    struct Stretch {
        Nanos begin{0};
        std::optional<Nanos> end;
        Nanos earlier{0}; ///< paused time before it
    };
    std::vector<Stretch> pauses_; ///< ascending, apart from each other
};

} // namespace penstock
