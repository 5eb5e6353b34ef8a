#pragma once

#include "engine/base/request.h"
#include "engine/base/completion.h"

#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

namespace penstock {

/// What earlier sessions of a resumed run left, as the Scheduler needs it. Empty for a new run.
struct Resumed {
    std::vector<bool> finished; ///< by RequestId; ids beyond the end are not finished
    std::unordered_map<RequestId, int> attempts; ///< made for requests that are not finished
    /// The stored answer of a finished request; nullopt when it did not succeed. Empty where no request depends on another.
    std::function<std::optional<Completion>(RequestId)> storedAnswer;

    bool isFinished(RequestId id) const { return id < finished.size() && finished[id]; }
    int attemptsOf(RequestId id) const {
        const auto it = attempts.find(id);
        return it == attempts.end() ? 0 : it->second;
    }
};

} // namespace penstock
