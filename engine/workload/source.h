#pragma once

#include "engine/base/completion.h"
#include "engine/base/request.h"
#include "engine/base/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

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

/// A line that cannot be a request.
struct BadLine {
    std::uint64_t line = 0; ///< from 1
    std::string reason;     ///< a clause, without file and line
};

/// What a check of the whole workload found, before anything is sent.
struct WorkloadCheck {
    WorkloadFormat format = WorkloadFormat::Text;
    std::uint64_t requests = 0; ///< of all passes; 0 when `repeat` is 0
    std::string digest;         ///< SHA-256 of the bytes, hex
    std::vector<BadLine> badLines; ///< only with skipBadLines; at most 1000 are kept
    std::uint64_t badLineCount = 0;
};

/// Where requests come from. Belongs to the engine thread. Reads ahead on a thread of its own within a bound (64 requests
/// or 8 MiB of bodies, whichever is reached first), and serialises the bodies there, so that a file of any size is held
/// in little memory and the engine thread never waits for the disk.
class RequestSource {
public:
    struct NotYet {}; ///< the reader is behind: onReady() will be called
    struct End {};    ///< no more requests, other than those that finished() still brings
    using Next = std::variant<Request, NotYet, End, Error>;

    virtual ~RequestSource() = default;

    /// The next request in the order of the file. Never blocks. An Error (the file changed or vanished under us) is final.
    virtual Next next() = 0;

    /// Called on the engine thread, once for each NotYet that was answered.
    virtual void setOnReady(std::function<void()> onReady) = 0;

    /// What the end of request `id` makes possible: the next turn of its dialogue, at most one.
    /// `answer` is its completion when it succeeded; without one the following turn can never be sent, and is returned with
    /// `body` null, to be recorded as cancelled_upstream. Each request must be reported exactly once, those of an earlier
    /// session of a resumed run included.
    virtual std::optional<Request> finished(RequestId id, const Completion* answer) = 0;
};

/// Reads the whole workload once and checks every line: syntax, needed fields, unique custom ids. Blocks: not for the engine
/// thread. A bad line is an Error `FILE:LINE: reason`, unless skipBadLines. `progress` (bytes done, bytes in all) may be
/// empty; it returns false to stop early, which is an Error. Standard input is copied to `spoolFile` on the way.
Result<WorkloadCheck> checkWorkload(const WorkloadOptions& options,
                                    const std::function<bool(std::uint64_t, std::uint64_t)>& progress = {});

/// Opens a workload that checkWorkload() has found good. Yields exactly the requests it counted, with ids from 0.
/// Standard input is read from its spool file.
Result<std::unique_ptr<RequestSource>> openWorkload(const WorkloadOptions& options, const WorkloadCheck& check);

/// `auto`, `openai-batch`, `prompts`, `mt-bench`, `text`.
std::string_view toString(WorkloadFormat format);
std::optional<WorkloadFormat> workloadFormatFromString(std::string_view word);

} // namespace penstock
