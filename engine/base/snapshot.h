#pragma once

#include "engine/base/time.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace penstock {

enum class RunState { Idle, Preparing, Running, Paused, Draining, Finished, Failed };

/// p50, p95 and p99 of a distribution, in seconds; nullopt when nothing was measured.
struct Percentiles {
    std::optional<double> p50, p95, p99;
    std::optional<double> mean;
    std::uint64_t count = 0;
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
    std::uint64_t attempts = 0, retries = 0, moved = 0, degraded = 0;
    std::map<std::string, std::uint64_t> retriesByCause;

    int inFlight = 0, cap = 0, inFlightPeak = 0;
    int queueDepth = 0, queueCapacity = 0, backingOff = 0;
    double inFlightMean = 0;
    double gapSeconds = 0, gapFraction = 0;

    std::uint64_t connectionsOpened = 0;
    int connectionsOpen = 0;
    std::uint64_t contentEvents = 0;
    std::int64_t inputTokens = 0, outputTokens = 0, wastedTokens = 0;

    Percentiles tFirstToken, tQueue;
    std::optional<double> successesPerHour, costPerSuccess, upperBoundPerHour;
    std::string currency;
    double longestTurnSeconds = 0; ///< of the engine's event loop, since the last snapshot
};

} // namespace penstock
