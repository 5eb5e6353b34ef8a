#pragma once

#include "engine/base/time.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace penstock {

/// The ordinal of a request within its run, from 0, in the order of the workload. Stable across a resume.
using RequestId = std::uint64_t;

/// One logical request: what a person wants answered once, however many attempts that takes.
/// A value; everything that can be prepared is prepared before a slot is taken.
struct Request {
    RequestId id = 0;
    std::string customId; ///< unique within the run; the key of results.jsonl

    /// The serialised JSON body, ready to be sent. Shared because retries send it again. Never null.
    std::shared_ptr<const std::string> body;

    /// Path below the base URL where the workload names one (openai-batch `url`); empty: the dialect's own.
    std::string path;

    /// Whether the body asks for a streamed answer.
    bool stream = true;

    /// Where the request came from, for messages: 1-based line of the workload file; 0 when it has none.
    std::uint64_t line = 0;

    /// The request that must be answered before this one could exist (MT-Bench's second turn).
    std::optional<RequestId> parent;

    /// When an open arrival plan wants it queued, as an offset from the start of the run.
    std::optional<Nanos> plannedStart;

    /// Tokens of prompt, where the workload says so; used for estimates only.
    std::optional<std::int64_t> expectedInputTokens;
    std::optional<std::int64_t> expectedOutputTokens;

    /// Set when the queue policy `degrade` rewrote the body.
    bool degraded = false;
};

} // namespace penstock
