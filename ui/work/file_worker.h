#pragma once

#include "engine/base/mailbox.h"
#include "engine/base/work_thread.h"

#include <functional>

namespace penstock::ui {

/// Work on files, away from the GUI thread, in the order in which it was asked for. GUI thread, but for the work itself.
class FileWorker {
public:
    FileWorker() = default;
    /// Does what was asked for and not done yet; answers that were not heard are dropped.
    ~FileWorker() = default;
    FileWorker(const FileWorker&) = delete;
    FileWorker& operator=(const FileWorker&) = delete;

    /// `work` runs on the worker's thread and owns what it needs; the function that it returns runs on the GUI thread.
    void run(std::function<std::function<void()>()> work);

private:
    Mailbox mailbox_;
    WorkThread thread_{{}, WorkThread::Rest::Done};
};

} // namespace penstock::ui
