#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace penstock {

/// A thread that does jobs one after the other, in the order in which they were given. What it has to tell goes through a
/// Mailbox. Its owner alone gives jobs and destroys it.
class WorkThread {
public:
    using Job = std::function<void()>;

    /// `last` runs on the thread after the last job.
    explicit WorkThread(Job last = {});
    /// Jobs that have not begun are dropped; waits for the one that runs.
    ~WorkThread();
    WorkThread(const WorkThread&) = delete;
    WorkThread& operator=(const WorkThread&) = delete;

    /// Any thread. `key` other than 0: takes the place, at the end, of a job with the same key that has not begun.
    void give(Job job, int key = 0);

private:
    void work();

    struct Waiting {
        Job job;
        int key = 0;
    };

    const Job last_;
    std::mutex mutex_;
    std::condition_variable filled_;
    std::deque<Waiting> waiting_; ///< guarded by mutex_
    bool over_ = false;           ///< guarded by mutex_
    std::thread thread_;
};

} // namespace penstock
