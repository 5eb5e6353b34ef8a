#pragma once

#include "engine/base/knobs.h"
#include "engine/base/outcome.h"
#include "engine/base/time.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace penstock {

/// What a policy is asked: how an attempt ended, and what the request has used up.
struct RetryQuestion {
    const Outcome& outcome;
    int attempts = 1;        ///< made so far, this one included
    Instant firstAdmitted{}; ///< where the request's deadline counts from
    Instant now{};
};

struct RetryDecision {
    /// How long to wait before the next attempt is queued; nullopt: no further attempt.
    std::optional<Nanos> wait;
    /// Why a retryable outcome is not retried, one clause for the person who reads the result; empty otherwise.
    std::string refusal;
};

/// Decides whether an attempt is followed by another. Holds no slot and no request. Belongs to the engine thread.
class RetryPolicy {
public:
    virtual ~RetryPolicy() = default;
    virtual RetryDecision decide(const RetryQuestion& question, const Knobs& knobs) = 0;
};

/// Attempts, exponential backoff with full jitter, Retry-After as the least wait, and the request's deadline: a retry that
/// could not start before it is not waited for. A stale connection is retried at once, since nothing reached the server's
/// application. Draws come from `seed`.
std::unique_ptr<RetryPolicy> makeAttemptsPolicy(std::uint64_t seed);

} // namespace penstock
