#pragma once

#include "engine/base/completion.h"
#include "engine/base/outcome.h"
#include "engine/base/request.h"

#include <cstdint>
#include <memory>
#include <string>

namespace penstock {

/// How one request ended: the line of results.jsonl. Exactly one exists for each request of a run. A value; crosses threads.
struct RequestResult {
    RequestId id = 0;
    std::string customId;
    std::uint64_t line = 0; ///< of the workload file; 0 when it has none
    Outcome outcome;        ///< of the last attempt
    /// The whole answer on success; otherwise the partial text that was kept, never to be shown as an answer.
    Completion completion;
    /// In the form in which it was sent, or would have been (`attempts` is 0); null for a turn of a dialogue that never came
    /// to be.
    std::shared_ptr<const std::string> requestBody;
    std::string serverRequestId; ///< x-request-id of the last response; may be empty
    int attempts = 0;            ///< attempts made; 0 when it never started
    std::uint32_t segment = 0;   ///< in which its last attempt was admitted
    bool degraded = false;       ///< sent in the cheaper form of queue policy `degrade`
    Instant ended{};             ///< when the outcome became final
};

} // namespace penstock
