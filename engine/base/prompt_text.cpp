#include "engine/base/prompt_text.h"

#include "engine/base/utf8_cut.h"

#include <nlohmann/json.hpp>

namespace penstock {

namespace {

using nlohmann::json;

std::string textOf(const json& content) {
    if (content.is_string()) return content.get<std::string>();
    std::string text;
    if (!content.is_array()) return text;
    for (const auto& part : content) {
        const auto found = part.is_object() ? part.find("text") : part.end();
        if (!part.is_object() || found == part.end() || !found->is_string()) continue;
        if (!text.empty()) text += ' ';
        text += found->get<std::string>();
    }
    return text;
}

} // namespace

std::string lastUserMessage(std::string_view body, std::size_t bytes) {
    const auto parsed = json::parse(body, nullptr, false);
    const auto messages = parsed.is_object() ? parsed.find("messages") : parsed.end();
    if (!parsed.is_object() || messages == parsed.end() || !messages->is_array()) return {};
    for (auto it = messages->rbegin(); it != messages->rend(); ++it) {
        if (!it->is_object() || it->value("role", json()) != "user" || !it->contains("content")) continue;
        return std::string(utf8Head(textOf(it->at("content")), bytes));
    }
    return {};
}

} // namespace penstock
