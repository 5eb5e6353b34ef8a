#include "engine/workload/line_parser.h"

#include "engine/workload/chat_body.h"
#include "engine/workload/json_text.h"
#include "engine/workload/utf8.h"

#include <algorithm>

namespace penstock {

namespace {

using Members = std::vector<JsonMember>;

constexpr std::size_t maxCustomIdBytes = 1024;

std::string ownId(const Line& line) {
    return "line-" + std::to_string(line.number);
}

std::shared_ptr<const std::string> shared(std::string text) {
    return std::make_shared<const std::string>(std::move(text));
}

/// A clause about the custom id, or nullopt. It becomes a key of results.jsonl and a cell of spans.csv.
std::optional<std::string> idProblem(std::string_view name, std::string_view id) {
    const std::string word(name);
    if (id.empty()) return word + " is empty";
    if (id.size() > maxCustomIdBytes) return word + " is longer than " + std::to_string(maxCustomIdBytes) + " bytes";
    if (std::any_of(id.begin(), id.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }))
        return word + " holds a control character";
    return std::nullopt;
}

/// With several passes `a#2` of the first would be `a` of the second.
bool endsAsRepeated(std::string_view id) {
    const auto mark = id.rfind('#');
    if (mark == std::string_view::npos) return false;
    const auto digits = id.substr(mark + 1);
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return false;
    return digits.front() != '0' && digits != "1";
}

/// A string member that must be there.
Result<std::string> needed(const Members& members, std::string_view key) {
    const auto* member = givenMember(members, key);
    if (member == nullptr) return Error{std::string(key) + " is missing"};
    if (!isJsonString(member->value)) return Error{std::string(key) + " must be a string"};
    return decodedJsonString(member->value);
}

Result<std::string> customId(const Members& members, const WorkloadOptions& options) {
    auto id = needed(members, "custom_id");
    if (!id) return id;
    if (auto problem = idProblem("custom_id", *id)) return Error{*problem};
    if (options.repeat != 1 && endsAsRepeated(*id))
        return Error{"custom_id " + quotedForMessage(*id) + " ends as those of a repeated pass do"};
    return id;
}

/// A count that may be missing.
Result<std::optional<std::int64_t>> count(const Members& members, std::string_view key, std::int64_t least) {
    const auto* member = givenMember(members, key);
    if (member == nullptr) return std::optional<std::int64_t>{};
    const auto value = jsonInteger(member->value);
    if (!value || *value < least)
        return Error{std::string(key) + " must be a whole number, " + std::to_string(least) + " or more"};
    return value;
}

/// The URL of a batch line is the path that the provider's batch service would call, so it begins with `/v1`; our base
/// URL ends with it (http://host/v1). So `/v1/chat/completions` becomes `/chat/completions` below the base, and a URL
/// that already leaves `/v1` out means the same. Any other is for another API and cannot be answered by this run's
/// target.
Result<std::string> pathBelowBase(std::string_view url) {
    auto path = url;
    if (path.starts_with("/v1/")) path.remove_prefix(3);
    if (path == "/chat/completions") return std::string(path);
    return Error{"url is " + quotedForMessage(url) + "; only /v1/chat/completions can be run"};
}

LineContent batchLine(const Members& members, const Line& line, const WorkloadOptions& options) {
    auto id = customId(members, options);
    if (!id) return id.error();
    const auto method = needed(members, "method");
    if (!method) return method.error();
    if (*method != "POST") return Error{"method is " + quotedForMessage(*method) + "; only POST can be run"};
    const auto url = needed(members, "url");
    if (!url) return url.error();
    auto path = pathBelowBase(*url);
    if (!path) return path.error();
    const auto* body = givenMember(members, "body");
    if (body == nullptr) return Error{"body is missing"};
    if (!isJsonObject(body->value)) return Error{"body must be an object"};
    auto completed = completedChatBody(options, body->value);
    if (!completed) return completed.error();

    ParsedLine parsed;
    parsed.first.customId = std::move(*id);
    parsed.first.body = shared(std::move(*completed));
    parsed.first.path = std::move(*path);
    parsed.first.line = line.number;
    parsed.first.stream = options.stream;
    return parsed;
}

LineContent promptLine(const Members& members, const Line& line, const WorkloadOptions& options) {
    const bool hasPrompt = givenMember(members, "prompt") != nullptr;
    const std::string word = hasPrompt ? "prompt" : "text";
    const auto* prompt = givenMember(members, word);
    if (prompt == nullptr) return Error{"prompt is missing (or text, in its place)"};
    if (!isJsonString(prompt->value)) return Error{word + " must be a string"};
    if (prompt->value == R"("")") return Error{word + " is empty"};
    auto id = ownId(line);
    if (givenMember(members, "custom_id") != nullptr) {
        const auto named = customId(members, options);
        if (!named) return named.error();
        id = *named;
    }
    const auto maxTokens = count(members, "max_tokens", 1);
    if (!maxTokens) return maxTokens.error();
    const auto inputTokens = count(members, "prompt_tokens_count", 0);
    if (!inputTokens) return inputTokens.error();
    const auto outputTokens = count(members, "output_tokens_count", 0);
    if (!outputTokens) return outputTokens.error();

    ParsedLine parsed;
    parsed.first.customId = std::move(id);
    parsed.first.body = shared(chatBody(options, chatMessage("user", prompt->value), *maxTokens));
    parsed.first.line = line.number;
    parsed.first.stream = options.stream;
    parsed.first.expectedInputTokens = *inputTokens;
    parsed.first.expectedOutputTokens = *outputTokens;
    return parsed;
}

LineContent dialogueLine(const Members& members, const Line& line, const WorkloadOptions& options) {
    const auto* question = givenMember(members, "question_id");
    if (question == nullptr) return Error{"question_id is missing"};
    std::string stem;
    if (isJsonString(question->value))
        stem = decodedJsonString(question->value);
    else if (jsonInteger(question->value))
        stem = question->value;
    else
        return Error{"question_id must be a string or a whole number"};
    if (auto problem = idProblem("question_id", stem)) return Error{*problem};
    const auto* turns = givenMember(members, "turns");
    if (turns == nullptr) return Error{"turns is missing"};
    if (!isJsonArray(turns->value)) return Error{"turns must be an array of strings"};
    const auto texts = jsonElements(turns->value);
    if (texts.empty()) return Error{"turns is empty"};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (!isJsonString(texts[i])) return Error{"turn " + std::to_string(i + 1) + " must be a string"};
        if (texts[i] == R"("")") return Error{"turn " + std::to_string(i + 1) + " is empty"};
    }

