#pragma once

#include "engine/base/result.h"
#include "engine/base/time.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace penstock {

enum class QueuePolicy {
    Block,   ///< the reader waits until the queue has room
    Shed,    ///< a request that finds the queue full ends at once as `shed`
    Degrade, ///< it is sent all the same, in the cheaper form that the profile names; it waits for room like `block`
};
enum class ConnectionReuse {
    Pooled, ///< connections are kept warm and used again
    Never,  ///< one connection a request: the wasteful baseline, for comparison
};
enum class Jitter {
    Full, ///< uniform between 0 and the exponential bound
    None,
};

/// What a person turns while a run goes on. A plain value: copy, change, Engine::apply().
/// JSON and command line use the same words with dashes (`max-concurrency`); see knobs_json.h.
struct Knobs {
    // Concurrency
    int maxConcurrency = 14; ///< hard limit on in_flight; raise it until cost per success stops falling. 1..100000

    // Queue
    int queueCapacity = 256; ///< requests that wait in memory; small values show back-pressure sooner. 1..1000000
    QueuePolicy queuePolicy = QueuePolicy::Block;
    /// What `degrade` merges over the body, as JSON object text, e.g. {"max_tokens": 64}. Empty: nothing to merge.
    std::string degradeOverrides;

    // Connections
    ConnectionReuse connectionReuse = ConnectionReuse::Pooled;
    int maxConnections = 0; ///< bound on open connections; 0: as many as the cap needs
    bool prewarm = true;    ///< open the connections before the first request

    // Timeouts
    Nanos connectTimeout = std::chrono::seconds{10};    ///< admitted -> sent
    Nanos firstTokenTimeout = std::chrono::seconds{60}; ///< sent -> first token
    Nanos idleTimeout = std::chrono::seconds{30};       ///< longest silence after the first byte
    Nanos attemptTimeout = std::chrono::minutes{5};     ///< admitted -> completed
    Nanos deadline = std::chrono::minutes{15};          ///< first admitted -> completed, retries included

    // Retries
    int maxAttempts = 3; ///< 1: no retry
    Nanos backoffInitial = std::chrono::milliseconds{500};
    Nanos backoffMax = std::chrono::seconds{30};
    Jitter jitter = Jitter::Full;
    /// A Retry-After beyond this is not waited for: the request fails, saying so.
    Nanos retryAfterMax = std::chrono::minutes{2};

    // Streaming bounds: what one response may make us hold. Over a bound the request fails as `too_large`.
    std::size_t maxLineBytes = 1u << 20;
    std::size_t maxEventBytes = 4u << 20;
    std::size_t maxEventLines = 100'000;
    std::size_t maxResponseBytes = 64u << 20;

    // Cost
    double costPerHour = 2.50;       ///< C_hour, in `currency`
    double inputTokenPrice = 0;      ///< per million tokens; 0: not billed by token
    double outputTokenPrice = 0;     ///< per million tokens
    std::string currency = "USD";

    bool operator==(const Knobs&) const = default;
};

/// One value that cannot be: the knob's word and the reason.
struct KnobProblem {
    std::string knob;
    std::string reason;
};

/// Every problem of the set; empty when it can be applied.
std::vector<KnobProblem> validate(const Knobs& knobs);

} // namespace penstock
