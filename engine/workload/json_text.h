#pragma once

#include "engine/base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

/// JSON is read here as text: a value is the slice of the line that holds it. So whatever a body says beyond the fields
/// that we set reaches the server byte for byte (a 20-digit seed, `0.70`, the order of keys), and no tree is built for
/// it.

/// Arrays and objects inside each other, at most. Tool schemas need some ten.
constexpr int maxJsonDepth = 128;

/// Why `text` is not one JSON value, as a clause; nullopt when it is. `text` must be UTF-8 and hold no NUL.
std::optional<std::string> jsonProblem(std::string_view text);

/// A member of an object. Views point into the text that was read.
struct JsonMember {
    std::string key; ///< decoded
    std::string_view rawKey;
    std::string_view value;
};

bool isJsonObject(std::string_view value);
bool isJsonArray(std::string_view value);
bool isJsonString(std::string_view value);
bool isJsonNull(std::string_view value);

/// The members of the object that `value` holds, in their order. A key that appears twice is an Error (a clause): which
/// of the two is meant cannot be known. Only for a value that jsonProblem() found good and that is an object.
Result<std::vector<JsonMember>> jsonMembers(std::string_view value);

/// The elements of an array; under the same conditions.
std::vector<std::string_view> jsonElements(std::string_view value);

/// The text that a JSON string stands for; under the same conditions.
std::string decodedJsonString(std::string_view value);

/// The value as a whole number; nullopt when it is none or does not fit.
std::optional<std::int64_t> jsonInteger(std::string_view value);

/// `text` as a JSON string. Bytes that are not UTF-8 become U+FFFD: an answer comes from a server and may hold
/// anything.
std::string jsonString(std::string_view text);

/// The member `key`; null when there is none or its value is null: both say "not given".
const JsonMember* givenMember(const std::vector<JsonMember>& members, std::string_view key);

/// `text` for a message: as a JSON string, cut after some 60 bytes.
std::string quotedForMessage(std::string_view text);

} // namespace penstock
