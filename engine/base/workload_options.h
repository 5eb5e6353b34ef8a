#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock {

enum class WorkloadFormat {
    Auto,        ///< told from the first lines of the file
    OpenAiBatch, ///< JSONL of `custom_id, method, url, body`
    Prompts,     ///< JSONL of `prompt` or `text`, with optional `custom_id`, `output_tokens_count`, `max_tokens`
    MtBench,     ///< JSONL of `question_id, turns`: each turn is a request, sent when the turn before it was answered
    Text,        ///< one prompt a line; empty lines are left out
};

/// How a workload is read. Everything here goes into the run file, and a resumed run must have the same.
struct WorkloadOptions {
    std::string path; ///< a file, or `-` for standard input
    WorkloadFormat format = WorkloadFormat::Auto;
    std::optional<std::uint64_t> limit; ///< at most so many lines that hold a request
    std::uint64_t repeat = 1;           ///< passes over the file; 0: until stopped. From pass 2 on, custom ids end in `#PASS`
    bool skipBadLines = false;
    std::string model;                ///< where a body names none
    std::optional<int> maxTokens;     ///< where a body names none
    bool stream = true;               ///< ask for a streamed answer, with usage at its end
    std::string spoolFile;            ///< where standard input is kept, so that it can be checked first and resumed
    std::size_t maxLineBytes = 16u << 20;
};

/// `auto`, `openai-batch`, `prompts`, `mt-bench`, `text`.
std::string_view toString(WorkloadFormat format);
std::optional<WorkloadFormat> workloadFormatFromString(std::string_view word);

} // namespace penstock
