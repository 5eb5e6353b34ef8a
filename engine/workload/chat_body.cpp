#include "engine/workload/chat_body.h"

#include "engine/workload/json_text.h"

namespace penstock {

namespace {

constexpr std::string_view usageOptions = R"({"include_usage":true})";

/// Writes an object member by member.
class ObjectText {
public:
    void add(std::string_view rawKey, std::string_view value) {
        text_ += text_.size() == 1 ? "" : ",";
        text_.append(rawKey).append(":").append(value);
    }
    std::string take() && { return std::move(text_) + '}'; }

private:
    std::string text_ = "{";
};

Result<std::string> withUsage(std::string_view streamOptions) {
    if (isJsonNull(streamOptions)) return std::string(usageOptions);
    if (!isJsonObject(streamOptions)) return Error{"body.stream_options must be an object"};
    const auto members = jsonMembers(streamOptions);
    if (!members) return Error{"in body.stream_options, " + members.error().message};
    ObjectText out;
    bool named = false;
    for (const auto& member : *members) {
        const bool isUsage = member.key == "include_usage";
        out.add(member.rawKey, isUsage ? "true" : member.value);
        named = named || isUsage;
    }
    if (!named) out.add(R"("include_usage")", "true");
    return std::move(out).take();
}

std::optional<std::string> chatBodyProblem(const std::vector<JsonMember>& members) {
    const auto* messages = givenMember(members, "messages");
    if (messages == nullptr) return "body.messages is missing";
    if (!isJsonArray(messages->value) || jsonElements(messages->value).empty())
        return "body.messages must be an array with at least one message";
    const auto* model = givenMember(members, "model");
    if (model != nullptr && !isJsonString(model->value)) return "body.model must be a string";
    return std::nullopt;
}

} // namespace

std::string chatMessage(std::string_view role, std::string_view content) {
    std::string text = R"({"role":")";
    text.append(role).append(R"(","content":)").append(content).append("}");
    return text;
}

std::string chatBody(const WorkloadOptions& options, std::string_view messages, std::optional<std::int64_t> maxTokens) {
    ObjectText out;
    if (!options.model.empty()) out.add(R"("model")", jsonString(options.model));
    out.add(R"("messages")", '[' + std::string(messages) + ']');
    if (!maxTokens) maxTokens = options.maxTokens;
    if (maxTokens) out.add(R"("max_tokens")", std::to_string(*maxTokens));
    if (options.stream) {
        out.add(R"("stream")", "true");
        out.add(R"("stream_options")", usageOptions);
    }
    return std::move(out).take();
}

Result<std::string> completedChatBody(const WorkloadOptions& options, std::string_view body) {
    const auto members = jsonMembers(body);
    if (!members) return Error{"in body, " + members.error().message};
    if (auto problem = chatBodyProblem(*members)) return Error{*problem};

    const bool setsModel = !options.model.empty() && givenMember(*members, "model") == nullptr;
    const bool setsMaxTokens = options.maxTokens && givenMember(*members, "max_tokens") == nullptr &&
                               givenMember(*members, "max_completion_tokens") == nullptr;
    const std::string model = setsModel ? jsonString(options.model) : std::string();
    const std::string maxTokens = setsMaxTokens ? std::to_string(*options.maxTokens) : std::string();

    ObjectText out;
    bool modelDone = !setsModel;
    bool maxTokensDone = !setsMaxTokens;
    bool streamDone = !options.stream;
    bool usageDone = !options.stream;
    for (const auto& [key, rawKey, value] : *members) {
        if (key == "model" && setsModel) {
            out.add(rawKey, model);
            modelDone = true;
        } else if (key == "max_tokens" && setsMaxTokens) {
            out.add(rawKey, maxTokens);
            maxTokensDone = true;
        } else if (key == "stream") {
            out.add(rawKey, options.stream ? "true" : "false");
            streamDone = true;
        } else if (key == "stream_options") {
            if (!options.stream) continue;
            const auto merged = withUsage(value);
            if (!merged) return merged.error();
            out.add(rawKey, *merged);
            usageDone = true;
        } else {
            out.add(rawKey, value);
        }
    }
    if (!modelDone) out.add(R"("model")", model);
    if (!maxTokensDone) out.add(R"("max_tokens")", maxTokens);
    if (!streamDone) out.add(R"("stream")", "true");
    if (!usageDone) out.add(R"("stream_options")", usageOptions);
    return std::move(out).take();
}

} // namespace penstock
