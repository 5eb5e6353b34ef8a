#include "engine/workload/json_text.h"

#include "engine/base/utf8_cut.h"
#include "engine/workload/utf8.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace penstock {

namespace {

using nlohmann::json;

/// Takes nothing from the text but whether it is JSON. The parser behind it keeps its own stack on the heap.
struct SyntaxCheck {
    int depth = 0;
    bool tooDeep = false;
    std::size_t errorAt = 0;

    bool open() {
        tooDeep = ++depth > maxJsonDepth;
        return !tooDeep;
    }
    bool close() {
        --depth;
        return true;
    }

    bool null() { return true; }
    bool boolean(bool) { return true; }
    bool number_integer(json::number_integer_t) { return true; }
    bool number_unsigned(json::number_unsigned_t) { return true; }
    bool number_float(json::number_float_t, const std::string&) { return true; }
    bool string(std::string&) { return true; }
    bool binary(json::binary_t&) { return true; }
    bool start_object(std::size_t) { return open(); }
    bool key(std::string&) { return true; }
    bool end_object() { return close(); }
    bool start_array(std::size_t) { return open(); }
    bool end_array() { return close(); }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) {
        errorAt = position;
        return false;
    }
};

constexpr std::string_view blanks = " \t\r\n";

std::size_t skipBlanks(std::string_view text, std::size_t at) {
    return std::min(text.find_first_not_of(blanks, at), text.size());
}

/// `at` is the opening quote; returns the offset behind the closing one.
std::size_t endOfString(std::string_view text, std::size_t at) {
    ++at;
    while (true) {
        at = text.find_first_of("\"\\", at);
        if (at == std::string_view::npos) return text.size();
        if (text[at] == '"') return at + 1;
        at += 2;
    }
}

std::size_t endOfValue(std::string_view text, std::size_t at) {
    if (text[at] == '"') return endOfString(text, at);
    if (text[at] != '{' && text[at] != '[') return std::min(text.find_first_of(" \t\r\n,]}", at), text.size());
    int depth = 0;
    while (at < text.size()) {
        at = text.find_first_of("\"{}[]", at);
        if (at == std::string_view::npos) return text.size();
        if (text[at] == '"') {
            at = endOfString(text, at);
            continue;
        }
        depth += text[at] == '{' || text[at] == '[' ? 1 : -1;
        ++at;
        if (depth == 0) return at;
    }
    return text.size();
}

std::string escaped(char c) {
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        break;
    }
    constexpr std::string_view digits = "0123456789abcdef";
    return std::string("\\u00") + digits[(c >> 4) & 15] + digits[c & 15];
}

char firstChar(std::string_view value) {
    const auto at = skipBlanks(value, 0);
    return at < value.size() ? value[at] : '\0';
}

} // namespace

std::optional<std::string> jsonProblem(std::string_view text) {
    // The library skips a byte order mark; inside a file it is no JSON.
    if (text.starts_with("\xEF\xBB\xBF")) return "not valid JSON at column 1";
    SyntaxCheck check;
    if (json::sax_parse(text.begin(), text.end(), &check)) return std::nullopt;
    if (check.tooDeep) return "JSON nested deeper than " + std::to_string(maxJsonDepth) + " levels";
    if (check.errorAt > text.size()) return "not valid JSON: it ends too early";
    return "not valid JSON at column " + std::to_string(check.errorAt);
}

bool isJsonObject(std::string_view value) {
    return firstChar(value) == '{';
}
bool isJsonArray(std::string_view value) {
    return firstChar(value) == '[';
}
bool isJsonString(std::string_view value) {
    return firstChar(value) == '"';
}
bool isJsonNull(std::string_view value) {
    return firstChar(value) == 'n';
}

Result<std::vector<JsonMember>> jsonMembers(std::string_view value) {
    std::vector<JsonMember> members;
    auto at = skipBlanks(value, skipBlanks(value, 0) + 1);
    while (at < value.size() && value[at] != '}') {
        const auto keyEnd = endOfString(value, at);
        const auto start = skipBlanks(value, skipBlanks(value, keyEnd) + 1);
        const auto end = endOfValue(value, start);
        const auto rawKey = value.substr(at, keyEnd - at);
        members.push_back({decodedJsonString(rawKey), rawKey, value.substr(start, end - start)});
        at = skipBlanks(value, end);
        if (at < value.size() && value[at] == ',') at = skipBlanks(value, at + 1);
    }
    // Sorted, because a hostile line may have a million keys.
    std::vector<std::string_view> keys;
    keys.reserve(members.size());
    for (const auto& member : members)
        keys.push_back(member.key);
    std::sort(keys.begin(), keys.end());
    const auto twice = std::adjacent_find(keys.begin(), keys.end());
    if (twice != keys.end()) return Error{"the key " + quotedForMessage(*twice) + " appears twice"};
    return members;
}

std::vector<std::string_view> jsonElements(std::string_view value) {
    std::vector<std::string_view> elements;
    auto at = skipBlanks(value, skipBlanks(value, 0) + 1);
    while (at < value.size() && value[at] != ']') {
        const auto end = endOfValue(value, at);
        elements.push_back(value.substr(at, end - at));
        at = skipBlanks(value, end);
        if (at < value.size() && value[at] == ',') at = skipBlanks(value, at + 1);
    }
    return elements;
}

std::string decodedJsonString(std::string_view value) {
    if (value.find('\\') == std::string_view::npos) return std::string(value.substr(1, value.size() - 2));
    const auto parsed = json::parse(value.begin(), value.end(), nullptr, false);
    return parsed.is_string() ? parsed.get<std::string>() : std::string();
}

std::optional<std::int64_t> jsonInteger(std::string_view value) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || end != value.data() + value.size()) return std::nullopt;
    return number;
}

std::string jsonString(std::string_view text) {
    // The library replaces bytes that are not UTF-8; it takes ten times as long as copying what needs no escape.
    if (firstInvalidUtf8(text)) return json(std::string(text)).dump(-1, ' ', false, json::error_handler_t::replace);
    std::string out;
    out.reserve(text.size() + 2);
    out += '"';
    std::size_t from = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
        out.append(text, from, at - from);
        out += escaped(text[at]);
        from = at + 1;
    }
    out.append(text, from);
    return out += '"';
}

const JsonMember* givenMember(const std::vector<JsonMember>& members, std::string_view key) {
    for (const auto& member : members)
        if (member.key == key) return isJsonNull(member.value) ? nullptr : &member;
    return nullptr;
}

std::string quotedForMessage(std::string_view text) {
    constexpr std::size_t most = 60;
    if (text.size() <= most) return jsonString(text);
    return jsonString(std::string(utf8Head(text, most)) + "...");
}

} // namespace penstock
