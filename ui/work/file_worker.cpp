#include "ui/work/file_worker.h"

namespace penstock::ui {

void FileWorker::run(std::function<std::function<void()>()> work) {
    thread_.give([work = std::move(work), answer = mailbox_.poster()] { answer(work()); });
}

} // namespace penstock::ui
