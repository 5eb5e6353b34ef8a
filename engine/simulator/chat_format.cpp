#include "engine/simulator/chat_format.h"

#include <nlohmann/json.hpp>

namespace penstock::simulator {

namespace {

nlohmann::ordered_json usage(std::int64_t promptTokens, std::int64_t outputTokens) {
    return {{"prompt_tokens", promptTokens},
            {"completion_tokens", outputTokens},
            {"total_tokens", promptTokens + outputTokens},
            {"prompt_tokens_details", {{"cached_tokens", 0}}},
            {"completion_tokens_details", {{"reasoning_tokens", 0}}}};
}

} // namespace

ChatFormat::ChatFormat(const std::string& id, std::int64_t created, bool usageFollows)
    : id_(id)
    , created_(created)
    , head_("data: {\"id\":\"" + id + "\",\"object\":\"chat.completion.chunk\",\"created\":" + std::to_string(created) +
            ",\"model\":\"" + std::string(modelName) + "\",\"system_fingerprint\":\"" + std::string(systemFingerprint) +
            "\",\"choices\":[")
    , tail_(usageFollows ? "],\"usage\":null}\n\n" : "]}\n\n") {}

std::string ChatFormat::choiceEvent(std::string_view delta, std::string_view reason) const {
    std::string event = head_;
    event += R"({"index":0,"delta":)";
    event += delta;
    event += R"(,"logprobs":null,"finish_reason":)";
    event += reason;
    event += '}';
    event += tail_;
    return event;
}

std::string ChatFormat::roleEvent() const {
    return choiceEvent(R"({"role":"assistant","content":""})", "null");
}

std::string ChatFormat::contentEvent(std::string_view piece) const {
    return choiceEvent(R"({"content":")" + std::string(piece) + "\"}", "null");
}

std::string ChatFormat::finishEvent(std::string_view reason) const {
    return choiceEvent("{}", '"' + std::string(reason) + '"');
}

std::string ChatFormat::usageEvent(std::int64_t promptTokens, std::int64_t outputTokens) const {
    return head_ + "],\"usage\":" + usage(promptTokens, outputTokens).dump() + "}\n\n";
}

std::string ChatFormat::errorEvent(std::string_view message) {
    const nlohmann::ordered_json error = {
        {"error", {{"message", message}, {"type", "server_error"}, {"param", nullptr}, {"code", "simulated_fault"}}}};
    return "data: " + error.dump() + "\n\n";
}

std::string ChatFormat::doneEvent() {
    return "data: [DONE]\n\n";
}

std::string ChatFormat::document(std::string_view text, std::string_view reason, std::int64_t promptTokens,
                                 std::int64_t outputTokens) const {
    using nlohmann::ordered_json;
    const ordered_json message = {{"role", "assistant"}, {"content", text}, {"refusal", nullptr}};
    const ordered_json choice = {{"index", 0}, {"message", message}, {"logprobs", nullptr}, {"finish_reason", reason}};
    const ordered_json document = {{"id", id_},
                                   {"object", "chat.completion"},
                                   {"created", created_},
                                   {"model", modelName},
                                   {"system_fingerprint", systemFingerprint},
                                   {"choices", ordered_json::array({choice})},
                                   {"usage", usage(promptTokens, outputTokens)}};
    return document.dump();
}

} // namespace penstock::simulator
