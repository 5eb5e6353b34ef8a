#pragma once

#include "engine/simulator/model/fault_draws.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>

namespace penstock::simulator {

/// What became of the completion requests that the server received, for GET /stats. One thread.
struct Counters {
    std::uint64_t requests = 0; ///< completion requests received whole
    int live = 0;               ///< received, and neither answered to the last byte nor given up by either side
    int peakInFlight = 0;       ///< the greatest `live`
    std::uint64_t successes = 0;
    std::uint64_t clientsGone = 0; ///< requests whose client went away first
    std::uint64_t badRequests = 0;
    std::uint64_t rejectedWaitingRoom = 0, rejectedRateLimit = 0; ///< answered 429; a fault's 429 is in `faults`
    std::array<std::uint64_t, 7> faults{};                        ///< by FaultKind
    std::uint64_t promptTokens = 0;                               ///< of accepted requests
    std::uint64_t outputTokens = 0;                               ///< generated for requests that were not given up

    std::uint64_t& fault(FaultKind kind) { return faults[static_cast<std::size_t>(kind)]; }

    void received() {
        ++requests;
        peakInFlight = std::max(peakInFlight, ++live);
    }
    /// Everything begins at 0 again, but what is live stays live.
    void reset() {
        const int stillLive = live;
        *this = {};
        live = peakInFlight = stillLive;
    }

    nlohmann::json toJson() const;
};

} // namespace penstock::simulator
