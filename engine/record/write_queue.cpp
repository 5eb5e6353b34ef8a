#include "engine/record/write_queue.h"

#include <utility>

namespace penstock::record {

bool WriteQueue::hasRoom() const {
    const std::lock_guard lock(mutex_);
    const bool room = bytes_ < bound_;
    if (!room) refused_ = true;
    return room;
}

void WriteQueue::push(std::vector<Entry> entries, const std::optional<SessionTotals>& totals) {
    std::size_t bytes = 0;
    for (const auto& entry : entries)
        bytes += bytesOf(entry);
    const std::lock_guard lock(mutex_);
    for (auto& entry : entries)
        waiting_.entries.push_back(std::move(entry));
    if (totals) {
        auto itl = totals->itl || !waiting_.totals ? totals->itl : std::move(waiting_.totals->itl);
        waiting_.totals = totals;
        waiting_.totals->itl = std::move(itl);
    }
    waiting_.bytes += bytes;
    bytes_ += bytes;
    filled_.notify_one();
}

void WriteQueue::pushJob(std::function<void()> job) {
    const std::lock_guard lock(mutex_);
    waiting_.jobs.push_back(std::move(job));
    filled_.notify_one();
}

void WriteQueue::end() {
    const std::lock_guard lock(mutex_);
    waiting_.last = true;
    filled_.notify_one();
}

Batch WriteQueue::take() {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [this] {
        return !waiting_.entries.empty() || waiting_.totals || !waiting_.jobs.empty() || waiting_.last;
    });
    return std::exchange(waiting_, Batch{});
}

void WriteQueue::done(std::size_t bytes) {
    bool tell = false;
    {
        const std::lock_guard lock(mutex_);
        bytes_ -= bytes;
        if (refused_ && bytes_ <= bound_ / 2) {
            refused_ = false;
            tell = true;
        }
    }
    if (tell) onRoom_();
}

} // namespace penstock::record
