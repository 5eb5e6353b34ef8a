#pragma once

#include "engine/base/time.h"

#include <algorithm>
#include <array>
#include <optional>

namespace penstock {

/// The longest turn of an event loop in the last 10 seconds, to a second: long enough to be read, and for a sample that is
/// written once a second to miss none.
class LongestTurn {
public:
    void note(Nanos turn, Instant now) {
        forget(now);
        auto& slot = longest_[slotOf(now)];
        slot = std::max(slot.value_or(Nanos{0}), turn);
    }

    /// nullopt when no turn ended in that time.
    std::optional<Nanos> at(Instant now) {
        forget(now);
        std::optional<Nanos> out;
        for (const auto& slot : longest_)
            if (slot && (!out || *slot > *out)) out = slot;
        return out;
    }

private:
    static constexpr std::int64_t seconds = 10;
    static std::int64_t secondOf(Instant at) { return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count(); }
    static std::size_t slotOf(Instant at) { return static_cast<std::size_t>(secondOf(at) % seconds); }

    void forget(Instant now) {
        const auto present = secondOf(now);
        for (auto second = std::max(newest_ + 1, present - seconds + 1); second <= present; ++second) longest_[static_cast<std::size_t>(second % seconds)].reset();
        newest_ = std::max(newest_, present);
    }

    std::array<std::optional<Nanos>, seconds> longest_{};
    std::int64_t newest_ = 0;
};

} // namespace penstock
