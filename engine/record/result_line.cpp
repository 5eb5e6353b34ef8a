#include "engine/record/result_line.h"

#include <nlohmann/json.hpp>

namespace penstock::record {

namespace {

using nlohmann::ordered_json;

ordered_json nullable(const std::string& text) {
    return text.empty() ? ordered_json() : ordered_json(text);
}

ordered_json usageOf(const Usage& usage) {
    if (usage.kind != UsageKind::Exact) return nullptr;
    const auto count = [](const std::optional<std::int64_t>& value) {
        return value ? ordered_json(*value) : ordered_json();
    };
    auto total = usage.total;
    if (!total && usage.input && usage.output) total = *usage.input + *usage.output;
    ordered_json out{{"prompt_tokens", count(usage.input)},
                     {"completion_tokens", count(usage.output)},
                     {"total_tokens", count(total)}};
    if (usage.cachedInput) out["prompt_tokens_details"] = {{"cached_tokens", *usage.cachedInput}};
    if (usage.reasoning) out["completion_tokens_details"] = {{"reasoning_tokens", *usage.reasoning}};
    return out;
}

ordered_json messageOf(const Completion& completion) {
    ordered_json message{{"role", "assistant"}};
    // The API's own way: content is null when the answer is nothing but tool calls or a refusal.
    const bool other = !completion.toolCalls.empty() || !completion.refusal.empty();
    message["content"] = completion.text.empty() && other ? ordered_json() : ordered_json(completion.text);
    if (!completion.reasoning.empty()) message["reasoning_content"] = completion.reasoning;
    if (!completion.refusal.empty()) message["refusal"] = completion.refusal;
    if (!completion.toolCalls.empty()) {
        auto& calls = message["tool_calls"] = ordered_json::array();
        for (const auto& call : completion.toolCalls)
            calls.push_back({{"id", call.id},
                             {"type", "function"},
                             {"function", {{"name", call.name}, {"arguments", call.arguments}}}});
    }
    return message;
}

ordered_json bodyOf(const Completion& completion) {
    ordered_json choice{{"index", 0}, {"message", messageOf(completion)}};
    choice["finish_reason"] = completion.finishReason ? ordered_json(*completion.finishReason) : ordered_json();
    return {{"id", nullable(completion.responseId)},
            {"object", "chat.completion"},
            {"model", nullable(completion.model)},
            {"choices", ordered_json::array({std::move(choice)})},
            {"usage", usageOf(completion.usage)}};
}

ordered_json errorOf(const RequestResult& result) {
    ordered_json error{{"code", toString(result.outcome.kind)}, {"message", result.outcome.message}};
    if (!result.outcome.code.empty()) error["server_code"] = result.outcome.code;
    if (!result.completion.text.empty()) error["partial_text"] = result.completion.text;
    if (!result.completion.reasoning.empty()) error["partial_reasoning"] = result.completion.reasoning;
    return error;
}

} // namespace

std::string resultLine(const std::string& runId, const RequestResult& result) {
    const bool success = result.outcome.success();
    ordered_json line{{"id", "batch_req_" + runId + "_" + std::to_string(result.id)}, {"custom_id", result.customId}};
    if (success || result.outcome.status != 0)
        line["response"] = {{"status_code", result.outcome.status},
                            {"request_id", nullable(result.serverRequestId)},
                            {"body", success ? bodyOf(result.completion) : ordered_json()}};
    else
        line["response"] = nullptr;
    line["error"] = success ? ordered_json() : errorOf(result);
    if (result.degraded) line["degraded"] = true;
    return line.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

} // namespace penstock::record
