#include "engine/workload/format_detector.h"

#include "engine/workload/json_text.h"
#include "engine/workload/line_parser.h"

#include <algorithm>
#include <array>

namespace penstock {

namespace {

constexpr std::uint64_t enoughLines = 8;

Error cannotTell(const std::string& why) {
    return Error{"the format cannot be told: " + why + "; name it with --workload-format"};
}

} // namespace

FormatDetector::FormatDetector(std::string fileName, const WorkloadOptions& options)
    : fileName_(std::move(fileName))
    , options_(options)
    , enough_(static_cast<std::size_t>(std::min(enoughLines, options.limit.value_or(enoughLines)))) {}

bool FormatDetector::add(const Line& line) {
    if (auto problem = lineProblem(line, options_)) {
        seen_.push_back({line.number, Look::Unreadable, std::move(*problem)});
    } else if (!isBlank(line.text)) {
        auto broken = isJsonObject(line.text) ? jsonProblem(line.text) : std::nullopt;
        seen_.push_back({line.number, broken ? Look::BrokenJson : lookOf(line.text), broken.value_or("")});
    }
    return seen_.size() < enough_;
}

FormatDetector::Look FormatDetector::lookOf(std::string_view text) {
    if (isJsonArray(text)) {
        // `[INST] Hello` is a prompt; `[` and `[1, 2]` are not.
        const bool alone = isBlank(text.substr(text.find('[') + 1));
        return alone || !jsonProblem(text) ? Look::OtherJson : Look::Text;
    }
    if (!isJsonObject(text)) return Look::Text;
    const auto members = jsonMembers(text);
    if (!members) return Look::OtherObject;
    const auto has = [&](std::string_view key) { return givenMember(*members, key) != nullptr; };
    const bool batch = has("body") && (has("custom_id") || has("url") || has("method"));
    const bool dialogue = has("turns");
    const bool prompt = has("prompt") || has("text");
    if (batch + dialogue + prompt != 1) return Look::OtherObject;
    return batch ? Look::Batch : dialogue ? Look::MtBench : Look::Prompts;
}

std::string FormatDetector::words(const Seen& seen) {
    const auto line = "line " + std::to_string(seen.line) + " ";
    switch (seen.look) {
    case Look::Batch:
        return line + "looks like openai-batch";
    case Look::MtBench:
        return line + "looks like mt-bench";
    case Look::Prompts:
        return line + "looks like prompts";
    case Look::Text:
        return line + "looks like text";
    case Look::BrokenJson:
    case Look::Unreadable:
        return line + "cannot be read (" + seen.problem + ")";
    case Look::OtherObject:
        return line + "is a JSON object that fits none or several of the formats";
    case Look::OtherJson:
        return line + "begins a JSON array, where one object a line is needed";
    }
    return line;
}

bool FormatDetector::namedAsData() const {
    constexpr std::array<std::string_view, 5> endings{".csv", ".tsv", ".json", ".jsonl", ".ndjson"};
    return std::any_of(endings.begin(), endings.end(), [this](auto ending) { return fileName_.ends_with(ending); });
}

Result<WorkloadFormat> FormatDetector::format() const {
    if (seen_.empty()) return WorkloadFormat::Text;
    // Bad lines beside good ones of one kind are those lines' own problem, and are told as such.
    const Seen* chosen = nullptr;
    for (const auto& seen : seen_) {
        if (seen.look == Look::OtherObject || seen.look == Look::OtherJson) return cannotTell(words(seen));
        if (seen.look == Look::Unreadable || seen.look == Look::BrokenJson) continue;
        if (chosen == nullptr)
            chosen = &seen;
        else if (chosen->look != seen.look)
            return cannotTell(words(*chosen) + " and " + words(seen));
    }
    if (chosen == nullptr) return cannotTell(words(seen_.front()));
    switch (chosen->look) {
    case Look::Batch:
        return WorkloadFormat::OpenAiBatch;
    case Look::MtBench:
        return WorkloadFormat::MtBench;
    case Look::Prompts:
        return WorkloadFormat::Prompts;
    default:
        break;
    }
    for (const auto& seen : seen_)
        if (seen.look == Look::BrokenJson) return cannotTell(words(*chosen) + " and " + words(seen));
    if (namedAsData()) return cannotTell(words(*chosen) + " and the file's name does not");
    return WorkloadFormat::Text;
}

} // namespace penstock
