#include "engine/simulator/chat_request.h"

#include "engine/simulator/model/answer_plan.h"

namespace penstock::simulator {

namespace {

using nlohmann::json;

constexpr int deepest = 64;

/// Counts brackets outside strings, before anything is built from the text.
bool isTooDeep(std::string_view text) {
    int depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '[' || c == '{') {
            if (++depth > deepest) return true;
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return false;
}

const json* find(const json& object, const char* name) {
    const auto it = object.find(name);
    return it == object.end() || it->is_null() ? nullptr : &*it;
}

/// Adds the text of a message's content to `text`; false when it has none of the allowed shapes.
bool appendContent(const json& message, std::string& text) {
    const json* content = find(message, "content");
    if (content == nullptr) return true; // an assistant's message with tool calls alone
    if (content->is_string()) {
        text += content->get_ref<const std::string&>();
        return true;
    }
    if (!content->is_array()) return false;
    for (const json& part : *content) {
        if (!part.is_object()) return false;
        const json* words = find(part, "text");
        if (words == nullptr) continue; // an image, say: accepted, and counted as nothing
        if (!words->is_string()) return false;
        text += words->get_ref<const std::string&>();
    }
    return true;
}

std::optional<ApiError> readMessages(const json& body, ChatRequest& request) {
    const json* messages = find(body, "messages");
    if (messages == nullptr || !messages->is_array() || messages->empty())
        return badField("messages", "must be an array with at least one message");
    std::string text;
    for (std::size_t i = 0; i < messages->size(); ++i) {
        const json& message = (*messages)[i];
        const std::string name = "messages[" + std::to_string(i) + "]";
        if (!message.is_object()) return badField(name, "must be an object");
        const json* role = find(message, "role");
        if (role == nullptr || !role->is_string()) return badField(name + ".role", "must be a string");
        const std::size_t before = text.size();
        if (!appendContent(message, text)) return badField(name + ".content", "must be a string or an array of parts");
        request.prompt += role->get_ref<const std::string&>() + '\x1f';
        request.prompt.append(text, before);
        request.prompt += '\x1e';
    }
    request.promptTokens = countPromptTokens(text);
    return std::nullopt;
}

std::optional<ApiError> readMaxTokens(const json& body, ChatRequest& request) {
    for (const char* name : {"max_completion_tokens", "max_tokens"}) {
        const json* value = find(body, name);
        if (value == nullptr) continue;
        constexpr std::int64_t most = std::int64_t{1} << 40;
        if (!value->is_number_integer() || (!value->is_number_unsigned() && value->get<std::int64_t>() < 1) ||
            value->get<std::uint64_t>() < 1)
            return badField(name, "must be an integer of at least 1");
        request.maxTokens = static_cast<std::int64_t>(std::min<std::uint64_t>(value->get<std::uint64_t>(), most));
        return std::nullopt;
    }
    return std::nullopt;
}

std::optional<ApiError> readStreaming(const json& body, ChatRequest& request) {
    if (const json* stream = find(body, "stream")) {
        if (!stream->is_boolean()) return badField("stream", "must be true or false");
        request.stream = stream->get<bool>();
    }
    const json* options = find(body, "stream_options");
    if (options == nullptr) return std::nullopt;
    if (!options->is_object()) return badField("stream_options", "must be an object");
    if (!request.stream) return badField("stream_options", "is only allowed when 'stream' is true");
    if (const json* include = find(*options, "include_usage")) {
        if (!include->is_boolean()) return badField("stream_options.include_usage", "must be true or false");
        request.includeUsage = include->get<bool>();
    }
    return std::nullopt;
}

} // namespace

std::variant<ChatRequest, ApiError> parseChatRequest(std::string_view text) {
    ApiError error;
    if (isTooDeep(text)) {
        error.message = "The body is nested more than " + std::to_string(deepest) + " levels deep.";
        return error;
    }
    const json body = json::parse(text, nullptr, false);
    if (!body.is_object()) {
        error.message = "The body must be a JSON object in UTF-8.";
        return error;
    }
    if (const json* model = find(body, "model"); model != nullptr && !model->is_string())
        return badField("model", "must be a string");
    if (const json* n = find(body, "n"); n != nullptr && *n != 1)
        return badField("n", "must be 1: the simulation gives one answer");

    ChatRequest request;
    if (auto problem = readMessages(body, request)) return *problem;
    if (auto problem = readMaxTokens(body, request)) return *problem;
    if (auto problem = readStreaming(body, request)) return *problem;
    return request;
}

} // namespace penstock::simulator
