#include "app/cli/decode_report.h"

#include <nlohmann/json.hpp>

#include <string_view>

namespace penstock::cli {

namespace {

using Json = nlohmann::ordered_json;

/// A captured stream may hold anything; what is no UTF-8 must not stop the output.
std::string written(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// `text` with its control characters spelt out, so that a capture cannot steer the terminal. Line feeds stay where
/// `lines`.
std::string visible(std::string_view text, bool lines) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto c = static_cast<unsigned char>(text[at]);
        const bool c1 = c == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0;
        if ((c >= 0x20 && c != 0x7F && !c1) || (c == '\n' && lines)) {
            out.push_back(static_cast<char>(c));
            continue;
        }
        char escaped[8];
        std::snprintf(escaped, sizeof escaped, "\\x%02x", c1 ? static_cast<unsigned char>(text[++at]) : c);
        out += escaped;
    }
    return out;
}

void line(std::FILE* out, const char* name, const std::string& value) {
    std::fprintf(out, "%-14s %s\n", name, value.c_str());
}

template <typename T>
Json orNull(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

template <typename T>
std::string orUnknown(const std::optional<T>& value) {
    return value ? std::to_string(*value) : "not reported";
}

bool succeeded(const Decoder& decoder) {
    return decoder.terminal() == Terminal::Done && decoder.problem().success();
}

/// null when the server reported nothing at all.
Json usageJson(const Usage& usage) {
    if (!usage.input && !usage.output && !usage.total) return nullptr;
    return {{"input", orNull(usage.input)},
            {"output", orNull(usage.output)},
            {"total", orNull(usage.total)},
            {"cached_input", orNull(usage.cachedInput)},
            {"reasoning", orNull(usage.reasoning)}};
}

Json errorJson(const Decoder& decoder) {
    const Outcome& problem = decoder.problem();
    if (problem.success()) return nullptr;
    Json code = nullptr;
    if (problem.kind != OutcomeKind::ErrorEvent)
        code = std::string(toString(problem.kind));
    else if (decoder.facts().numericErrorCode)
        code = Json::parse(problem.code, nullptr, false);
    else if (!problem.code.empty())
        code = problem.code;
    return {{"code", std::move(code)}, {"message", problem.message}};
}

Json decodedJson(const Decoder& decoder) {
    const Completion& completion = decoder.completion();
    const DecodeFacts& facts = decoder.facts();
    Json calls = Json::array();
    for (const ToolCall& call : completion.toolCalls)
        calls.push_back({{"id", call.id}, {"name", call.name}, {"arguments", call.arguments}});
    return {{"text", completion.text},
            {"reasoning", completion.reasoning},
            {"refusal", completion.refusal},
            {"tool_calls", std::move(calls)},
            {"finish_reason", orNull(completion.finishReason)},
            {"usage", usageJson(completion.usage)},
            {"terminal", std::string(facts.terminal)},
            {"error", errorJson(decoder)},
            {"first_token_event", orNull(facts.firstTokenEvent)},
            {"first_text_event", orNull(facts.firstTextEvent)},
            {"success", succeeded(decoder)},
            {"events", facts.events},
            {"comments", facts.comments},
            {"incomplete_at_eof", facts.incompleteAtEof},
            {"model", completion.model}};
}

} // namespace

bool SseReport::onEvent(const SseEvent& event) {
    if (json_) {
        const Json object{
            {"event", std::string(event.type)}, {"data", std::string(event.data)}, {"id", std::string(event.id)}};
        std::fprintf(out_, "%s%s", events_ == 0 ? "{\"events\":[" : ",\n", written(object).c_str());
    } else {
        const std::string id = event.id.empty() ? "" : "  id " + visible(event.id, false);
        std::fprintf(out_, "#%llu  %s%s\n%s\n\n", static_cast<unsigned long long>(events_),
                     visible(event.type, false).c_str(), id.c_str(), visible(event.data, true).c_str());
    }
    ++events_;
    return true;
}

void SseReport::finish(const SseParser& parser, const std::string& problem) {
    const auto retry = parser.retry();
    if (json_) {
        Json rest{{"retry", retry ? Json(retry->count()) : Json(nullptr)},
                  {"last_event_id", std::string(parser.lastEventId())},
                  {"comments", parser.comments()},
                  {"incomplete_at_eof", parser.finish()}};
        if (!problem.empty()) rest["error"] = problem;
        std::fprintf(out_, "%s],%s\n", events_ == 0 ? "{\"events\":[" : "", written(rest).substr(1).c_str());
        return;
    }
    line(out_, "events", std::to_string(events_));
    line(out_, "retry", retry ? std::to_string(retry->count()) + " ms" : "not set");
    line(out_, "last event id", visible(parser.lastEventId(), false));
    line(out_, "comments", std::to_string(parser.comments()));
    line(out_, "end", parser.finish() ? "inside an event, which was dropped" : "after a whole event");
    if (!problem.empty()) line(out_, "error", problem);
}

void reportDecoded(std::FILE* out, const Decoder& decoder, bool json) {
    if (json) {
        std::fprintf(out, "%s\n", written(decodedJson(decoder)).c_str());
        return;
    }
    const Completion& completion = decoder.completion();
    const DecodeFacts& facts = decoder.facts();
    const Usage& usage = completion.usage;
    line(out, "success", succeeded(decoder) ? "yes" : "no");
    line(out, "terminal", std::string(facts.terminal));
    if (const Outcome& problem = decoder.problem(); !problem.success()) {
        const std::string code = problem.code.empty() ? "" : " (" + visible(problem.code, false) + ")";
        line(out, "error", std::string(toString(problem.kind)) + code + ": " + visible(problem.message, false));
    }
    line(out, "model", visible(completion.model, false));
    line(out, "finish reason", completion.finishReason ? visible(*completion.finishReason, false) : "none given");
    line(out, "input tokens",
         orUnknown(usage.input) + (usage.cachedInput ? ", cached " + std::to_string(*usage.cachedInput) : ""));
    line(out, "output tokens",
         orUnknown(usage.output) + (usage.reasoning ? ", reasoning " + std::to_string(*usage.reasoning) : ""));
    line(out, "events",
         std::to_string(facts.events) + ", comments " + std::to_string(facts.comments) +
             (facts.firstTokenEvent ? ", first token in event " + std::to_string(*facts.firstTokenEvent)
                                    : ", no token") +
             (facts.firstTextEvent ? ", first text in event " + std::to_string(*facts.firstTextEvent) : ", no text"));
    if (facts.incompleteAtEof) line(out, "end", "inside an event, which was dropped");
    for (const ToolCall& call : completion.toolCalls)
        line(out, "tool call", visible(call.name + "(" + call.arguments + ")  " + call.id, false));
    const auto block = [out](const char* name, const std::string& text) {
        if (!text.empty()) std::fprintf(out, "\n%s:\n%s\n", name, visible(text, true).c_str());
    };
    block("reasoning", completion.reasoning);
    block("refusal", completion.refusal);
    block("text", completion.text);
}

} // namespace penstock::cli
