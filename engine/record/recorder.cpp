#include "engine/record/recorder.h"

#include "engine/base/mailbox.h"
#include "engine/record/run_lock.h"
#include "engine/record/run_rows.h"
#include "engine/record/writer.h"

#include <condition_variable>
#include <csignal>
#include <filesystem>
#include <mutex>
#include <thread>

namespace penstock {

namespace {

using namespace record;

/// One answer from the writer's thread, waited for on the engine's.
template <typename T>
class Answer {
public:
    void give(T value) {
        const std::lock_guard lock(mutex_);
        value_.emplace(std::move(value));
        given_.notify_one();
    }
    T wait() {
        std::unique_lock lock(mutex_);
        given_.wait(lock, [this] { return value_.has_value(); });
        return std::move(*value_);
    }

private:
    std::mutex mutex_;
    std::condition_variable given_;
    std::optional<T> value_; ///< guarded by mutex_
};

/// The engine thread's side, and the thread that it starts.
class ThreadedRecorder final : public Recorder {
public:
    ThreadedRecorder(RunLock lock, std::size_t queueBytes)
        : lock_(std::move(lock))
        , queue_(queueBytes, [poster = mailbox_.poster(), this] { poster([this] { tellRoom(); }); }) {}

    ~ThreadedRecorder() override {
        if (!thread_.joinable()) return;
        pushHeld();
        queue_.end();
        thread_.join();
    }

    /// Starts the thread and waits until it has opened everything, or could not.
    Status start(const Writer::Setup& setup) {
        Answer<Status> opened;
        thread_ = std::thread([this, setup, &opened] { work(setup, opened); });
        auto status = opened.wait();
        if (!status) thread_.join();
        return status;
    }

    bool hasRoom() const override { return queue_.hasRoom(); }
    void setOnRoom(std::function<void()> onRoom) override { onRoom_ = std::move(onRoom); }

    void segment(const Segment& segment) override { push({Entry(segment)}); }
    void pause(const Pause& pause) override { push({Entry(pause)}); }
    void sample(const Snapshot& snapshot) override {
        Snapshot kept = snapshot;
        // What is no figure is not kept, nor held in memory while it waits.
        kept.segments.reset();
        kept.active.reset();
        kept.watched.reset();
        push({Entry(std::move(kept))});
    }

    void span(const Span& span, const SessionTotals& totals) override {
        auto itl = totals.itl;
        if (!itl && totals_) itl = totals_->itl;
        totals_ = totals;
        totals_->itl = std::move(itl);
        ClosedAttempt attempt{span, totals.gap, totals.connectionsOpened};
        if (span.retryCause.empty())
            held_[span.request].push_back(Entry(std::move(attempt)));
        else
            push({Entry(std::move(attempt))});
    }

    void result(const RequestResult& result) override {
        std::vector<Entry> entries;
        if (const auto held = held_.find(result.id); held != held_.end()) {
            entries = std::move(held->second);
            held_.erase(held);
        }
        entries.push_back(Entry(result));
        push(std::move(entries));
    }

    std::optional<Completion> storedAnswer(RequestId id) override {
        if (!thread_.joinable()) return std::nullopt;
        Answer<std::optional<Completion>> answer;
        queue_.pushJob([this, id, &answer] { answer.give(writer_->storedAnswer(id)); });
        return answer.wait();
    }

    std::optional<Error> failure() const override {
        const std::lock_guard lock(failureMutex_);
        return failure_;
    }

    Result<Summary> close(const SessionTotals& totals, bool complete) override {
        if (!thread_.joinable()) return Error{"the run was closed already"};
        pushHeld();
        queue_.push({}, totals);
        Answer<Result<Summary>> answer;
        queue_.pushJob([this, complete, &answer] {
            const auto failed = failure();
            auto summary = failed ? Result<Summary>(*failed) : writer_->conclude(complete);
            figures_ = writer_->figures();
            answer.give(std::move(summary));
        });
        auto summary = answer.wait();
        queue_.end();
        thread_.join();
        return summary;
    }
    std::vector<SegmentFigures> figures() const override { return figures_; }

private:
    void push(std::vector<Entry> entries) {
        queue_.push(std::move(entries), totals_);
        totals_.reset();
    }

    /// Last attempts whose requests got no result: they cost what they cost.
    void pushHeld() {
        for (auto& [request, entries] : held_)
            push(std::move(entries));
        held_.clear();
    }

    void tellRoom() {
        if (onRoom_) onRoom_();
    }

