#pragma once

#include "engine/record/entry.h"
#include "engine/record/session_totals.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

namespace penstock::record {

/// What the writer takes in one go and commits as one transaction.
struct Batch {
    std::vector<Entry> entries;
    std::optional<SessionTotals> totals;     ///< the latest
    std::vector<std::function<void()>> jobs; ///< run on the writer's thread after the commit
    std::size_t bytes = 0;
    bool last = false; ///< nothing will follow
};

/// The hand-over between the engine thread and the writer thread. The bound is on bytes that wait or are being written;
/// pushing beyond it is allowed and told by hasRoom().
class WriteQueue {
public:
    /// `onRoom` is called on the writer's thread when half of the bound is free again after hasRoom() was found false.
    WriteQueue(std::size_t bound, std::function<void()> onRoom)
        : bound_(bound)
        , onRoom_(std::move(onRoom)) {}

    // For the engine thread.
    bool hasRoom() const;
    /// All of `entries`, and `totals` where given, go into the same batch.
    void push(std::vector<Entry> entries, const std::optional<SessionTotals>& totals = {});
    void pushJob(std::function<void()> job);
    void end();

    // For the writer thread.
    /// Waits until there is something, and takes all of it.
    Batch take();
    /// The batch is written (or lost): its bytes are free.
    void done(std::size_t bytes);

private:
    const std::size_t bound_;
    const std::function<void()> onRoom_;
    mutable std::mutex mutex_;
    std::condition_variable filled_;
    Batch waiting_;                ///< guarded by mutex_
    std::size_t bytes_ = 0;        ///< guarded by mutex_; waiting and being written
    mutable bool refused_ = false; ///< guarded by mutex_; hasRoom() said false and nobody was told otherwise since
};

} // namespace penstock::record
