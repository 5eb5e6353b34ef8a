#pragma once

#include "engine/base/run_info.h"
#include "engine/base/segment_figures.h"
#include "engine/base/summary.h"
#include "engine/record/results_file.h"
#include "engine/record/run_store.h"
#include "engine/record/write_queue.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

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
        std::function<Instant()> now; ///< of the clock by which a lock's end is awaited
    };
    /// How long another program's lock on the run file is waited for before writing counts as failed.
    static constexpr Nanos patience = std::chrono::minutes{3};

    /// Opens the run file, opens the session and writes results.jsonl anew.
    static Result<std::unique_ptr<Writer>> open(const Setup& setup);

    /// One batch's rows and totals, as one transaction: after an Error nothing of it was kept. While another program
    /// holds the file locked it waits, and says so once in the log.
    Status commit(const Batch& batch);
    /// The lines of a batch that was committed, to results.jsonl.
    Status follow(const Batch& batch);

    std::optional<Completion> storedAnswer(RequestId id) const;

    /// The session's end and the folder's other files; see Recorder::close().
    Result<Summary> conclude(bool complete);
    /// The settings' figures as conclude() wrote them.
    const std::vector<SegmentFigures>& figures() const { return figures_; }

private:
    explicit Writer(Setup setup)
        : setup_(std::move(setup)) {}
    Status begin();
    Status openSession();
    Status writeRows(const Batch& batch);
    Status rewriteResults();
    Status markEnd(const std::vector<SegmentFigures>& figures, const std::string& summary, bool complete);
    /// `work` in a transaction, again and again while a lock hinders it.
    Status inTransaction(const std::function<Status()>& work);
    std::string pathOf(const char* name) const { return setup_.folder + "/" + name; }

    const Setup setup_;
    std::unique_ptr<RunFile> file_;
    std::unique_ptr<RunStore> store_;
    std::optional<ResultsFile> results_;
    std::vector<SegmentFigures> figures_;
};

} // namespace penstock::record
