#pragma once

#include "engine/base/result.h"
#include "engine/base/target.h"
#include "engine/base/target_report.h"
#include "engine/base/time.h"
#include "engine/base/workload_options.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace penstock {

/// A question under way. Destroying it ends the asking: its callback is then not called.
class Inquiry {
public:
    virtual ~Inquiry() = default;
};

/// Asks a target what it is. Belongs to the calling thread, which must run an event loop and is not made to wait; `done` is
/// called there once, never from inside. `timeout` holds for each of two steps. An Error when the target is none.
Result<std::unique_ptr<Inquiry>> askTarget(const Target& target, Nanos timeout, std::function<void(const TargetReport&)> done);

/// What a workload holds.
struct WorkloadPreview {
    WorkloadFormat format = WorkloadFormat::Text;
    std::uint64_t requests = 0; ///< of one pass
    std::uint64_t bytes = 0;
    std::uint64_t badLines = 0; ///< with skipBadLines
    struct First {
        std::uint64_t line = 0;
        std::string customId;
        std::string prompt; ///< the last user message, at most 2000 bytes of UTF-8
        std::optional<std::int64_t> maxTokens;
    };
    std::vector<First> first; ///< at most 20
};

/// Reads a workload file whole, on a thread of its own, with the checks of a run. `progress` (bytes done, bytes in all) and
/// `done` are called on the calling thread, which must run an event loop. Not for standard input.
std::unique_ptr<Inquiry> previewWorkload(const WorkloadOptions& options, std::function<void(std::uint64_t, std::uint64_t)> progress,
                                         std::function<void(Result<WorkloadPreview>)> done);

} // namespace penstock
