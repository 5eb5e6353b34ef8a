#pragma once

#include "engine/base/run_document.h"

#include <string>
#include <vector>

namespace penstock {

/// One setting of the knobs as it was measured: what a comparison needs of it. Times in seconds.
struct MeasuredSetting {
    /// What happened in one of equal, consecutive stretches of the window.
    struct Block {
        double successes = 0, failures = 0; ///< requests that ended
        double attempts = 0, retries = 0;   ///< attempts closed; a retry has a number above 1
        double gapSeconds = 0;
        double connections = 0; ///< opened
        double outputTokens = 0; ///< of successes
        double wastedTokens = 0;
    };

    std::string name; ///< `cap 4, setting 1`
    bool simulated = false;
    std::string currency = "USD";
    double costPerHour = 0;
    double outputTokenPrice = 0; ///< per million; 0: not billed by token
    int cap = 0;
    double blockSeconds = 0;
    std::vector<Block> blocks;
    std::vector<double> tQueue, tFirstToken; ///< of the attempts in the window; beyond 5,000 evenly thinned to as many
    std::optional<double> tQueueP95, tFirstTokenP95; ///< over all of them (nearest rank); nullopt: of those above
    bool tokensKnown = false; ///< every success has a count of output tokens
};

/// The result record of two settings, with the checkpoint's verdict. Each value is taken over the whole blocks of its window; each
/// interval is the 95 % interval of the ratio controlled / baseline by the bootstrap (percentile method, fixed seed): over
/// blocks of time for rates and cost, since requests that ran at once are not independent, and over requests for percentiles.
///
/// Verdict. TooFewSamples: fewer than 8 blocks or 30 successes on a side. Regressed: the interval of the difference of the success
/// rates lies below 0. Improved: gap_fraction is materially lower, by a fifth and by half a percent of the window at least, and the
/// interval of the difference excludes no change: idle time was eliminated. SurfaceOnly otherwise ("If gap_opt is not
/// materially lower than gap_base, you did not eliminate idle time; you changed surface metrics").
ResultRecord compareSettings(const MeasuredSetting& baseline, const MeasuredSetting& controlled);

} // namespace penstock