    ParsedLine parsed;
    parsed.messages = chatMessage("user", texts.front());
    parsed.laterTurns.assign(texts.begin() + 1, texts.end());
    parsed.first.customId = stem + "/1";
    parsed.first.body = shared(chatBody(options, parsed.messages, std::nullopt));
    parsed.first.line = line.number;
    parsed.first.stream = options.stream;
    if (parsed.laterTurns.empty()) parsed.messages.clear();
    return parsed;
}

LineContent textLine(const Line& line, const WorkloadOptions& options) {
    ParsedLine parsed;
    parsed.first.customId = ownId(line);
    parsed.first.body = shared(chatBody(options, chatMessage("user", jsonString(line.text)), std::nullopt));
    parsed.first.line = line.number;
    parsed.first.stream = options.stream;
    return parsed;
}

} // namespace

bool isBlank(std::string_view text) {
    return text.find_first_not_of(" \t\r\v\f") == std::string_view::npos;
}

std::optional<std::string> lineProblem(const Line& line, const WorkloadOptions& options) {
    if (line.tooLong) return "longer than " + std::to_string(options.maxLineBytes) + " bytes";
    if (const auto at = firstInvalidUtf8(line.text)) {
        const bool utf16 = line.number == 1 && (line.text.starts_with("\xFF\xFE") || line.text.starts_with("\xFE\xFF"));
        return "not valid UTF-8 at byte " + std::to_string(*at + 1) + (utf16 ? " (the file looks like UTF-16)" : "");
    }
    if (const auto at = line.text.find('\0'); at != std::string_view::npos)
        return "a NUL byte at byte " + std::to_string(at + 1);
    return std::nullopt;
}

LineContent parseLine(const Line& line, WorkloadFormat format, const WorkloadOptions& options) {
    if (auto problem = lineProblem(line, options)) return Error{*problem};
    if (isBlank(line.text)) return std::monostate{};
    if (format == WorkloadFormat::Text) return textLine(line, options);

    if (auto problem = jsonProblem(line.text)) return Error{*problem};
    if (!isJsonObject(line.text)) return Error{"not a JSON object"};
    const auto members = jsonMembers(line.text);
    if (!members) return members.error();
    switch (format) {
    case WorkloadFormat::OpenAiBatch:
        return batchLine(*members, line, options);
    case WorkloadFormat::Prompts:
        return promptLine(*members, line, options);
    case WorkloadFormat::MtBench:
        return dialogueLine(*members, line, options);
    case WorkloadFormat::Auto:
    case WorkloadFormat::Text:
        break;
    }
    return Error{"the format is not known"};
}

} // namespace penstock
