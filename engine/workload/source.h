#pragma once

#include "engine/base/completion.h"
#include "engine/base/request.h"
#include "engine/base/result.h"
#include "engine/base/workload_options.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace penstock {

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

} // namespace penstock
