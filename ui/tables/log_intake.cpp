#include "ui/tables/log_intake.h"

#include "engine/base/utf8_cut.h"

namespace penstock::ui {

std::shared_ptr<LogIntake> LogIntake::make(Mailbox::Poster reader, std::function<void(Batch)> take) {
    return std::shared_ptr<LogIntake>(new LogIntake(std::move(reader), std::move(take)));
}

void LogIntake::add(LogEntry entry) {
    if (entry.message.size() > maxMessageBytes) {
        entry.message.resize(utf8Head(entry.message, maxMessageBytes).size());
        entry.message += "\u2026";
    }
    if (entry.topic.size() > 64) entry.topic.resize(utf8Head(entry.topic, 64).size());
    bool wake = false;
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() >= capacity) {
            waiting_.pop_front();
            ++dropped_;
        }
        waiting_.push_back(std::move(entry));
        wake = !std::exchange(posted_, true);
    }
    if (wake)
        reader_([self = weak_from_this()] {
            if (const auto intake = self.lock()) intake->drain();
        });
}

void LogIntake::drain() {
    Batch batch;
    {
        const std::lock_guard lock(mutex_);
        posted_ = false;
        batch.entries.assign(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(waiting_.end()));
        waiting_.clear();
        batch.dropped = std::exchange(dropped_, 0);
    }
    if (take_) take_(std::move(batch));
}

void LogIntake::close() {
    take_ = nullptr;
}

} // namespace penstock::ui
