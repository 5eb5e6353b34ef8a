#pragma once

#include "engine/base/knobs.h"
#include "engine/base/run_document.h"

#include <optional>
#include <string>
#include <vector>

namespace penstock {

/// One setting of the knobs as it was measured: what a comparison needs of it. Times in seconds.
struct MeasuredSetting {
    /// What happened in one of equal, consecutive stretches of the window, its pauses left out.
    struct Block {
        double successes = 0;
        double ended = 0;                   ///< requests that ended, successes among them: all but those a person cancelled
        double attempts = 0, retries = 0;   ///< attempts closed; a retry has a number above 1
        double gapSeconds = 0;
        double connections = 0; ///< opened
        double outputTokens = 0; ///< of successes
        double avoidableCost = 0; ///< wasted tokens, each at the output price of its own setting
        std::vector<double> tQueue;      ///< of attempts admitted in it
        std::vector<double> tFirstToken; ///< of first tokens that came in it
    };

    std::string runId;
    std::string runName; ///< what a person called it; empty: nothing
    std::string name; ///< `cap 4, setting 1`
    bool simulated = false;
    std::string currency = "USD";
    std::optional<Knobs> knobs; ///< nullopt: of a whole run in which they were turned
    double costPerHour = 0;
    bool tokensBilled = false; ///< a price of output tokens was set
    int cap = 0;
    double blockSeconds = 0;
    /// Not in the blocks, but paid for: of a whole run, whose R_success is over all of its window. A setting's window has none.
    double pausedSeconds = 0;
    std::vector<Block> blocks; ///< with at most about 5,000 times of each kind, evenly thinned
    std::optional<double> tQueueP95, tFirstTokenP95; ///< over all of them (nearest rank); nullopt: of those in the blocks
    bool tokensKnown = false; ///< every success has a count of output tokens
};

/// The result record of two settings, with the checkpoint's verdict. Each value is taken over the whole window; each interval is
/// the 95 % interval of the ratio controlled / baseline by the bootstrap (percentile method, fixed seed) over blocks of time,
/// since requests that ran at once are not independent. Money in two currencies has no ratio.
///
/// The verdict and its text: see verdict.h.
ResultRecord compareSettings(const MeasuredSetting& baseline, const MeasuredSetting& controlled);

} // namespace penstock
