#pragma once

#include "engine/record/atomic_file.h"
#include "engine/record/run_file.h"

#include <functional>

namespace penstock::record {

/// `results.jsonl`, appended to after each commit of the run file. Not fsynced: the run file is the truth, from which
/// it is written anew on a resume, and whenever the file at its path is no longer what was written to it: another program
/// may have put a file of its own in its place, removed it or cut it.
class ResultsFile {
public:
    /// Writes it anew from the run file, each finished request once, and opens it for appending. `onRow`, where given, is
    /// told the rows so far and returns false to end it.
    static Result<ResultsFile> rewrite(const std::string& path, const RunFile& file, const std::string& runId,
                                       const std::function<bool(std::uint64_t)>& onRow = {});

    /// `lines` are of rows that the run file has committed.
    Status append(std::string_view lines);
    /// Whether the file at its path is this one, as long as it was left.
    bool isIntact() const;

private:
    ResultsFile(std::string path, Descriptor file)
        : path_(std::move(path))
        , file_(std::move(file)) {}

    std::string path_;
    Descriptor file_;
    std::uint64_t length_ = 0;
};

} // namespace penstock::record
