#include "ui/knobs/file_worker.h"

namespace penstock::ui {

FileWorker::FileWorker()
    : thread_([this, answer = mailbox_.poster()] { loop(answer); }) {}

FileWorker::~FileWorker() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void FileWorker::run(std::function<std::function<void()>()> work) {
    {
        const std::lock_guard lock(mutex_);
        jobs_.push_back(std::move(work));
    }
    wake_.notify_one();
}

void FileWorker::loop(const Mailbox::Poster& answer) {
    while (true) {
        std::function<std::function<void()>()> job;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stop_ || !jobs_.empty(); });
            if (jobs_.empty()) return;
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        answer(job());
    }
}

} // namespace penstock::ui
