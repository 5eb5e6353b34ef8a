#pragma once

#include "engine/base/clock.h"
#include "engine/base/mailbox.h"
#include "engine/base/run_end.h"
#include "engine/base/run_info.h"
#include "engine/base/run_options.h"
#include "engine/measure/aggregates.h"
#include "engine/measure/gap_meter.h"
#include "engine/measure/mean_over_time.h"
#include "engine/record/recorder.h"
#include "engine/run/decoder_pool.h"
#include "engine/run/longest_turn.h"
#include "engine/run/scheduler.h"
#include "engine/run/thread_load.h"
#include "engine/transport/transport.h"
#include "engine/workload/source.h"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

namespace penstock {

/// One run from its options to its end: checks the workload, readies the target, opens the record, runs the Scheduler, sends
/// snapshots, and closes the record. Belongs to the engine thread.
class Pipeline {
public:
    using MakeTransport = std::function<Result<std::unique_ptr<Transport>>(const Clock&, const Target&, const Knobs&)>;
    struct Callbacks {
        std::function<void(std::shared_ptr<const Snapshot>)> onSnapshot; ///< ten a second
        std::function<void(RunEnd)> onEnd; ///< once, from the event loop; the Pipeline may be destroyed from inside
    };
    static constexpr Nanos snapshotInterval = std::chrono::milliseconds{100};
    /// How often the settings' own figures are made anew.
    static constexpr Nanos segmentsInterval = std::chrono::seconds{1};
    /// How often the accumulators that only the engine knows are written down: what a kill -9 can lose of them.
    static constexpr Nanos sampleInterval = std::chrono::milliseconds{500};

    Pipeline(const Clock& clock, RunOptions options, MakeTransport makeTransport, Callbacks callbacks);
    /// Stops at once. What was queued for the record is written.
    ~Pipeline();
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;

    void start();
    /// Opens a new segment. The knobs must be valid.
    void apply(const Knobs& knobs);
    void setPaused(bool paused);
    /// See Engine::watch().
    void watch(std::optional<RequestId> id);
    /// Admits nothing more, lets streams finish for `grace`, then cancels them. Called again with less, it shortens the grace.
    void stop(Nanos grace);
    /// A turn of the event loop, measured by the thread that runs it.
    void noteTurn(Nanos turn) { longestTurn_.note(turn, clock_.now()); }

private:
    struct Prepared {
        WorkloadOptions workload; ///< as it is read: a resumed run reads its copy of standard input
        WorkloadCheck check;
        std::optional<ResumePoint> resume;
        std::string digestOptions;
    };
    static Result<Prepared> readInputs(const RunOptions& options, const std::atomic<bool>& stopped,
                                       const std::function<void(std::uint64_t, std::uint64_t)>& progress);
    void onInputs(Result<Prepared> inputs);
    void onTarget(std::optional<Outcome> problem);
    Status openRun();
    Scheduler::Parts parts();
    RunInfo describe() const;
    void onIdle();
    void tick();
    Snapshot snapshot();
    /// The present segment's knobs rule from `now` on.
    void weigh(Instant now);
    void fillSegments(Snapshot& out, Instant now, Instant windowEnd);
    void end(RunEnd::Kind kind, std::string message);
    void end(RunEnd result);

    const Clock& clock_;
    RunOptions options_;
    MakeTransport makeTransport_;
    Callbacks callbacks_;
    Mailbox mailbox_;
    std::atomic<bool> stopReading_{false};
    std::thread reader_; ///< reads the inputs; blocking work has no place on the engine thread

    std::optional<Prepared> prepared_;
    RunInfo info_;
    Instant epoch_{};
    Segment segment_;
    std::unique_ptr<Transport> transport_;
    std::unique_ptr<RequestSource> source_;
    std::unique_ptr<Recorder> recorder_;
    std::unique_ptr<RetryPolicy> retryPolicy_;
    DecoderPool decoders_;
    Secrets secrets_;
    Aggregates aggregates_;
    GapMeter gap_;
    std::unique_ptr<Scheduler> scheduler_;

    std::unique_ptr<Alarm> tickAlarm_, graceAlarm_, endAlarm_;
    RunState state_ = RunState::Idle;
    std::uint64_t sequence_ = 0;
    Instant nextTick_{}, nextSample_{}, nextSegments_{};
    std::shared_ptr<const std::vector<SegmentFigures>> segments_; ///< as last published
    std::uint32_t revision_ = 0;
    ThreadLoad load_;
    std::optional<RequestId> watched_;
    LongestTurn longestTurn_;
    bool stopped_ = false; ///< by a person
    bool paused_ = false;
    std::uint64_t remaining_ = 0; ///< requests of the workload that this session has to answer; 0 while not known
    MeanOverTime costPerHour_, cap_; ///< the live figures weigh settings by time, as the summary does
    bool ended_ = false;
    std::optional<Instant> graceEnd_;
};

} // namespace penstock
