#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock {

/// A workload is UTF-8 text, a line a request (mt-bench: a dialogue). Lines end in LF or CRLF, the last one may lack
/// its end; a byte order mark and blank lines are left out. In JSON lines, a key that appears twice makes the line bad;
/// a field whose value is null counts as not given.
enum class WorkloadFormat {
    Auto, ///< told from the first lines of the file; an Error that names --workload-format where they are not plain
    OpenAiBatch, ///< JSONL of `custom_id, method, url, body`; only POST /v1/chat/completions
    Prompts,     ///< JSONL of `prompt` (or `text`, where there is none), with optional `custom_id`, `max_tokens`, and
                 ///< `output_tokens_count`, `prompt_tokens_count`, which serve estimates only; other fields are ignored
    MtBench,     ///< JSONL of `question_id, turns`: each turn is a request, sent when the turn before it was answered
    Text,        ///< one prompt a line, sent as it is
};
// Custom ids: openai-batch has them; prompts and text get `line-N` (N: the line's number in the file, from 1, blank
// lines counted) where the line names none; mt-bench gets `QUESTION/TURN`, turns from 1.

/// How a workload is read. Everything here goes into the run file, and a resumed run must have the same.
struct WorkloadOptions {
    std::string path; ///< a file, or `-` for standard input
    WorkloadFormat format = WorkloadFormat::Auto;
    std::optional<std::uint64_t>
        limit; ///< at most so many lines that hold a request, in each pass; later lines are not looked at
    std::uint64_t repeat = 1; ///< passes over the file; 0: until stopped. From pass 2 on, custom ids end in `#PASS`
    bool skipBadLines = false;
    std::string model;            ///< where a body names none
    std::optional<int> maxTokens; ///< where a body names neither `max_tokens` nor `max_completion_tokens`
    bool stream = true; ///< ask for a streamed answer, with usage at its end; stands over what a body says of `stream`
    std::string spoolFile;                ///< where standard input is kept, so that it can be checked first and resumed
    std::size_t maxLineBytes = 16u << 20; ///< of one line, its end not counted; a longer one is bad
};

/// `auto`, `openai-batch`, `prompts`, `mt-bench`, `text`.
std::string_view toString(WorkloadFormat format);
std::optional<WorkloadFormat> workloadFormatFromString(std::string_view word);

} // namespace penstock
