#pragma once

#include <simdjson.h>

#include <optional>
#include <string_view>

namespace penstock::json {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

/// Look-ups that take whatever a server sent: a member that is absent or of another type is just not there. None
/// throws.

inline std::optional<element> member(const object& in, std::string_view key) {
    element found;
    if (in.at_key(key).get(found)) return std::nullopt;
    return found;
}

inline std::optional<object> objectMember(const object& in, std::string_view key) {
    object found;
    if (in.at_key(key).get(found)) return std::nullopt;
    return found;
}

inline std::optional<array> arrayMember(const object& in, std::string_view key) {
    array found;
    if (in.at_key(key).get(found)) return std::nullopt;
    return found;
}

/// Empty when absent, null, or not a string.
inline std::string_view textMember(const object& in, std::string_view key) {
    std::string_view found;
    if (in.at_key(key).get(found)) return {};
    return found;
}

inline std::optional<std::int64_t> integerMember(const object& in, std::string_view key) {
    std::int64_t found = 0;
    if (in.at_key(key).get(found)) return std::nullopt;
    return found;
}

} // namespace penstock::json
