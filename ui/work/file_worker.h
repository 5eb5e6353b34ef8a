#pragma once

#include "engine/base/mailbox.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace penstock::ui {

/// Work on small files, away from the GUI thread, in the order in which it was asked for. GUI thread, but for the work itself.
class FileWorker {
public:
    FileWorker();
    /// Does what was asked for and not done yet; answers that were not heard are dropped.
    ~FileWorker();
    FileWorker(const FileWorker&) = delete;
    FileWorker& operator=(const FileWorker&) = delete;

    /// `work` runs on the worker's thread and owns what it needs; the function that it returns runs on the GUI thread.
    void run(std::function<std::function<void()>()> work);

private:
    void loop(const Mailbox::Poster& answer);

    Mailbox mailbox_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<std::function<void()>()>> jobs_; ///< guarded by mutex_
    bool stop_ = false;                                       ///< guarded by mutex_
    std::thread thread_;
};

} // namespace penstock::ui
