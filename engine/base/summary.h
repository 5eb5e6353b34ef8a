#pragma once

#include "engine/base/snapshot.h"
#include "engine/base/usage.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace penstock {

/// The figures of a finished run: the content of summary.json, times in seconds. A figure that could not be measured has no
/// value, and is written as null; it is never 0 instead. Formulas: DESIGN.md's table of words, which quotes the seed.
struct Summary {
    std::string runId;
    bool simulated = false;
    std::string targetUrl;
    std::string httpVersion;
    std::string currency;

    double windowSeconds = 0; ///< first request queued -> last completed; time between two sessions of a resumed run is left out
    double pausedSeconds = 0; ///< of the window: a person had paused the run. It is paid for, so it counts for R_success and cost
    std::uint64_t requests = 0, successes = 0, failures = 0, cancelled = 0, shed = 0, salvaged = 0;
    /// Taken from the workload and without a result: a stop or a kill left them, and a resumed run asks them. All requests
    /// that the run has seen are `requests` (successes, failures, cancelled, shed) and these. nullopt: not recorded.
    std::optional<std::uint64_t> unfinished;
    std::uint64_t ended = 0;        ///< requests but for those that a person cancelled
    std::uint64_t degraded = 0;     ///< requests sent in the cheaper form
    std::uint64_t skippedLines = 0; ///< lines of the workload that `--on-bad-line skip` left out
    std::optional<double> successRate; ///< successes / ended
    std::optional<double> successesPerHour; ///< R_success = success_count / window_hours
    std::optional<double> costPerSuccess;   ///< C_hour / R_success
    std::optional<double> costPerMillionOutputTokens;
    std::optional<double> upperBoundSuccessesPerHour; ///< cap / E[t_in_flight] * 3600, as cost.h has it

    int maxConcurrency = 0, inFlightPeak = 0;
    double inFlightMean = 0; ///< time-weighted over the window
    double gapSeconds = 0, gapFraction = 0; ///< gapFraction: of the window without its pauses

    std::uint64_t connectionsOpened = 0;
    std::optional<double> newConnectionsPerSuccess;
    std::uint64_t attempts = 0, retries = 0;
    std::uint64_t attemptsLost = 0; ///< in flight when a session was killed: sent perhaps, never recorded; at least so many
    std::uint64_t moved = 0; ///< exchanges taken to another connection unprocessed; not attempts
    std::map<std::string, std::uint64_t> retriesByCause;
    std::map<std::string, std::uint64_t> endings; ///< requests by the word of their outcome

    /// t_conn, t_first_token, t_stream, t_post, tpot: over the attempts that reached them. itl: from a histogram.
    Percentiles tQueue, tConn, tFirstToken, tStream, tPost, tInFlight, itl, tpot;

    std::optional<std::int64_t> inputTokens, outputTokens; ///< of successes; nullopt when no count is known
    UsageKind usageKind = UsageKind::Unknown;               ///< the weakest kind among the successes
    std::int64_t wastedTokens = 0;
    bool wastedAtLeast = false; ///< some wasted attempt had no known count
    std::optional<double> avoidableCost; ///< (tokens wasted) * price; nullopt when no token price is set
};

} // namespace penstock
