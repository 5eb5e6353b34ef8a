#pragma once

#include "engine/base/result.h"
#include "engine/workload/dialogues.h"
#include "engine/workload/line_splitter.h"
#include "engine/workload/source.h"
#include "engine/workload/workload_input.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>

namespace penstock {

/// A request as read, with the turns that follow it.
struct ReadItem {
    Request request;
    std::optional<Dialogue> dialogue;
    std::size_t bytes() const;
};

/// Reads a checked workload on a thread of its own and holds what it has made of it, within a bound. Each MiB is
/// compared with what the check saw before anything is made of it.
class ReadAhead {
public:
    /// Ready requests at most, and bytes of their bodies (with the later turns); a single one may be larger.
    static constexpr std::size_t maxItems = 64;
    static constexpr std::size_t maxBytes = 8u << 20;

    static constexpr const char* threadName = "penstock-reader"; ///< in debuggers and /proc

    struct NotYet {};
    struct End {};
    using Taken = std::variant<ReadItem, NotYet, End, Error>;

    /// `options` must outlive it. `onReady` is called on the reader's thread, after a NotYet, when there is something
    /// to take.
    ReadAhead(WorkloadInput input, const WorkloadOptions& options, const WorkloadCheck& check,
              std::function<void()> onReady);
    /// Stops the thread within a line's work and waits for it.
    ~ReadAhead();
    ReadAhead(const ReadAhead&) = delete;
    ReadAhead& operator=(const ReadAhead&) = delete;

    /// Never waits for the disk. One thread.
    Taken take();

private:
    void run();
    /// Once through the file. False to stop: told to, or a failure.
    bool readPass(std::uint64_t pass);
    bool readLine(const Line& line, std::uint64_t pass);
    bool put(ReadItem item);
    void finish(std::optional<Error> failure);
    bool stopped() const;

    // The reader's alone, once its thread runs.
    WorkloadInput input_;
    const WorkloadOptions& options_;
    const WorkloadCheck check_;
    std::function<void()> onReady_;
    RequestId nextId_ = 0;
    std::optional<Error> failure_;

    mutable std::mutex mutex_;
    std::condition_variable room_;
    std::deque<ReadItem> items_; ///< guarded by mutex_
    std::size_t bytes_ = 0;      ///< guarded by mutex_: of items_
    bool wanted_ = false;        ///< guarded by mutex_: a NotYet was answered
    bool stop_ = false;          ///< guarded by mutex_
    bool finished_ = false;      ///< guarded by mutex_
    std::optional<Error> end_;   ///< guarded by mutex_: why it finished early

    std::thread thread_; ///< last: everything above must be there when it starts
};

} // namespace penstock
