#include "engine/simulator/model/rate_limits.h"

#include <algorithm>

namespace penstock::simulator {

std::optional<Nanos> RateLimits::admit(Instant now, std::int64_t tokens) {
    if (requests_ == 0 && tokens_ == 0) return std::nullopt;
    constexpr Nanos window = std::chrono::minutes{1};
    while (!window_.empty() && window_.front().at + window <= now) {
        tokensInWindow_ -= window_.front().tokens;
        window_.pop_front();
    }

    Nanos wait{0};
    const auto until = [&](std::size_t index) { wait = std::max(wait, window_[index].at + window - now); };
    const auto count = static_cast<std::int64_t>(window_.size());
    if (requests_ != 0 && count >= requests_) until(static_cast<std::size_t>(count - requests_));
    if (tokens_ != 0) {
        std::int64_t left = tokensInWindow_;
        for (std::size_t i = 0; i < window_.size() && left + tokens > tokens_; ++i) {
            left -= window_[i].tokens;
            until(i);
        }
        if (left + tokens > tokens_) wait = std::max(wait, window);
    }
    if (wait > Nanos{0}) return wait;

    window_.push_back({now, tokens});
    tokensInWindow_ += tokens;
    return std::nullopt;
}

} // namespace penstock::simulator
