#pragma once

#include "engine/base/request.h"

#include <cstdint>
#include <optional>
#include <string>

namespace penstock {

/// A request that has begun and not ended. Times are seconds of run time (since the first request was queued), as in
/// RequestRow. A value; crosses threads.
struct ActiveRequest {
    enum class Stage {
        Connecting,   ///< admitted, not yet sent
        AwaitingToken, ///< sent, no content yet
        Streaming,    ///< content is arriving
        BackingOff,   ///< between two attempts: holds no slot
    };

    RequestId id = 0;
    std::string customId;
    Stage stage = Stage::Connecting;
    int attempt = 1; ///< the present one; when backing off, the last one made
    std::uint32_t segment = 0;
    double queued = 0;                 ///< of the present attempt
    std::optional<double> admitted, sent, firstToken;
    std::optional<double> retryAt;     ///< BackingOff: when it is due
    std::uint64_t contentEvents = 0;
};

/// What one stream has brought so far, for a person who looks at it.
struct WatchedStream {
    RequestId id = 0;
    int attempt = 1;
    std::string text, reasoning; ///< UTF-8; each its last 256 KiB
    bool cut = false;            ///< the beginning is missing
};

} // namespace penstock
