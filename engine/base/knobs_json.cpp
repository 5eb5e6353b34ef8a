#include "engine/base/knobs_json.h"

#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <limits>

namespace penstock {

namespace {

using nlohmann::json;

template <typename Enum, std::size_t N>
using Words = std::array<std::pair<Enum, std::string_view>, N>;

constexpr Words<QueuePolicy, 3> queuePolicies{
    {{QueuePolicy::Block, "block"}, {QueuePolicy::Shed, "shed"}, {QueuePolicy::Degrade, "degrade"}}};
constexpr Words<ConnectionReuse, 2> reuses{{{ConnectionReuse::Pooled, "pooled"}, {ConnectionReuse::Never, "never"}}};
constexpr Words<Jitter, 2> jitters{{{Jitter::Full, "full"}, {Jitter::None, "none"}}};

template <typename Enum, std::size_t N>
std::string_view wordOf(const Words<Enum, N>& words, Enum value) {
    for (const auto& [v, word] : words)
        if (v == value) return word;
    return {};
}

/// Visits every knob as (word, member), in the order in which people read them. The one list of the words.
template <typename K, typename Visitor>
void eachKnob(K& k, Visitor&& visit) {
    visit("max-concurrency", k.maxConcurrency);
    visit("queue-capacity", k.queueCapacity);
    visit("queue-policy", k.queuePolicy);
    visit("degrade-overrides", k.degradeOverrides);
    visit("connection-reuse", k.connectionReuse);
    visit("max-connections", k.maxConnections);
    visit("prewarm", k.prewarm);
    visit("connect-timeout", k.connectTimeout);
    visit("first-token-timeout", k.firstTokenTimeout);
    visit("idle-timeout", k.idleTimeout);
    visit("attempt-timeout", k.attemptTimeout);
    visit("deadline", k.deadline);
    visit("max-attempts", k.maxAttempts);
    visit("backoff-initial", k.backoffInitial);
    visit("backoff-max", k.backoffMax);
    visit("jitter", k.jitter);
    visit("retry-after-max", k.retryAfterMax);
    visit("max-line-bytes", k.maxLineBytes);
    visit("max-event-bytes", k.maxEventBytes);
    visit("max-event-lines", k.maxEventLines);
    visit("max-response-bytes", k.maxResponseBytes);
    visit("cost-per-hour", k.costPerHour);
    visit("input-token-price", k.inputTokenPrice);
    visit("output-token-price", k.outputTokenPrice);
    visit("currency", k.currency);
}

json write(const std::string& v) { return v; }
json write(bool v) { return v; }
json write(double v) { return v; }
template <std::integral I>
json write(I v) { return v; }
json write(Nanos v) { return toSeconds(v); }
json write(QueuePolicy v) { return wordOf(queuePolicies, v); }
json write(ConnectionReuse v) { return wordOf(reuses, v); }
json write(Jitter v) { return wordOf(jitters, v); }

/// Each read() answers the reason why `in` will not do; empty when it was taken.
std::string read(const json& in, std::string& out) {
    if (!in.is_string()) return "must be text";
    out = in.get<std::string>();
    return {};
}

std::string read(const json& in, bool& out) {
    if (in.is_boolean()) return out = in.get<bool>(), std::string{};
    if (in == "on" || in == "off") return out = in == "on", std::string{};
    return "must be on or off";
}

std::string read(const json& in, double& out) {
    if (!in.is_number()) return "must be a number";
    out = in.get<double>();
    return {};
}

template <std::integral I>
std::string read(const json& in, I& out) {
    // A JSON value made from an int is a signed one, even where a reader would have made the same number unsigned.
    const bool natural = in.is_number_unsigned() || (in.is_number_integer() && in.get<std::int64_t>() >= 0);
    if (natural && in.get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<I>::max())) {
        out = static_cast<I>(in.get<std::uint64_t>());
        return {};
    }
    return "must be a whole number that is not negative and not too large";
}

std::string read(const json& in, Nanos& out) {
    const auto parsed = parseDuration(in.is_number() ? in.dump() : in.is_string() ? in.get<std::string>() : std::string{});
    if (!parsed) return parsed.error().message;
    out = *parsed;
    return {};
}

template <typename Enum, std::size_t N>
std::string readWord(const json& in, const Words<Enum, N>& words, Enum& out) {
    std::string choices;
    for (const auto& [value, word] : words) {
        if (in == word) return out = value, std::string{};
        choices += choices.empty() ? "" : ", ";
        choices += word;
    }
    return "must be one of " + choices;
}

std::string read(const json& in, QueuePolicy& out) { return readWord(in, queuePolicies, out); }
std::string read(const json& in, ConnectionReuse& out) { return readWord(in, reuses, out); }
std::string read(const json& in, Jitter& out) { return readWord(in, jitters, out); }

bool isKnob(std::string_view name) {
    bool known = false;
    const Knobs knobs;
    eachKnob(knobs, [&](const char* word, const auto&) { known = known || name == word; });
    return known;
}

} // namespace

nlohmann::ordered_json toJson(const Knobs& knobs) {
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    eachKnob(knobs, [&](const char* word, const auto& value) { object[word] = write(value); });
    return object;
}

Status setKnob(std::string_view name, const json& value, Knobs& knobs) {
    if (!isKnob(name)) return Error{"there is no knob named " + std::string(name)};
    std::string reason;
    eachKnob(knobs, [&](const char* word, auto& member) {
        if (name != word) return;
        auto taken = member;
        reason = read(value, taken);
        if (reason.empty()) member = std::move(taken);
    });
    if (!reason.empty()) return Error{reason};
    return okStatus();
}

Status applyJson(const json& object, Knobs& knobs) {
    if (!object.is_object()) return Error{"a profile must be a JSON object of knobs"};
    Knobs changed = knobs;
    for (const auto& [key, value] : object.items())
        if (const auto set = setKnob(key, value, changed); !set)
            return Error{isKnob(key) ? key + " " + set.error().message : set.error().message};
    const auto problems = validate(changed);
    if (!problems.empty()) return Error{problems.front().knob + " " + problems.front().reason};
    knobs = std::move(changed);
    return okStatus();
}

std::string_view toString(QueuePolicy policy) { return wordOf(queuePolicies, policy); }
std::string_view toString(ConnectionReuse reuse) { return wordOf(reuses, reuse); }
std::string_view toString(Jitter jitter) { return wordOf(jitters, jitter); }

Result<Nanos> parseDuration(std::string_view text) {
    const Error wrong{"must be a time such as 0.5, 500ms, 30s or 5m"};
    double value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc{} || !std::isfinite(value) || value < 0) return wrong;
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    double scale = 0;
    if (unit.empty() || unit == "s") scale = 1;
    else if (unit == "us") scale = 1e-6;
    else if (unit == "ms") scale = 1e-3;
    else if (unit == "m") scale = 60;
    else if (unit == "h") scale = 3600;
    else return wrong;
    constexpr double thirtyDays = 30.0 * 24 * 3600;
    if (value * scale > thirtyDays) return Error{"must be 30 days or less"};
    return fromSeconds(value * scale);
}

} // namespace penstock
