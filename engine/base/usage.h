#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock {

/// How far a token count can be trusted. A count that is not known is never written as 0.
enum class UsageKind {
    Exact,     ///< reported by the server
    Estimated, ///< counted from content events, one token an event
    Unknown,
};

/// Tokens of one attempt. A field without a value was not reported.
struct Usage {
    UsageKind kind = UsageKind::Unknown;
    std::optional<std::int64_t> input;
    std::optional<std::int64_t> output;
    std::optional<std::int64_t> total;
    std::optional<std::int64_t> cachedInput; ///< part of input that the server took from its prompt cache
    std::optional<std::int64_t> reasoning;   ///< part of output, as the server counts it

    bool operator==(const Usage&) const = default;
};

/// `exact`, `estimated` or `unknown`: the words of spans.csv.
constexpr std::string_view toString(UsageKind kind) {
    switch (kind) {
    case UsageKind::Exact: return "exact";
    case UsageKind::Estimated: return "estimated";
    case UsageKind::Unknown: return "unknown";
    }
    return "unknown";
}

} // namespace penstock
