#pragma once

#include "engine/base/histogram.h"
#include "engine/base/pauses.h"
#include "engine/base/segment_figures.h"
#include "engine/base/span.h"
#include "engine/base/time_blocks.h"

#include <map>
#include <memory>
#include <vector>

namespace penstock {

/// The figures of each setting of the knobs, by the rule of SegmentFigures. It is the same for a run that goes on and for one
/// that is read from its file: both feed it the same events in the order of time. Constant memory for the present setting, a
/// few hundred bytes for each that is over. Pure arithmetic on run time: `at` counts from the run's start. One thread.
///
/// From a file: pauses may all come first; at one instant first tokens come first, then attempts that close, then results, then settings and
/// admissions in the order of their numbers, a setting before what was admitted under it.
class SegmentMeter {
public:
    /// Totals of the run so far, which a window's share is taken from.
    struct Totals {
        double gapSeconds = 0;
        std::uint64_t connectionsOpened = 0;
    };

    /// A setting takes force; ends the one before.
    void open(std::uint32_t number, const Knobs& knobs, Nanos at, const Totals& totals);
    /// An attempt got its permit under this setting.
    void admitted(std::uint32_t segment);
    /// It gave it back, at its `released` stamp; `epoch` is run time 0. Totals are those of that moment. An attempt that
    /// succeeded is its request's success.
    void closed(const Span& span, Instant epoch, const Totals& totals);
    /// A request has its result, `at`; `segment` is the one in which its last attempt was admitted. A success counts where
    /// its attempt closes. A request that was cancelled or shed is no failure, and one that a stop left unfinished has no
    /// result: that is why failures are not counted there.
    void ended(std::uint32_t segment, OutcomeKind kind, Nanos at);
    /// A person paused the run, or resumed it.
    void pause(Nanos at) { pauses_.begin(at); }
    void resume(Nanos at) { pauses_.end(at); }
    /// All of them at once, of a run that is read from its file.
    void setPauses(Pauses pauses) { pauses_ = std::move(pauses); }
    const Pauses& pauses() const { return pauses_; }
    /// A first token, `after` its request was sent, of an attempt of this setting.
    void firstToken(std::uint32_t segment, Nanos at, Nanos after);

    /// All settings so far; the present one up to `now`, which at the end of a run is when its last attempt was
    /// completed: the window of R_success.
    std::vector<SegmentFigures> figures(Nanos now, const Totals& totals) const;

private:
    struct Present {
        SegmentFigures figures;
        Nanos opened{0};
        Nanos windowStart{0};
        bool settled = false;
        Totals atStart; ///< of the window
        Histogram tFirstToken;
        Nanos slotTime{0}; ///< of the attempts that closed in the window, inside of it and without pauses
        TimeBlocks blocks; ///< successes of the window
    };

    void settle(Nanos at, const Totals& totals);
    bool olderInFlight() const;
    SegmentFigures finish(const Present& present, Nanos end, const Totals& totals) const;
    /// From `from` to `to` by the clock that stands still while the run is paused; 0 when `to` is not after `from`.
    Nanos active(Nanos from, Nanos to) const { return to > from ? to - from - pauses_.between(from, to) : Nanos{0}; }

    std::map<std::uint32_t, int> inFlight_;
    Pauses pauses_;
    std::vector<SegmentFigures> past_;
    std::unique_ptr<Present> present_;
};

} // namespace penstock
