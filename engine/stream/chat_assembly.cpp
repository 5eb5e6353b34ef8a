#include "engine/stream/chat_assembly.h"

#include "engine/stream/json_fields.h"
#include "engine/stream/usage_json.h"

#include <algorithm>

namespace penstock {

namespace {

/// Memory of one unusually long answer is not kept for each later one.
constexpr std::size_t keptBytes = 64u << 10;

/// Index of a tool call part that names none.
constexpr std::int64_t noIndex = -1;

void emptyOrFree(std::string& text) {
    if (text.capacity() > keptBytes) std::string().swap(text);
    text.clear();
}

bool appendText(const json::object& from, std::string_view key, std::string* to) {
    const std::string_view text = json::textMember(from, key);
    if (to) to->append(text);
    return !text.empty();
}

void setOnce(std::string& to, std::string_view value) {
    if (to.empty() && !value.empty()) to.assign(value);
}

} // namespace

void ChatAssembly::reset() {
    for (std::string* text :
         {&completion.responseId, &completion.model, &completion.text, &completion.reasoning, &completion.refusal})
        emptyOrFree(*text);
    completion.toolCalls.clear();
    completion.finishReason.reset();
    completion.usage = {};
    toolIndexes_.clear();
    tooManyToolCalls_ = false;
}

ChunkContent ChatAssembly::takeChunk(const json::object& chunk) {
    return takeChoices(chunk, false);
}

ChunkContent ChatAssembly::takeBody(const json::object& body) {
    return takeChoices(body, true);
}

ChunkContent ChatAssembly::takeChoices(const json::object& document, bool whole) {
    setOnce(completion.responseId, json::textMember(document, "id"));
    setOnce(completion.model, json::textMember(document, "model"));
    ChunkContent content;
    if (const auto choices = json::arrayMember(document, "choices")) {
        for (const auto each : *choices) {
            json::object choice;
            if (each.get(choice)) continue;
            content.choice = true;
            const bool first = json::integerMember(choice, "index").value_or(0) == 0;
            auto message = json::objectMember(choice, whole ? "message" : "delta");
            // Gateways that only pretend to stream send one chunk with the whole message; others repeat the message
            // behind its deltas, where it must not be taken twice.
            if (!message && !whole && completion.text.empty() && completion.reasoning.empty() &&
                completion.toolCalls.empty())
                message = json::objectMember(choice, "message");
            if (message) takeMessage(*message, first, content);
            // The last one counts, as it does for OpenAI's own client.
            if (const auto reason = json::textMember(choice, "finish_reason"); first && !reason.empty())
                completion.finishReason = reason;
        }
    }
    takeUsage(document);
    return content;
}

void ChatAssembly::takeMessage(const json::object& message, bool first, ChunkContent& content) {
    if (const auto value = json::member(message, "content"); value && takeContent(*value, first, content)) {
        content.content = true;
        content.text |= first;
    }
    // Servers in the middle of renaming the field send both, with the same text.
    std::string* const reasoning = first ? &completion.reasoning : nullptr;
    if (appendText(message, "reasoning_content", reasoning) || appendText(message, "reasoning", reasoning))
        content.content = true;
    if (appendText(message, "refusal", first ? &completion.refusal : nullptr)) content.content = true;
    if (takeToolCalls(message, first)) content.content = true;
}

/// Content is a string, or (Mistral) a list of parts, of which `thinking` ones are reasoning. Returns whether there was
/// answer text.
bool ChatAssembly::takeContent(const json::element& value, bool first, ChunkContent& content) {
    std::string_view text;
    if (!value.get(text)) {
        if (first) completion.text.append(text);
        return !text.empty();
    }
    json::array parts;
    if (value.get(parts)) return false;
    bool any = false;
    for (const auto each : parts) {
        json::object part;
        if (each.get(part)) continue;
        if (json::textMember(part, "type") != "thinking") {
            any |= appendText(part, "text", first ? &completion.text : nullptr);
            continue;
        }
        std::string* const reasoning = first ? &completion.reasoning : nullptr;
        content.content |= appendText(part, "thinking", reasoning);
        if (const auto thoughts = json::arrayMember(part, "thinking"))
            for (const auto thought : *thoughts)
                if (json::object fields; !thought.get(fields)) content.content |= appendText(fields, "text", reasoning);
    }
    return any;
}

bool ChatAssembly::takeToolCalls(const json::object& message, bool first) {
    bool any = false;
    if (const auto parts = json::arrayMember(message, "tool_calls"))
        for (const auto each : *parts)
            if (json::object part; !each.get(part)) any |= takeToolCall(part, first);
    // The form before tool calls: one unnamed call, its fields not nested.
    if (const auto call = json::objectMember(message, "function_call")) {
        const auto name = json::textMember(*call, "name");
        const auto arguments = json::textMember(*call, "arguments");
        if (!name.empty() || !arguments.empty()) {
            any = true;
            if (ToolCall* into = first ? callOf(0, {}, name) : nullptr) {
                setOnce(into->name, name);
                into->arguments.append(arguments);
            }
        }
    }
    return any;
}

bool ChatAssembly::takeToolCall(const json::object& part, bool first) {
    const auto id = json::textMember(part, "id");
    std::string_view name;
    std::string_view arguments;
    std::string written;
    if (const auto function = json::objectMember(part, "function")) {
        name = json::textMember(*function, "name");
        arguments = json::textMember(*function, "arguments");
        // Some servers send the arguments as JSON instead of as the text of JSON.
        if (const auto object = json::objectMember(*function, "arguments")) {
            written = simdjson::minify(*object);
            arguments = written;
        }
    }
    if (id.empty() && name.empty() && arguments.empty()) return false;
    if (!first) return true;
    const auto index = json::integerMember(part, "index").value_or(noIndex);
    ToolCall* const call = callOf(index, id, name);
    if (!call) return true;
    setOnce(call->id, id);
    // A name may come in pieces, or whole with each delta.
    if (call->name != name) call->name.append(name);
    call->arguments.append(arguments);
    return true;
}

/// The call that a part belongs to; a new one when it begins one. nullptr when there are too many.
ToolCall* ChatAssembly::callOf(std::int64_t index, std::string_view id, std::string_view name) {
    auto& calls = completion.toolCalls;
    const auto begins = [&](const ToolCall& call) { return !id.empty() && !call.id.empty() && call.id != id; };
    if (index < 0) {
        // Without an index an id is what tells one call from the next.
        if (!calls.empty() && !begins(calls.back())) return &calls.back();
        index = toolIndexes_.empty() ? 0 : toolIndexes_.back();
    }
    const auto after = std::upper_bound(toolIndexes_.begin(), toolIndexes_.end(), index);
    const auto position = after - toolIndexes_.begin();
    if (position > 0 && toolIndexes_[static_cast<std::size_t>(position) - 1] == index) {
        ToolCall& last = calls[static_cast<std::size_t>(position) - 1];
        // Some servers number every call 0: another id with a name of its own is another call.
        if (!begins(last) || name.empty()) return &last;
    }
    if (calls.size() >= maxToolCalls) {
        tooManyToolCalls_ = true;
        return nullptr;
    }
    toolIndexes_.insert(after, index);
    return &*calls.emplace(calls.begin() + position);
}

void ChatAssembly::takeUsage(const json::object& document) {
    if (const auto usage = json::objectMember(document, "usage"); usage && readOpenAiUsage(*usage, completion.usage))
        return;
    // Groq reports in a field of its own, Moonshot inside the choice.
    if (const auto groq = json::objectMember(document, "x_groq"))
        if (const auto usage = json::objectMember(*groq, "usage"); usage && readOpenAiUsage(*usage, completion.usage))
            return;
    if (const auto choices = json::arrayMember(document, "choices"))
        for (const auto each : *choices)
            if (json::object choice; !each.get(choice))
                if (const auto usage = json::objectMember(choice, "usage"))
                    if (readOpenAiUsage(*usage, completion.usage)) return;
}

} // namespace penstock
