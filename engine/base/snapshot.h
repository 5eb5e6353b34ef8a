#pragma once

#include "engine/base/active_request.h"
#include "engine/base/percentiles.h"
#include "engine/base/segment_figures.h"
#include "engine/base/time.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace penstock {

enum class RunState { Idle, Preparing, Running, Paused, Draining, Finished, Failed };

/// The sliding window: the last 10 seconds of a run, or as many more (60 at most) as 20 successes take.
struct WindowFigures {
    double seconds = 0; ///< that it really covers: less at the start of a run
    std::uint64_t successes = 0;
    std::optional<double> successesPerHour;
    std::optional<double> costPerSuccess;        ///< at the C_hour in force in each of its seconds
    std::optional<double> outputTokensPerSecond; ///< of the attempts that ended in it as successes
    Percentiles tFirstToken;                     ///< of the attempts that got their first token in it
};

/// What the engine looks like at one moment. Immutable once emitted; ten a second while a run goes on.
struct Snapshot {
    std::uint64_t sequence = 0;
    RunState state = RunState::Idle;
    std::string runId;
    bool simulated = false;
    std::uint32_t segment = 0;
    double elapsedSeconds = 0; ///< since the first request was queued

    std::uint64_t total = 0; ///< requests that this session has to answer; 0 while not known
    std::uint64_t requestsSeen = 0;
    std::uint64_t successes = 0, failures = 0, cancelled = 0, shed = 0;
    std::uint64_t ended = 0; ///< successes, failures, shed, and cancelled but for those that a person cancelled
    std::uint64_t attempts = 0, retries = 0, moved = 0, degraded = 0;
    std::map<std::string, std::uint64_t> retriesByCause;

    int inFlight = 0, cap = 0, inFlightPeak = 0;
    int queueDepth = 0, queueCapacity = 0, backingOff = 0;
    double inFlightMean = 0;
    double gapSeconds = 0, gapFraction = 0; ///< without the time of a pause or a stop, in which a person keeps slots empty
    double pausedSeconds = 0; ///< of the window; gapFraction is of the rest

    std::uint64_t connectionsOpened = 0;
    int connectionsOpen = 0;
    /// What the connections speak, as they showed it: `1.1` or `2`, and `TLS 1.3` (empty in the clear). Empty until one did.
    std::string httpVersion, tlsVersion;
    /// Requests of this session that ended because the target refuses the key (HTTP 401 or 403), and the last one's status.
    std::uint64_t keyRefusals = 0;
    int keyRefusalStatus = 0;
    std::uint64_t contentEvents = 0;
    std::int64_t inputTokens = 0, outputTokens = 0, wastedTokens = 0;

    Percentiles tFirstToken, tQueue;
    std::optional<double> successesPerHour, costPerSuccess, upperBoundPerHour;
    std::optional<double> avoidableCost; ///< wasted tokens at the output price of the setting they were wasted under
    std::string currency;
    WindowFigures window;
    /// Of the engine's event loop, in the last 10 seconds; nullopt where its event dispatcher does not tell.
    std::optional<double> longestTurnSeconds;
    double engineLoad = 0; ///< share of one core that the engine thread used in the last second, 0..1

    std::uint32_t knobsRevision = 0; ///< how many sets of knobs were applied since start(): 0 for the first
    /// One for each setting so far, brought up to date once a second. Never null once the run is being recorded.
    std::shared_ptr<const std::vector<SegmentFigures>> segments;
    /// Requests in flight or backing off, oldest first, at most 512. Never null once the run is being recorded.
    std::shared_ptr<const std::vector<ActiveRequest>> active;
    /// The stream that Engine::watch() asked for; null when it asked for none, or that one has ended.
    std::shared_ptr<const WatchedStream> watched;
};

} // namespace penstock
