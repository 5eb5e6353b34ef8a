#pragma once

#include "engine/simulator/options.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace penstock::simulator {

enum class FaultKind {
    None,
    TooManyRequests, ///< 429 with Retry-After: 1
    ServerError,     ///< 500, 502, 503 or 529
    Drop,            ///< the connection ends before the response's headers
    Cut,             ///< it ends in mid-stream
    Stall,           ///< the stream goes silent and stays open
    ErrorEvent,      ///< an error inside the 200 stream
};

/// The fault that one request meets, with everything about it decided beforehand.
struct Fault {
    FaultKind kind = FaultKind::None;
    std::uint64_t bits = 0;

    /// The status of ServerError.
    int serverErrorStatus() const;
    /// After how many tokens of `outputTokens` a fault in mid-stream comes: 1 .. outputTokens - 1, and 0 where there is
    /// only one.
    std::int64_t afterTokens(std::int64_t outputTokens) const;
};

/// Which request meets which fault depends on the seed and the request's ordinal alone, so that a run can be repeated
/// and a retry, which is a new request, draws anew. Each kind's share of the requests is its rate; a request meets one
/// at most.
class FaultDraws {
public:
    explicit FaultDraws(const SimulatorOptions& options);

    /// `ordinal`: 1 for the first completion request that the server received.
    Fault draw(std::uint64_t ordinal) const;

private:
    struct Share {
        FaultKind kind;
        double below; ///< the sum of the rates up to and including this kind
    };
    std::uint64_t seed_;
    std::array<Share, 6> shares_;
};

/// `429`, `5xx`, `drop`, `cut`, `stall`, `error_event`: the words of the flags and of /stats.
std::string_view faultWord(FaultKind kind);

} // namespace penstock::simulator
