#pragma once

#include "engine/base/outcome.h"
#include "engine/base/summary.h"

#include <optional>
#include <string>
#include <vector>

namespace penstock {

/// How a run came to its end. A value; crosses threads.
struct RunEnd {
    enum class Kind {
        Complete,    ///< every request of the workload has its result
        Interrupted, ///< stopped by a person; what finished is kept and the rest can be resumed
        BadInput,    ///< workload, options or output folder will not do; nothing was sent
        NoTarget,    ///< the target could not be used at all
        Failed,      ///< the run broke (disk full, workload changed under it); what finished is kept
    };
    Kind kind = Kind::Complete;
    std::string message{};          ///< one sentence for every kind but Complete
    std::optional<Outcome> target{}; ///< NoTarget: how it could not be used
    bool recordBroke = false;        ///< Failed: what happened could not be written down (disk full, file removed)
    std::optional<Summary> summary{}; ///< nullopt when nothing was recorded
    /// What the figures say about the target, in plain words (it closes each connection, ...).
    std::vector<std::string> findings{};
};

} // namespace penstock
