#pragma once

#include "engine/record/atomic_file.h"

#include <string>

namespace penstock::record {

/// Holds an output folder for one process. The system itself drops the lock when the process ends, however it ends: a
/// lock that outlives its owner (as a file with a process id may) cannot hinder a resume.
class RunLock {
public:
    /// Creates `run.lock` in `folder`. An Error when another process holds it.
    static Result<RunLock> acquire(const std::string& folder);
    /// Whether some process, or another part of this one, holds it. Asks alone: it makes no file and takes no lock, so that
    /// who looks at a run never keeps another from going on with it.
    static bool held(const std::string& folder);
    RunLock(RunLock&& other) noexcept = default;
    RunLock& operator=(RunLock&&) = delete;
    /// Removes the file and lets go.
    ~RunLock();

private:
    RunLock(Descriptor file, std::string path)
        : file_(std::move(file))
        , path_(std::move(path)) {}

    Descriptor file_;
    std::string path_;
};

} // namespace penstock::record
