#include "engine/stream/server_message.h"

#include "engine/stream/json_fields.h"
#include "engine/stream/utf8.h"

#include <algorithm>

namespace penstock {

namespace {

using simdjson::dom::element_type;

constexpr std::size_t codeCharacters = 100;
/// Only so much of a text is looked at: more cannot survive the bound on what is shown.
constexpr std::size_t lookedAtBytes = 16u << 10;

bool isKeyCharacter(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
           c == '.' || c == '*' || c == '+' || c == '/' || c == '=';
}

/// Replaces the word behind each `marker` that starts a word, when it is long enough to be a key.
void blotOut(std::string& text, std::string_view marker, std::size_t shortestKey) {
    for (std::size_t at = text.find(marker); at != std::string::npos; at = text.find(marker, at + 1)) {
        if (at > 0 && isKeyCharacter(text[at - 1])) continue;
        const std::size_t begin = at + marker.size();
        std::size_t end = begin;
        while (end < text.size() && isKeyCharacter(text[end]))
            ++end;
        if (end - begin >= shortestKey) text.replace(begin, end - begin, "[hidden]");
    }
}

std::string asText(const json::element& value) {
    std::string_view text;
    if (!value.get(text)) return std::string(text);
    return simdjson::minify(value);
}

bool saysSomething(const json::element& value) {
    switch (value.type()) {
    case element_type::NULL_VALUE:
        return false;
    case element_type::BOOL:
        return value.get_bool().value_unsafe();
    case element_type::STRING:
        return !value.get_string().value_unsafe().empty();
    case element_type::OBJECT: { // some gateways always send the object, its members empty
        const json::object fields = value.get_object().value_unsafe();
        return std::any_of(fields.begin(), fields.end(), [](const auto& field) { return saysSomething(field.value); });
    }
    case element_type::ARRAY:
        return value.get_array().value_unsafe().size() > 0;
    case element_type::INT64:
        return value.get_int64().value_unsafe() != 0;
    case element_type::UINT64:
        return true;
    case element_type::DOUBLE:
        return true;
    }
    return false;
}

std::optional<json::element> sayingMember(const json::object& in, std::string_view key) {
    auto found = json::member(in, key);
    if (found && !saysSomething(*found)) found.reset();
    return found;
}

void takeCode(const json::object& in, std::initializer_list<std::string_view> keys, ReportedError& error) {
    if (!error.message.code.empty()) return;
    for (const auto key : keys) {
        const auto code = sayingMember(in, key);
        if (!code || code->is_object() || code->is_array() || code->is_bool()) continue;
        error.message.code = presentable(asText(*code), codeCharacters);
        error.numericCode = code->is_number();
        return;
    }
}

/// The message and code of an `error` value, which is an object or whatever else a server put there.
ReportedError errorOf(const json::element& value) {
    ReportedError error;
    json::object fields;
    if (value.get(fields)) {
        error.message.message = presentable(asText(value));
        return error;
    }
    takeCode(fields, {"code", "type", "status_code", "status"}, error);
    auto message = sayingMember(fields, "message");
    if (!message) message = sayingMember(fields, "detail");
    error.message.message = presentable(asText(message ? *message : value));
    return error;
}

std::optional<ReportedError> errorOfChoices(const json::object& document) {
    const auto choices = json::arrayMember(document, "choices");
    if (!choices) return std::nullopt;
    for (const auto each : *choices) {
        json::object choice;
        if (each.get(choice)) continue;
        if (const auto error = sayingMember(choice, "error")) return errorOf(*error);
        if (json::textMember(choice, "finish_reason") == "error")
            return ReportedError{{"", "the server ended the completion with finish_reason \"error\""}};
    }
    return std::nullopt;
}

/// FastAPI tells of each invalid field in a list of {"loc": [...], "msg": "..."}.
std::string detailText(const json::element& detail) {
    json::array list;
    json::object first;
    if (!detail.get(list) && !list.at(0).get(first)) {
        if (const auto message = sayingMember(first, "msg")) {
            const auto where = sayingMember(first, "loc");
            return where ? asText(*message) + " at " + asText(*where) : asText(*message);
        }
    }
    json::object fields;
    if (!detail.get(fields))
        for (const auto key : {"message", "msg", "error"})
            if (const auto message = sayingMember(fields, key)) return asText(*message);
    return asText(detail);
}

} // namespace

std::string presentable(std::string_view text, std::size_t characters) {
    std::string repaired;
    appendRepairedUtf8(text.substr(0, lookedAtBytes), repaired);
    std::string clean;
    clean.reserve(repaired.size());
    for (std::size_t at = 0; at < repaired.size(); ++at) {
        const auto c = static_cast<unsigned char>(repaired[at]);
        const bool c1 = c == 0xC2 && static_cast<unsigned char>(repaired[at + 1]) < 0xA0;
        if (c <= 0x20) {
            if ((c == ' ' || (c >= '\t' && c <= '\r')) && !clean.empty() && clean.back() != ' ') clean.push_back(' ');
        } else if (c1) {
            ++at;
        } else if (c != 0x7F) {
            clean.push_back(static_cast<char>(c));
        }
    }
    while (!clean.empty() && clean.back() == ' ')
        clean.pop_back();
    blotOut(clean, "sk-", 8);
    blotOut(clean, "Bearer ", 8);
    clean.resize(firstCharacters(clean, characters).size());
    return clean;
}

std::optional<ReportedError> findError(const json::element& document) {
    json::array list;
    if (!document.get(list)) {
        json::element first;
        if (list.at(0).get(first) || !first.is_object()) return std::nullopt;
        return findError(first);
    }
    json::object fields;
    if (document.get(fields)) return std::nullopt;
    if (const auto value = sayingMember(fields, "error")) {
        ReportedError error = errorOf(*value);
        // Where `error` is only a name, the sentence stands beside it.
        if (!value->is_object())
            if (const auto message = sayingMember(fields, "message"))
                error.message.message = presentable(asText(*message));
        takeCode(fields, {"error_type", "code", "status_code"}, error);
        return error;
    }
    if (json::textMember(fields, "object") == "error") return errorOf(document);
    if (const auto code = json::integerMember(fields, "error_code"); code && *code != 0) {
        ReportedError error;
        takeCode(fields, {"error_code"}, error);
        auto text = sayingMember(fields, "text");
        if (!text) text = sayingMember(fields, "message");
        error.message.message = presentable(asText(text ? *text : document));
        return error;
    }
    return errorOfChoices(fields);
}

ReportedError readError(const json::element& document) {
    if (auto error = findError(document)) return std::move(*error);
    json::object fields;
    ReportedError error;
    if (document.get(fields)) {
        error.message.message = presentable(asText(document));
        return error;
    }
    takeCode(fields, {"code", "type", "status_code", "status"}, error);
    if (const auto message = sayingMember(fields, "message"))
        error.message.message = presentable(asText(*message));
    else if (const auto detail = sayingMember(fields, "detail"))
        error.message.message = presentable(detailText(*detail));
    else if (const auto errors = sayingMember(fields, "errors"))
        error.message.message = presentable(detailText(*errors));
    else
        error.message.message = presentable(asText(document));
    return error;
}

} // namespace penstock
