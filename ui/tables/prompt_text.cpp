#include "ui/tables/prompt_text.h"

#include <nlohmann/json.hpp>

namespace penstock::ui {

namespace {

using Json = nlohmann::json;

std::string stringOf(const Json& value, const char* key) {
    const auto at = value.find(key);
    return at != value.end() && at->is_string() ? at->get<std::string>() : std::string();
}

/// Text of a content that is a string, a part, or a list of parts.
std::string contentText(const Json& content) {
    if (content.is_string()) return content.get<std::string>();
    if (content.is_null()) return {};
    if (content.is_object()) {
        if (const auto text = stringOf(content, "text"); !text.empty()) return text;
        const auto type = stringOf(content, "type");
        if (type == "tool_result" && content.contains("content") && content["content"].is_string())
            return content["content"].get<std::string>();
        return "[" + (type.empty() ? std::string("part") : type) + "]";
    }
    std::string out;
    if (content.is_array())
        for (const auto& part : content) {
            if (!out.empty()) out += '\n';
            // One level: a list inside a list is none of the dialects'.
            out += part.is_array() ? std::string("[list]") : contentText(part);
        }
    return out;
}

void message(std::string& out, const std::string& role, const std::string& text) {
    if (!out.empty()) out += "\n\n";
    out += "\u2014 " + (role.empty() ? std::string("message") : role) + " \u2014\n" + text;
}

void messages(std::string& out, const Json& list) {
    for (const auto& each : list) {
        if (!each.is_object()) {
            message(out, "input", contentText(each));
            continue;
        }
        std::string text = each.contains("content") ? contentText(each["content"]) : contentText(each);
        if (const auto calls = each.find("tool_calls"); calls != each.end() && calls->is_array())
            for (const auto& call : *calls)
                if (call.is_object() && call.contains("function") && call["function"].is_object())
                    text += (text.empty() ? "" : "\n") + ("calls " + stringOf(call["function"], "name")) + "(" +
                            stringOf(call["function"], "arguments") + ")";
        message(out, stringOf(each, "role"), text);
    }
}

} // namespace

std::string promptText(std::string_view body) {
    const Json json = Json::parse(body, nullptr, false);
    if (!json.is_object()) return std::string(body);
    std::string parameters;
    std::string said;
    for (const auto& [key, value] : json.items()) {
        if (key == "messages" || key == "input" || key == "prompt" || key == "system" || key == "instructions")
            continue;
        std::string text;
        if (value.is_string())
            text = value.get<std::string>().substr(0, 200);
        else if (value.is_primitive())
            text = value.dump();
        else
            text = value.is_array() ? "[" + std::to_string(value.size()) + "]" : "{\u2026}";
        parameters += (parameters.empty() ? "" : " \u00b7 ") + key + " " + text;
    }
    for (const char* key : {"system", "instructions"})
        if (json.contains(key)) message(said, "system", contentText(json[key]));
    for (const char* key : {"messages", "input", "prompt"}) {
        const auto at = json.find(key);
        if (at == json.end()) continue;
        if (at->is_array())
            messages(said, *at);
        else
            message(said, "user", contentText(*at));
    }
    if (said.empty()) return std::string(body);
    return parameters.empty() ? said : parameters + "\n\n" + said;
}

} // namespace penstock::ui
