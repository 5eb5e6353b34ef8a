#include "engine/stream/json_scratch.h"

#include <bit>
#include <cstring>
#include <new>

namespace penstock {

namespace {

/// The code unit of the escape `\uXXXX` at `at`; -1 when there is none.
int escapedUnit(const char* at, const char* end) {
    if (end - at < 6 || at[0] != '\\' || at[1] != 'u') return -1;
    int unit = 0;
    for (int i = 2; i < 6; ++i) {
        const char c = at[i];
        int digit = 0;
        if (c >= '0' && c <= '9')
            digit = c - '0';
        else if (c >= 'a' && c <= 'f')
            digit = c - 'a' + 10;
        else if (c >= 'A' && c <= 'F')
            digit = c - 'A' + 10;
        else
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

/// Overwrites each unpaired surrogate escape by `\ufffd`, which has the same length.
void repairSurrogates(char* at, char* end) {
    while (at < end && (at = static_cast<char*>(std::memchr(at, '\\', static_cast<std::size_t>(end - at))))) {
        const int unit = escapedUnit(at, end);
        if (unit < 0) {
            at += 2; // the escaped character may be a backslash itself
        } else if (unit < 0xD800 || unit > 0xDFFF) {
            at += 6;
        } else if (const int next = escapedUnit(at + 6, end); unit < 0xDC00 && next >= 0xDC00 && next <= 0xDFFF) {
            at += 12;
        } else {
            std::memcpy(at, "\\ufffd", 6);
            at += 6;
        }
    }
}

} // namespace

simdjson::error_code JsonScratch::Room::grow(std::size_t bytes) {
    if (bytes <= capacity) return simdjson::SUCCESS;
    const std::size_t wanted = std::bit_ceil(std::max<std::size_t>(bytes, 4096));
    try {
        padded.resize(wanted + simdjson::SIMDJSON_PADDING);
    } catch (const std::bad_alloc&) {
        return simdjson::MEMALLOC;
    }
    if (const auto error = parser.allocate(wanted, maxDepth)) return error;
    if (const auto error = document.allocate(wanted)) return error;
    capacity = wanted;
    return simdjson::SUCCESS;
}

simdjson::simdjson_result<simdjson::dom::element> JsonScratch::Room::parse(std::string_view json) {
    if (const auto error = grow(json.size())) return error;
    // Behind the text there must be readable bytes, which a view into a network buffer does not have.
    std::memcpy(padded.data(), json.data(), json.size());
    repairSurrogates(padded.data(), padded.data() + json.size());
    return parser.parse_into_document(document, padded.data(), json.size(), false);
}

simdjson::simdjson_result<simdjson::dom::element> JsonScratch::parse(std::string_view json) {
    large_.reset();
    if (json.empty()) return simdjson::EMPTY;
    if (json.size() <= keptBytes) return kept_.parse(json);
    large_ = std::make_unique<Room>();
    return large_->parse(json);
}

bool endsInsideJson(std::string_view json) {
    std::size_t depth = 0;
    bool inString = false;
    for (std::size_t at = 0; at < json.size(); ++at) {
        const char c = json[at];
        if (inString) {
            if (c == '\\')
                ++at;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        }
    }
    return inString || depth > 0;
}

} // namespace penstock
