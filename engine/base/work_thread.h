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

    /// What becomes of jobs that have not begun when the thread is destroyed.
    enum class Rest { Dropped, Done };

    /// `last` runs on the thread after the last job.
    explicit WorkThread(Job last = {}, Rest rest = Rest::Dropped);
    /// Waits for the job that runs, and with Rest::Done for those that wait.
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
    const Rest rest_;
    std::mutex mutex_;
    std::condition_variable filled_;
    std::deque<Waiting> waiting_; ///< guarded by mutex_
    bool over_ = false;           ///< guarded by mutex_
    std::thread thread_;
};

} // namespace penstock
