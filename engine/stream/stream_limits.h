#pragma once

#include <cstddef>

namespace penstock {

/// Bounds on what one response may make us hold; see the knobs of the same names.
struct StreamLimits {
    std::size_t maxLineBytes = 1u << 20;      ///< of one line, its end not counted
    std::size_t maxEventBytes = 4u << 20;     ///< of one event's data, the line feeds between its lines counted
    std::size_t maxEventLines = 100'000;      ///< of one event, comments not counted
    std::size_t maxResponseBytes = 64u << 20; ///< of the body up to its terminal

    bool operator==(const StreamLimits&) const = default;
};

} // namespace penstock
