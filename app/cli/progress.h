#pragma once

#include "engine/base/result.h"
#include "engine/base/snapshot.h"

#include <optional>
#include <string>

namespace penstock::cli {

enum class ProgressMode { None, Plain, Terminal };

/// `auto` is Terminal where standard error is one, else Plain.
Result<ProgressMode> progressModeOf(const std::string& word);

/// One line about a run: done/total, time left, in flight, successes an hour, cost per success, retries.
std::string progressLine(const Snapshot& snapshot);

/// Shows a run on standard error: one line that is redrawn on a terminal, a line every few seconds elsewhere.
class Progress {
public:
    explicit Progress(ProgressMode mode)
        : mode_(mode) {}
    void show(const Snapshot& snapshot);
    /// A sentence of its own, above the progress line.
    void say(const std::string& sentence);
    /// Ends the redrawn line.
    void finish();

private:
    static constexpr double plainInterval = 5; ///< seconds of run time between two plain lines
    ProgressMode mode_;
    bool lineOpen_ = false;
    double nextPlain_ = 0;
};

} // namespace penstock::cli