    void work(const Writer::Setup& setup, Answer<Status>& opened) {
        // Signals are for the program's own thread; and a file-size limit must come back as an error, not end the
        // process.
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, nullptr);
        auto writer = Writer::open(setup);
        if (!writer) {
            opened.give(writer.error());
            return;
        }
        writer_ = std::move(*writer);
        opened.give(okStatus());
        for (bool last = false; !last;) {
            auto batch = queue_.take();
            last = batch.last;
            write(batch);
            // What could not be written may find room by now: an answer that was paid for is not given up before.
            if (last && !unwritten_.entries.empty()) (void)writer_->commit(unwritten_);
            batch.entries.clear();
            queue_.done(batch.bytes);
            for (const auto& job : batch.jobs)
                job();
        }
        writer_.reset();
    }

    void write(Batch& batch) {
        // What comes after a failure waits behind what failed.
        auto status = failure() ? Status(*failure()) : writer_->commit(batch);
        if (status) {
            if (status = writer_->follow(batch); !status) fail(status.error());
            return;
        }
        if (!failure()) fail(status.error());
        for (auto& entry : batch.entries)
            unwritten_.entries.push_back(std::move(entry));
        if (batch.totals) unwritten_.totals = std::move(batch.totals);
    }

    void fail(const Error& error) {
        {
            const std::lock_guard lock(failureMutex_);
            failure_ = error;
        }
        poster_([this] { tellRoom(); });
    }

    std::function<void()> onRoom_;
    std::unordered_map<RequestId, std::vector<Entry>> held_; ///< last attempts until their requests' results come
    std::vector<SegmentFigures> figures_;                    ///< set by close(), while it waits
    std::optional<SessionTotals> totals_;                    ///< not pushed yet

    RunLock lock_;
    Mailbox mailbox_;
    const Mailbox::Poster poster_ = mailbox_.poster();
    WriteQueue queue_;
    mutable std::mutex failureMutex_;
    std::optional<Error> failure_;   ///< guarded by failureMutex_
    std::unique_ptr<Writer> writer_; ///< of the writer's thread
    Batch unwritten_;                ///< of the writer's thread: what a failure kept from the file
    std::thread thread_;
};

Result<std::unique_ptr<Recorder>> startRecorder(RunLock lock, const RecorderOptions& options, Writer::Setup setup) {
    setup.folder = options.outputDir;
    setup.epoch = options.epoch;
    setup.now = options.now ? options.now : [] { return Instant(std::chrono::steady_clock::now()); };
    auto recorder = std::make_unique<ThreadedRecorder>(std::move(lock), options.queueBytes);
    if (auto status = recorder->start(setup); !status) return status.error();
    return std::unique_ptr<Recorder>(std::move(recorder));
}

Status fillNewRun(RunFile& file, const RunInfo& info, const std::vector<SkippedLine>& skipped) {
    if (auto status = writeRunInfo(file, info); !status) return status;
    auto query = file.prepare("INSERT INTO skipped_lines(line, reason) VALUES(?, CAST(? AS TEXT))");
    if (!query) return query.error();
    for (const auto& line : skipped) {
        query->bindValue(0, static_cast<qint64>(line.line));
        query->bindValue(1, textValue(line.reason));
        if (auto status = file.run(*query); !status) return status;
    }
    return okStatus();
}

} // namespace

Result<std::unique_ptr<Recorder>> createRecorder(const RecorderOptions& options, const RunInfo& info,
                                                 const std::vector<SkippedLine>& skipped) {
    std::error_code failed;
    std::filesystem::create_directories(options.outputDir, failed);
    if (failed) return Error{"cannot make the folder " + options.outputDir + ": " + failed.message()};
    auto lock = RunLock::acquire(options.outputDir);
    if (!lock) return lock.error();

    const auto path = options.outputDir + "/" + runFileName;
    if (std::filesystem::exists(path, failed))
        return Error{"the folder " + options.outputDir +
                     " already holds a run; use --resume to go on with it, or name another folder"};
    for (const char* name : {"results.jsonl", "spans.csv", "record.csv", "summary.json"})
        if (std::filesystem::exists(options.outputDir + "/" + name, failed))
            return Error{"the folder " + options.outputDir + " already holds a file " + name + "; name another folder"};
    if (auto status = RunFile::create(path, [&](RunFile& file) { return fillNewRun(file, info, skipped); }); !status)
        return status.error();
    Writer::Setup setup;
    setup.info = info;
    setup.session = 1;
    return startRecorder(std::move(*lock), options, std::move(setup));
}

Result<std::unique_ptr<Recorder>> resumeRecorder(const RecorderOptions& options, const ResumePoint& point) {
    auto lock = RunLock::acquire(options.outputDir);
    if (!lock) return lock.error();
    Writer::Setup setup;
    setup.info = point.info;
    setup.session = point.session;
    return startRecorder(std::move(*lock), options, std::move(setup));
}

} // namespace penstock
