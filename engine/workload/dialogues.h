#pragma once

#include "engine/base/completion.h"
#include "engine/base/request.h"
#include "engine/workload/source.h"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace penstock {

/// A dialogue of which a turn was handed out and a later one is to come.
struct Dialogue {
    std::string stem;               ///< custom id before `/TURN`
    std::string passMark;           ///< custom id after it: `#PASS`, or empty
    std::string messages;           ///< all up to the turn that was handed out: JSON objects with commas between
    std::vector<std::string> turns; ///< those to come, as JSON strings, from `next` on
    std::size_t next = 0;           ///< index into `turns`
    int turn = 1;                   ///< number of the one handed out
    std::uint64_t line = 0;
};

/// The dialogues that wait for an answer. Holds only those whose turn was handed out and not reported, so no more than
/// there are requests in the engine. One thread.
class Dialogues {
public:
    explicit Dialogues(const WorkloadOptions& options)
        : options_(options) {}

    /// Turn `dialogue.turn` was handed out as request `id`. With no turn to come there is nothing to wait for.
    void wait(RequestId id, Dialogue dialogue);

    /// RequestSource::finished().
    std::optional<Request> finished(RequestId id, const Completion* answer);

    std::size_t waiting() const { return waiting_.size(); }

private:
    const WorkloadOptions& options_;
    std::unordered_map<RequestId, Dialogue> waiting_;
};

} // namespace penstock
