#include "engine/engine.h"

#include "engine/base/mailbox.h"
#include "engine/run/pipeline.h"
#include "engine/run/turn_meter.h"
#include "engine/transport/qt_transport.h"

#include <QThread>

#include <condition_variable>
#include <mutex>

namespace penstock {

namespace {

Status check(const Knobs& knobs) {
    const auto problems = validate(knobs);
    if (problems.empty()) return okStatus();
    return Error{problems.front().knob + " " + problems.front().reason};
}

} // namespace

/// The engine thread, and the two mailboxes between it and its owner.
class Engine::Thread final : public QThread {
public:
    explicit Thread(Listener listener)
        : listener_(std::move(listener)) {
        start();
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [this] { return inbox_ != nullptr; });
    }

    ~Thread() override {
        inbox_->post([this] {
            quitting_ = true;
            if (!pipeline_) return quit();
            // Its end is written down like any other: what ran at that moment can be resumed, and the folder is whole.
            lastResort_ = clock_.makeAlarm([this] { quit(); });
            lastResort_->setDue(clock_.now() + endPatience);
            pipeline_->stop(Nanos{0});
        });
        wait();
    }

    void begin(const RunOptions& options) {
        running_ = true;
        inbox_->post([this, options] {
            pipeline_ = std::make_unique<Pipeline>(
                clock_, options, &makeQtTransport,
                Pipeline::Callbacks{[this](std::shared_ptr<const Snapshot> s) { publish(std::move(s)); },
                                    [this](RunEnd end) { ended(std::move(end)); }});
            pipeline_->start();
        });
    }

    /// Runs `function` on the engine thread with the run, if there is one.
    void withRun(std::function<void(Pipeline&)> function) {
        inbox_->post([this, function = std::move(function)] {
            if (pipeline_) function(*pipeline_);
        });
    }

    bool running() const { return running_; }

private:
    void run() override {
        TurnMeter turns(clock_, [this](Nanos turn) {
            if (pipeline_) pipeline_->noteTurn(turn);
        });
        auto inbox = std::make_unique<Mailbox>();
        {
            const std::lock_guard lock(mutex_);
            inbox_ = inbox.get();
        }
        ready_.notify_one();
        exec();
        lastResort_.reset();
        pipeline_.reset();
    }

    void publish(std::shared_ptr<const Snapshot> snapshot) {
        {
            const std::lock_guard lock(mutex_);
            // One call under way carries whatever is newest when it arrives.
            if (std::exchange(newest_, std::move(snapshot))) return;
        }
        outbox_.post([this] {
            std::shared_ptr<const Snapshot> snapshot;
            {
                const std::lock_guard lock(mutex_);
                snapshot = std::exchange(newest_, nullptr);
            }
            if (listener_.onSnapshot) listener_.onSnapshot(std::move(snapshot));
        });
    }

    void ended(RunEnd end) {
        // The Pipeline may be destroyed from inside this call, but not its clock's alarms that are being fired: next turn.
        inbox_->post([this] {
            pipeline_.reset();
            if (quitting_) quit();
        });
        outbox_.post([this, end = std::move(end)]() mutable {
            running_ = false;
            if (listener_.onEnd) listener_.onEnd(std::move(end));
        });
    }

    /// For what is in flight to be cancelled. Writing the record's end, which follows, takes what the disk takes.
    static constexpr Nanos endPatience = std::chrono::seconds{10};

    const Listener listener_;
    SystemClock clock_;
    Mailbox outbox_; ///< of the owner's thread
    bool running_ = false; ///< owner's thread alone

    std::mutex mutex_;
    std::condition_variable ready_;
    Mailbox* inbox_ = nullptr;                 ///< guarded by mutex_ until set, constant from then on; lives in run()
    std::shared_ptr<const Snapshot> newest_;   ///< guarded by mutex_
    std::unique_ptr<Pipeline> pipeline_;       ///< engine thread alone
    std::unique_ptr<Alarm> lastResort_;        ///< engine thread alone
    bool quitting_ = false;                    ///< engine thread alone
};

Engine::Engine(Listener listener)
    : thread_(std::make_unique<Thread>(std::move(listener))) {}

Engine::~Engine() = default;

bool Engine::running() const { return thread_->running(); }

Status Engine::start(const RunOptions& options) {
    if (thread_->running()) return Error{"a run is going on"};
    if (const auto valid = check(options.knobs); !valid) return valid;
    thread_->begin(options);
    return okStatus();
}

Status Engine::apply(const Knobs& knobs) {
    if (const auto valid = check(knobs); !valid) return valid;
    thread_->withRun([knobs](Pipeline& run) { run.apply(knobs); });
    return okStatus();
}

void Engine::setPaused(bool paused) {
    thread_->withRun([paused](Pipeline& run) { run.setPaused(paused); });
}

void Engine::watch(std::optional<RequestId> id) {
    thread_->withRun([id](Pipeline& run) { run.watch(id); });
}

void Engine::stop(Nanos grace) {
    thread_->withRun([grace](Pipeline& run) { run.stop(grace); });
}

} // namespace penstock
