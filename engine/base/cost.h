#pragma once

#include <cstdint>
#include <optional>

namespace penstock::cost {

// The arithmetic of the seed document, one function a formula. It lives in base because the live figures (measure) and
// the final ones (record) must be the same arithmetic. nullopt wherever the formula has no value; money is in the run's
// currency.

/// "R_success: successful completions per hour (measure directly as success_count / window_hours)".
constexpr std::optional<double> successesPerHour(std::uint64_t successCount, double windowSeconds) {
    if (windowSeconds <= 0) return std::nullopt;
    return static_cast<double>(successCount) * 3600.0 / windowSeconds;
}

/// "cost_per_success = C_hour / R_success". No value without a success, nor when the capacity is not billed by the hour
/// (C_hour of 0): a cost of nothing would be a claim.
constexpr std::optional<double> costPerSuccess(double costPerHour, std::optional<double> successesPerHour) {
    if (costPerHour <= 0 || !successesPerHour || *successesPerHour <= 0) return std::nullopt;
    return costPerHour / *successesPerHour;
}

/// "R_success ≈ cap / E[t_in_flight] * 3600", an upper bound of R_success when the pipeline is work-conserving, with "t_in_flight
/// is the time a request occupies an in-flight slot (measure as released_at - admitted_at from your own scheduler)". The
/// formula asks how many successes the slots can hold, so E[t_in_flight] is the slot time that a success takes: `slotSeconds`,
/// of all attempts that closed in the window, over its successes. A mean over attempts would let attempts that fail fast
/// promise millions of successes where there is none, and retries lift it above what the slots can do.
/// `slotSeconds` counts from the window's start. No value without a success. `cap` may be a mean over time when it was
/// changed; then attempts of a higher cap before hold more slots for a while than there are, and the bound would fall below what was
/// reached: it is never below R_success.
constexpr std::optional<double> upperBoundPerHour(double cap, double slotSeconds, std::uint64_t successCount, double windowSeconds) {
    const auto reached = successesPerHour(successCount, windowSeconds);
    if (cap <= 0 || slotSeconds <= 0 || successCount == 0 || !reached) return std::nullopt;
    const double bound = cap / (slotSeconds / static_cast<double>(successCount)) * 3600.0;
    return bound < *reached ? *reached : bound;
}

/// The part of a window in which slots stood idle with work queued, "time where queue > 0 and in_flight < cap". A pause is
/// no such time, so it is no part of the window either.
constexpr std::optional<double> gapFraction(double gapSeconds, double windowSeconds, double pausedSeconds) {
    const double open = windowSeconds - pausedSeconds;
    if (open <= 0) return std::nullopt;
    return gapSeconds / open;
}

/// The change against a baseline, -0.71 for 71 % below it: the seed's "cost ratio", "cost_per_success_opt /
/// cost_per_success_base", less 1. No value when either is missing or the baseline is 0.
constexpr std::optional<double> changeAgainst(std::optional<double> value, std::optional<double> baseline) {
    if (!value || !baseline || *baseline <= 0) return std::nullopt;
    return *value / *baseline - 1.0;
}

/// `part` of `whole`, each a count: success rate = successes / requests that ended (which is every request that has its
/// result, but for those that a person cancelled: a stop says nothing of the server), retry rate = retries / attempts, new
/// connections per success = connections opened / successes. No value when `whole` is 0.
constexpr std::optional<double> perEach(std::uint64_t part, std::uint64_t whole) {
    if (whole == 0) return std::nullopt;
    return static_cast<double>(part) / static_cast<double>(whole);
}

/// What the window cost (C_hour * window_hours) for each million output tokens of successes; the seed's
/// "cost_per_success = C_hour / R_success" with the token as the unit of success.
constexpr std::optional<double> costPerMillionOutputTokens(double costPerHour, double windowSeconds,
                                                           std::optional<std::int64_t> outputTokens) {
    if (costPerHour <= 0 || windowSeconds <= 0 || !outputTokens || *outputTokens <= 0) return std::nullopt;
    return costPerHour * windowSeconds / 3600.0 / static_cast<double>(*outputTokens) * 1e6;
}

/// "avoidable_cost = (tokens_wasted_on_retries + tokens_wasted_on_restarts) * price_per_token". The tokens are output
/// tokens and the price is per million of them; no value when no such price is set.
constexpr std::optional<double> avoidableCost(std::int64_t wastedTokens, double pricePerMillionTokens) {
    if (pricePerMillionTokens <= 0) return std::nullopt;
    return static_cast<double>(wastedTokens) * pricePerMillionTokens / 1e6;
}

} // namespace penstock::cost
