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
    std::string
        digest; ///< SHA-256 of the bytes, hex: of the whole file, or up to the end of the last line that `limit` left
    std::uint64_t bytes = 0;          ///< as many as the digest covers
    std::vector<std::uint64_t> marks; ///< for openWorkload(), which compares each MiB before it makes requests of it
    std::vector<BadLine> badLines;    ///< only with skipBadLines; at most 1000 are kept
    std::uint64_t badLineCount = 0;
};

/// Where requests come from. Belongs to the engine thread. Reads ahead on a thread of its own within a bound (64
/// requests or 8 MiB of bodies, whichever is reached first), and serialises the bodies there, so that a file of any
/// size is held in little memory and the engine thread never waits for the disk.
class RequestSource {
public:
    struct NotYet {}; ///< the reader is behind: onReady() will be called
    struct End {};    ///< no more requests, other than those that finished() still brings
    using Next = std::variant<Request, NotYet, End, Error>;

    virtual ~RequestSource() = default;

    /// The next request in the order of the file. Never blocks. Only requests without a parent: later turns come from
    /// finished(). An Error (the file changed under us, or cannot be read) comes after all requests that were made of
    /// bytes the check has seen, and is final.
    virtual Next next() = 0;

    /// Called on the engine thread, from its event loop, once after a NotYet (several in a row make one call).
    virtual void setOnReady(std::function<void()> onReady) = 0;

    /// What the end of request `id`, which next() or finished() yielded, makes possible: the next turn of its dialogue,
    /// at most one. Its id is `id` + 1: ids run in the order of the file, with the turns of a dialogue next to each
    /// other, so they are the same in a resumed run whatever was finished before. A dialogue is held in memory only
    /// while a turn of it is handed out and not reported. `answer` is its completion when it succeeded; without one the
    /// following turn can never be sent, and is returned with `body` null, to be recorded as cancelled_upstream. Each
    /// request must be reported exactly once, those of an earlier session of a resumed run included.
    virtual std::optional<Request> finished(RequestId id, const Completion* answer) = 0;
};

/// Reads the workload once and checks every line up to the limit: syntax, needed fields, unique custom ids. Blocks: not
/// for the engine thread. A bad line is an Error `FILE:LINE: reason` (standard input is `<stdin>`), unless
/// skipBadLines. A custom id that another line has is an Error in any case: which of the two was meant is not ours to
/// decide. So is a workload without a request. `progress` (bytes done, bytes in all or 0) may be empty; it returns
/// false to stop early, which is an Error; it is called for each MiB, and ten times a second while standard input is
/// silent. Standard input is copied to `spoolFile` on the way, which is replaced only when the check succeeds. Memory:
/// a few times the longest line, and 11 to 32 bytes for each custom id.
Result<WorkloadCheck> checkWorkload(const WorkloadOptions& options,
                                    const std::function<bool(std::uint64_t, std::uint64_t)>& progress = {});

/// Opens a workload that checkWorkload() has found good, under the same options. Yields exactly the requests it
/// counted, with ids from 0. Standard input is read from its spool file. Call it on the engine thread, which must run
/// an event loop: the source belongs there. A file of another size than was checked is an Error at once.
Result<std::unique_ptr<RequestSource>> openWorkload(const WorkloadOptions& options, const WorkloadCheck& check);

} // namespace penstock
