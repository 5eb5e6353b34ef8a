#include "engine/workload/custom_id_set.h"
#include "engine/workload/digest_marks.h"
#include "engine/workload/format_detector.h"
#include "engine/workload/json_text.h"
#include "engine/workload/line_parser.h"
#include "engine/workload/line_splitter.h"
#include "engine/workload/source.h"
#include "engine/workload/utf8.h"
#include "engine/workload/workload_input.h"

#include <limits>

namespace penstock {

namespace {

constexpr std::size_t keptBadLines = 1000;
constexpr std::size_t chunkBytes = DigestMarks::blockBytes;

std::optional<Error> optionsProblem(const WorkloadOptions& options) {
    if (options.path.empty()) return Error{"no workload is named"};
    if (options.limit == 0u) return Error{"a limit of 0 leaves no request; it must be 1 or more"};
    if (options.maxTokens && *options.maxTokens < 1) return Error{"max_tokens must be 1 or more"};
    if (options.maxLineBytes == 0) return Error{"the bound on a line must be 1 byte or more"};
    if (firstInvalidUtf8(options.model)) return Error{"the model's name is not valid UTF-8"};
    return std::nullopt;
}

/// The line of `path` whose first custom id is `customId`, if one before `before` has it.
std::optional<std::uint64_t> lineWithId(const std::string& path, const WorkloadOptions& options, WorkloadFormat format,
                                        const std::string& customId, std::uint64_t before) {
    auto input = WorkloadInput::openFile(path);
    if (!input) return std::nullopt;
    std::optional<std::uint64_t> found;
    LineSplitter splitter(options.maxLineBytes);
    std::vector<char> buffer(chunkBytes);
    bool goOn = true;
    while (goOn) {
        const auto got = input->read(buffer.data(), buffer.size());
        if (!got || *got == 0) break;
        splitter.feed({buffer.data(), *got}, [&](const Line& line) {
            goOn = line.number < before;
            if (!goOn) return false;
            const auto content = parseLine(line, format, options);
            const auto* parsed = std::get_if<ParsedLine>(&content);
            if (parsed != nullptr && parsed->first.customId == customId) found = line.number;
            return goOn = !found;
        });
    }
    return found;
}

/// Takes the lines in their order and says what they come to.
class Check {
public:
    Check(const WorkloadOptions& options, const std::string& readablePath)
        : options_(options)
        , readablePath_(readablePath)
        , label_(workloadLabel(options))
        , detector_(options.path, options) {
        result_.format = options.format;
    }

    /// False to stop: a failure, or the limit.
    bool take(const Line& line) {
        if (result_.format != WorkloadFormat::Auto) return judge(line);
        held_.push_back({line.number, std::string(line.text), line.tooLong});
        return detector_.add(line) || judgeHeld();
    }

    /// The file has ended.
    void end() {
        if (!failure_ && result_.format == WorkloadFormat::Auto) judgeHeld();
        if (!failure_ && result_.requests == 0) failure_ = nothingFound();
        if (failure_) return;
        constexpr auto most = std::numeric_limits<std::uint64_t>::max();
        if (options_.repeat > 0 && result_.requests > most / options_.repeat)
            failure_ = Error{label_ + ": so many passes make more requests than can be numbered"};
        result_.requests *= options_.repeat;
    }

    const std::optional<Error>& failure() const { return failure_; }
    WorkloadCheck& result() { return result_; }

private:
    struct HeldLine {
        std::uint64_t number;
        std::string text;
        bool tooLong;
    };

    /// The lines from which the format was told are at most as many as the limit, so the limit ends none before the
    /// last.
    bool judgeHeld() {
        const auto format = detector_.format();
        if (!format) {
            failure_ = Error{label_ + ": " + format.error().message};
            return false;
        }
        result_.format = *format;
        bool goOn = true;
        for (const auto& [number, text, tooLong] : std::exchange(held_, {}))
            if (!failure_) goOn = judge({number, text, tooLong});
        return goOn;
    }

