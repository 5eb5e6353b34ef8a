#pragma once

#include "engine/base/result.h"
#include "engine/workload/source.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace penstock {

/// How a workload is called in messages: its path, or `<stdin>`.
std::string workloadLabel(const WorkloadOptions& options);

/// The file from which requests are made: the path, or the spool of standard input.
std::string workloadFile(const WorkloadOptions& options);

/// The bytes of a workload. One thread at a time.
class WorkloadInput {
public:
    /// Opens a regular file; anything else (missing, a directory, a pipe) is an Error of one sentence.
    static Result<WorkloadInput> openFile(const std::string& path);

    /// Standard input. What is read is written beside `spoolFile`, which keepSpool() puts in its place; without it the
    /// copy is removed. So a check that fails leaves an earlier spool alone.
    static Result<WorkloadInput> openStandardInput(const std::string& spoolFile);

    WorkloadInput(WorkloadInput&&) noexcept;
    WorkloadInput& operator=(WorkloadInput&&) noexcept;
    ~WorkloadInput();

    /// Fills `buffer` as far as the input goes; 0 at its end. On a pipe it returns what is there and asks `keepWaiting`
    /// ten times a second while nothing is; false from it is an Error.
    Result<std::size_t> read(char* buffer, std::size_t size, const std::function<bool()>& keepWaiting = {});

    /// Back to the beginning; files only.
    Status rewind();

    /// Of the file when it was opened; 0 for standard input.
    std::uint64_t size() const { return size_; }

    /// A file that holds all that was read so far: the file itself, or the copy of standard input.
    const std::string& readablePath() const { return readablePath_; }

    /// Ends the copy of standard input after `bytes` and puts it in the spool's place. Does nothing for a file.
    Status keepSpool(std::uint64_t bytes);

private:
    class Descriptor;
    WorkloadInput();

    std::string label_;
    std::string readablePath_;
    std::string spoolFile_; ///< empty: a file
    std::uint64_t size_ = 0;
    std::unique_ptr<Descriptor> file_;  ///< null: standard input
    std::unique_ptr<Descriptor> spool_; ///< null: a file, or kept
};

} // namespace penstock
