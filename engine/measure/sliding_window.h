#pragma once

#include "engine/base/snapshot.h"
#include "engine/base/time.h"

#include <array>
#include <cstdint>
#include <deque>
#include <optional>

namespace penstock {

/// The figures of the last seconds (WindowFigures), in constant memory: sums for each quarter of a second of the last minute, and at
/// most the newest 16384 first tokens (270 a second for the longest window, 1600 for the usual one). Instants must not run backwards. One thread.
class SlidingWindow {
public:
    static constexpr Nanos length = std::chrono::seconds{10};
    static constexpr Nanos longest = std::chrono::seconds{60};
    static constexpr std::uint64_t enough = 20; ///< successes, for which the window grows up to `longest`

    /// The run's first request was queued.
    void start(Instant at);
    /// C_hour from `at` on.
    void price(Instant at, double costPerHour);
    void success(Instant at, std::optional<std::int64_t> outputTokens);
    void firstToken(Instant at, Nanos after);

    WindowFigures figures(Instant now) const;

private:
    struct Quarter {
        std::int64_t number = -1; ///< quarters since the start
        std::uint64_t successes = 0;
        std::int64_t tokens = 0;
        bool tokensKnown = true;
    };
    struct FirstToken {
        Instant at;
        Nanos after;
    };
    static constexpr Nanos quarter = std::chrono::milliseconds{250};
    static constexpr std::size_t quarters = 241; ///< the minute, and the one that is being filled
    static constexpr std::size_t mostTokens = 16384;
    static constexpr std::size_t mostPrices = 1024;

    Quarter& at(Instant when);
    double costBetween(Instant from, Instant to) const;

    std::optional<Instant> start_;
    std::array<Quarter, quarters> ring_{};
    std::deque<FirstToken> tokens_;
    struct Price {
        Instant from;
        double perHour;
    };
    std::deque<Price> prices_; ///< those that the longest window can reach
};

} // namespace penstock
