#pragma once

#include "engine/base/run_info.h"
#include "engine/base/summary.h"
#include "engine/record/results_file.h"
#include "engine/record/run_store.h"
#include "engine/record/write_queue.h"

#include <optional>
#include <string>

namespace penstock::record {

/// The writer's side: takes batches, commits each as one transaction, then appends its lines to results.jsonl.
/// Everything here happens on the writer's thread.
class Writer {
public:
    struct Setup {
        std::string folder;
        RunInfo info;
        int session = 1;
        Instant epoch{};
    };

    /// Opens the run file, opens the session and writes results.jsonl anew.
    static Result<std::unique_ptr<Writer>> open(const Setup& setup);

    /// One batch: the rows, the totals, the lines. An Error when nothing of the batch was kept in the run file, or when
    /// results.jsonl could not follow it.
    Status write(const Batch& batch);

    std::optional<Completion> storedAnswer(RequestId id) const;

    /// The session's end and the folder's other files; see Recorder::close().
    Result<Summary> conclude(bool complete);
    /// The settings' figures as conclude() wrote them.
    const std::vector<SegmentFigures>& figures() const { return figures_; }

private:
    explicit Writer(Setup setup)
        : setup_(std::move(setup)) {}
    Status begin();
    Status commitRows(const Batch& batch);
    Status markEnd(const std::string& summary, bool complete);
    std::string pathOf(const char* name) const { return setup_.folder + "/" + name; }

    const Setup setup_;
    std::unique_ptr<RunFile> file_;
    std::unique_ptr<RunStore> store_;
    std::optional<ResultsFile> results_;
    std::vector<SegmentFigures> figures_;
};

} // namespace penstock::record
