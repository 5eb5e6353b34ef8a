#include "engine/base/knob_catalog.h"

#include <array>

namespace penstock {

namespace {

constexpr std::array<std::string_view, 3> queuePolicies{"block", "shed", "degrade"};
constexpr std::array<std::string_view, 2> reuses{"pooled", "never"};
constexpr std::array<std::string_view, 2> jitters{"full", "none"};

constexpr double thirtyDays = 30.0 * 24 * 3600;
constexpr double kib = 1024, mib = 1024 * kib, gib = 1024 * mib;
constexpr double anyCount = 9e15; ///< whole numbers that a double holds exactly
constexpr double anyAmount = 1e12;

using G = KnobGroup;
using K = KnobKind;

constexpr KnobInfo knobs[] = {
    {"max-concurrency", G::Concurrency, K::Count, "In-flight cap", "attempts",
     "in-flight cap: attempts that may be on the network at once; raise it until cost per success stops falling", 1,
     100'000, 1, 1000},

    {"queue-capacity", G::Queue, K::Count, "Queue capacity", "requests",
     "requests that may wait in memory for a slot; small values show back-pressure sooner", 1, 1'000'000, 1, 10'000},
    {.word = "queue-policy",
     .group = G::Queue,
     .kind = K::Choice,
     .label = "When full",
     .unit = "",
     .definition = "when the queue is full: block (the reader waits), shed (the request ends at once) or degrade (it "
                   "is sent in a cheaper form)",
     .choices = queuePolicies},
    {"degrade-overrides", G::Queue, K::Text, "Degrade to", "JSON",
     "what degrade lays over a body, as a JSON object such as {\"max_tokens\": 64}"},

    {.word = "connection-reuse",
     .group = G::Connections,
     .kind = K::Choice,
     .label = "Reuse",
     .unit = "",
     .definition =
         "pooled (connections are kept warm), or never (a new connection for each request: the wasteful baseline)",
     .choices = reuses},
    {"max-connections", G::Connections, K::Count, "Most open", "connections",
     "bound on open connections; 0: as many as the cap needs", 0, 100'000, 0, 1000, "as the cap needs"},
    {"prewarm", G::Connections, K::Switch, "Prewarm", "", "on or off: open the connections before the first request"},

    {"connect-timeout", G::Timeouts, K::Duration, "Connect", "", "longest time from admitted to sent", 0, thirtyDays,
     0.1, 120},
    {"first-token-timeout", G::Timeouts, K::Duration, "First token", "", "longest time from sent to the first token", 0,
     thirtyDays, 0.5, 600},
    {"idle-timeout", G::Timeouts, K::Duration, "Idle", "", "longest silence after the first byte", 0, thirtyDays, 0.5,
     300},
    {"attempt-timeout", G::Timeouts, K::Duration, "Whole attempt", "", "longest time of one attempt as a whole", 0,
     thirtyDays, 1, 1800},
    {"deadline", G::Timeouts, K::Duration, "Deadline", "",
     "longest time of one request from its first attempt on, retries and the waits between them included", 0,
     thirtyDays, 1, 3600},

    {"max-attempts", G::Retries, K::Count, "Attempts", "attempts", "attempts a request; 1: no retry", 1, 100, 1, 10},
    {"backoff-initial", G::Retries, K::Duration, "Back-off first", "",
     "bound of the wait before the first retry; doubles with each", 0, thirtyDays, 0.01, 30},
    {"backoff-max", G::Retries, K::Duration, "Back-off max", "", "largest bound of that wait", 0, thirtyDays, 0.1,
     600},
    {.word = "jitter",
     .group = G::Retries,
     .kind = K::Choice,
     .label = "Jitter",
     .unit = "",
     .definition = "full (each wait is uniform between 0 and its bound) or none (each wait is its bound)",
     .choices = jitters},
    {"retry-after-max", G::Retries, K::Duration, "Retry-After", "",
     "longest Retry-After that is waited for; beyond it the request fails, saying so", 0, thirtyDays, 1, 600},

    {"max-line-bytes", G::Streaming, K::Bytes, "Line", "",
     "bound on one line of a stream; over it the request fails as too_large", 64, anyCount, 4 * kib, 64 * mib},
    {"max-event-bytes", G::Streaming, K::Bytes, "Event", "", "bound on one event of a stream", 64, anyCount, 4 * kib,
     256 * mib},
    {"max-event-lines", G::Streaming, K::Count, "Event lines", "lines", "bound on the lines of one event", 1, anyCount,
     100, 1'000'000},
    {"max-response-bytes", G::Streaming, K::Bytes, "Response", "", "bound on one response", 64, anyCount, 64 * kib,
     gib},

    {"cost-per-hour", G::Cost, K::Money, "Cost per hour", "per hour",
     "C_hour: what an hour of the capacity costs; 0: not billed by the hour", 0, anyAmount, 0, 100,
     "not billed by the hour"},
    {"input-token-price", G::Cost, K::Money, "Input tokens", "per million",
     "per million input tokens; 0: not billed by token", 0, anyAmount, 0, 100, "not billed by token"},
    {"output-token-price", G::Cost, K::Money, "Output tokens", "per million",
     "per million output tokens; 0: not billed by token", 0, anyAmount, 0, 100, "not billed by token"},
    {"currency", G::Cost, K::Text, "Currency", "", "code of the currency of cost and prices, such as USD"},
};

} // namespace

std::string_view toString(KnobGroup group) {
    switch (group) {
    case G::Concurrency:
        return "Concurrency";
    case G::Queue:
        return "Queue";
    case G::Connections:
        return "Connections";
    case G::Timeouts:
        return "Timeouts";
    case G::Retries:
        return "Retries";
    case G::Streaming:
        return "Streaming";
    case G::Cost:
        return "Cost";
    }
    return {};
}

std::span<const KnobInfo> knobCatalog() {
    return knobs;
}

const KnobInfo* findKnob(std::string_view word) {
    for (const auto& knob : knobs)
        if (knob.word == word) return &knob;
    return nullptr;
}

} // namespace penstock