    bool judge(const Line& line) {
        auto content = parseLine(line, result_.format, options_);
        if (const auto* bad = std::get_if<Error>(&content)) return badLine({line.number, bad->message});
        const auto* parsed = std::get_if<ParsedLine>(&content);
        if (parsed == nullptr) return true;
        // Ids that are made of line numbers alone cannot be the same.
        const bool fresh = result_.format == WorkloadFormat::Text || ids_.insert(parsed->first.customId);
        if (!fresh && isDuplicate(line.number, parsed->first.customId)) return false;
        result_.requests += parsed->requests();
        ++linesWithRequest_;
        return !options_.limit || linesWithRequest_ < *options_.limit;
    }

    bool badLine(BadLine bad) {
        if (!options_.skipBadLines) {
            failure_ = Error{label_ + ":" + std::to_string(bad.line) + ": " + bad.reason};
            return false;
        }
        ++result_.badLineCount;
        if (result_.badLines.size() < keptBadLines) result_.badLines.push_back(std::move(bad));
        return true;
    }

    bool isDuplicate(std::uint64_t number, const std::string& customId) {
        const auto earlier = lineWithId(readablePath_, options_, result_.format, customId, number);
        if (!earlier) return false;
        const bool dialogue = result_.format == WorkloadFormat::MtBench;
        const auto id = dialogue ? customId.substr(0, customId.rfind('/')) : customId;
        failure_ = Error{label_ + ":" + std::to_string(number) + ": " + (dialogue ? "question_id " : "custom_id ") +
                         quotedForMessage(id) + " is already that of line " + std::to_string(*earlier)};
        return true;
    }

    Error nothingFound() const {
        if (result_.badLineCount == 0) return Error{label_ + " holds no request"};
        const auto& first = result_.badLines.front();
        return Error{label_ + " holds no request, as each of its lines is bad; the first: " + label_ + ":" +
                     std::to_string(first.line) + ": " + first.reason};
    }

    const WorkloadOptions& options_;
    const std::string& readablePath_;
    std::string label_;
    FormatDetector detector_;
    CustomIdSet ids_;
    std::vector<HeldLine> held_; ///< until the format is told
    std::uint64_t linesWithRequest_ = 0;
    std::optional<Error> failure_;
    WorkloadCheck result_;
};

} // namespace

Result<WorkloadCheck> checkWorkload(const WorkloadOptions& options,
                                    const std::function<bool(std::uint64_t, std::uint64_t)>& progress) {
    if (auto problem = optionsProblem(options)) return *problem;
    auto input = options.path == "-" ? WorkloadInput::openStandardInput(options.spoolFile)
                                     : WorkloadInput::openFile(options.path);
    if (!input) return input.error();

    Check check(options, input->readablePath());
    LineSplitter splitter(options.maxLineBytes);
    DigestMarks digest;
    std::vector<char> buffer(chunkBytes);
    const auto sink = [&check](const Line& line) { return check.take(line); };
    const auto goOn = [&] { return !progress || progress(digest.bytes(), input->size()); };
    bool ended = false;
    bool limited = false;
    while (!ended && !limited) {
        if (!goOn()) return Error{"stopped while reading " + workloadLabel(options)};
        const auto got = input->read(buffer.data(), buffer.size(), goOn);
        if (!got) return got.error();
        ended = *got == 0;
        const auto used = splitter.feed({buffer.data(), *got}, [&](const Line& line) {
            limited = !sink(line);
            return !limited;
        });
        if (check.failure()) return *check.failure();
        digest.update({buffer.data(), used});
    }
    if (ended) splitter.finish(sink);
    check.end();
    if (check.failure()) return *check.failure();

    auto& result = check.result();
    if (ended && input->size() != 0 && digest.bytes() != input->size())
        return Error{workloadLabel(options) + " changed while it was being checked"};
    if (const auto kept = input->keepSpool(digest.bytes()); !kept) return kept.error();
    result.digest = digest.hex();
    result.bytes = digest.bytes();
    result.marks = digest.marks();
    return std::move(result);
}

} // namespace penstock
