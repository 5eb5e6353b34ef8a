#pragma once

#include "engine/base/time.h"

#include <cstdint>
#include <deque>
#include <optional>

namespace penstock::simulator {

/// Requests and tokens per minute, as a sliding window: in no span of 60 seconds more than the limits are let in.
/// What was turned away does not count. One thread.
class RateLimits {
public:
    /// 0: no limit.
    RateLimits(std::int64_t requestsPerMinute, std::int64_t tokensPerMinute)
        : requests_(requestsPerMinute)
        , tokens_(tokensPerMinute) {}

    /// Lets a request of `tokens` in and counts it (nullopt), or says after what time it would fit if nothing else
    /// came. Instants must not go backwards. A request for which mayEverFit() is false waits a whole minute for
    /// nothing.
    std::optional<Nanos> admit(Instant now, std::int64_t tokens);

    bool mayEverFit(std::int64_t tokens) const { return tokens_ == 0 || tokens <= tokens_; }

private:
    struct Entry {
        Instant at;
        std::int64_t tokens;
    };

    std::int64_t requests_;
    std::int64_t tokens_;
    std::deque<Entry> window_;
    std::int64_t tokensInWindow_ = 0;
};

} // namespace penstock::simulator
