#pragma once

#include "engine/base/mailbox.h"
#include "ui/tables/log_entry.h"

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace penstock::ui {

/// Where every thread puts its lines for the log view. Lines wait in a bounded buffer; one wake-up of the reader takes
/// all that came meanwhile. Outlives its reader without harm.
class LogIntake : public std::enable_shared_from_this<LogIntake> {
public:
    static constexpr std::size_t capacity = 10000;
    static constexpr std::size_t maxMessageBytes = 4096;

    struct Batch {
        std::vector<LogEntry> entries; ///< in the order in which they came
        std::size_t dropped = 0;       ///< older ones that there was no room for
    };

    /// `take` is called on the thread of `reader`. Whoever is behind `take` must end it with close() before going.
    static std::shared_ptr<LogIntake> make(Mailbox::Poster reader, std::function<void(Batch)> take);

    /// Any thread; never waits for the reader. A message is cut at 4 KiB, at a whole character.
    void add(LogEntry entry);
    /// The reader's thread. Nothing is handed over any more.
    void close();

private:
    LogIntake(Mailbox::Poster reader, std::function<void(Batch)> take)
        : reader_(std::move(reader))
        , take_(std::move(take)) {}
    void drain();

    std::mutex mutex_;
    std::deque<LogEntry> waiting_; ///< guarded by mutex_, as are the two below
    std::size_t dropped_ = 0;
    bool posted_ = false;
    const Mailbox::Poster reader_;
    std::function<void(Batch)> take_; ///< the reader's thread only
};

} // namespace penstock::ui
