#include "engine/base/knobs.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace penstock {

namespace {

bool isOverrideObject(const std::string& text) {
    const auto parsed = nlohmann::json::parse(text, nullptr, false);
    return parsed.is_object();
}

} // namespace

std::vector<KnobProblem> validate(const Knobs& knobs) {
    std::vector<KnobProblem> problems;
    const auto require = [&](bool holds, const char* knob, const char* reason) {
        if (!holds) problems.push_back({knob, reason});
    };
    const auto positive = [&](Nanos value, const char* knob) { require(value > Nanos{0}, knob, "must be longer than 0"); };
    const auto price = [&](double value, const char* knob) {
        require(std::isfinite(value) && value >= 0, knob, "must be 0 or more");
    };

    require(knobs.maxConcurrency >= 1 && knobs.maxConcurrency <= 100'000, "max-concurrency", "must be between 1 and 100000");
    require(knobs.queueCapacity >= 1 && knobs.queueCapacity <= 1'000'000, "queue-capacity", "must be between 1 and 1000000");
    if (!knobs.degradeOverrides.empty())
        require(isOverrideObject(knobs.degradeOverrides), "degrade-overrides", "must be a JSON object");
    else
        require(knobs.queuePolicy != QueuePolicy::Degrade, "degrade-overrides",
                "must say what queue-policy degrade changes, e.g. {\"max_tokens\": 64}");
    require(knobs.maxConnections >= 0 && knobs.maxConnections <= 100'000, "max-connections", "must be between 0 and 100000");

    positive(knobs.connectTimeout, "connect-timeout");
    positive(knobs.firstTokenTimeout, "first-token-timeout");
    positive(knobs.idleTimeout, "idle-timeout");
    positive(knobs.attemptTimeout, "attempt-timeout");
    positive(knobs.deadline, "deadline");
    require(knobs.connectTimeout <= knobs.attemptTimeout, "connect-timeout", "is above attempt-timeout, so it could never act");
    require(knobs.firstTokenTimeout <= knobs.attemptTimeout, "first-token-timeout",
            "is above attempt-timeout, so it could never act");
    require(knobs.idleTimeout <= knobs.attemptTimeout, "idle-timeout", "is above attempt-timeout, so it could never act");
    require(knobs.attemptTimeout <= knobs.deadline, "attempt-timeout", "is above deadline, so it could never act");

    require(knobs.maxAttempts >= 1 && knobs.maxAttempts <= 100, "max-attempts", "must be between 1 and 100");
    positive(knobs.backoffInitial, "backoff-initial");
    require(knobs.backoffMax >= knobs.backoffInitial, "backoff-max", "is below backoff-initial");
    require(knobs.retryAfterMax >= Nanos{0}, "retry-after-max", "must be 0 or longer");

    require(knobs.maxLineBytes >= 64, "max-line-bytes", "must be 64 or more");
    require(knobs.maxEventBytes >= 64, "max-event-bytes", "must be 64 or more");
    require(knobs.maxEventLines >= 1, "max-event-lines", "must be 1 or more");
    require(knobs.maxResponseBytes >= 64, "max-response-bytes", "must be 64 or more");

    price(knobs.costPerHour, "cost-per-hour");
    price(knobs.inputTokenPrice, "input-token-price");
    price(knobs.outputTokenPrice, "output-token-price");
    require(!knobs.currency.empty() && knobs.currency.size() <= 8, "currency", "must be a code such as USD");
    return problems;
}

} // namespace penstock
