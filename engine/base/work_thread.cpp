#include "engine/base/work_thread.h"

#include <algorithm>
#include <csignal>
#include <exception>

namespace penstock {

WorkThread::WorkThread(Job last, Rest rest)
    : last_(std::move(last))
    , rest_(rest)
    , thread_([this] { work(); }) {}

WorkThread::~WorkThread() {
    std::deque<Waiting> dropped;
    {
        const std::lock_guard lock(mutex_);
        over_ = true;
        if (rest_ == Rest::Dropped) dropped.swap(waiting_);
        filled_.notify_one();
    }
    thread_.join();
}

void WorkThread::give(Job job, int key) {
    std::deque<Waiting> replaced; // destroyed outside of the lock
    const std::lock_guard lock(mutex_);
    if (over_) return;
    if (key != 0) {
        const auto old = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& w) { return w.key == key; });
        if (old != waiting_.end()) {
            replaced.push_back(std::move(*old));
            waiting_.erase(old);
        }
    }
    waiting_.push_back({std::move(job), key});
    filled_.notify_one();
}

void WorkThread::work() {
    // Signals are for the program's own thread; and a file-size limit must come back as an error, not end the process.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    for (;;) {
        Job job;
        {
            std::unique_lock lock(mutex_);
            filled_.wait(lock, [this] { return over_ || !waiting_.empty(); });
            if (waiting_.empty()) break;
            job = std::move(waiting_.front().job);
            waiting_.pop_front();
        }
        try {
            job();
        } catch (const std::exception&) {
            // What a job has to say of its failure it says itself: one that throws must not end the process.
        }
    }
    if (last_) last_();
}

} // namespace penstock
