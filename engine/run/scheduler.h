#pragma once

#include "engine/admission/bounded_queue.h"
#include "engine/admission/retry_policy.h"
#include "engine/admission/semaphore.h"
#include "engine/base/run_info.h"
#include "engine/base/snapshot.h"
#include "engine/measure/aggregates.h"
#include "engine/measure/gap_meter.h"
#include "engine/record/recorder.h"
#include "engine/run/attempt.h"
#include "engine/run/deadline_scanner.h"
#include "engine/run/ids.h"
#include "engine/run/job.h"
#include "engine/run/resumed.h"
#include "engine/workload/source.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>

namespace penstock {

/// The joining loop: takes requests from the source into the queue, admits them as slots free, and sees each to its end.
///
/// Work-conserving: whenever something ends, comes, or is turned, pump() admits all that may be admitted before the event
/// loop goes on. Nothing here polls and nothing waits for a timer but backoffs and deadlines.
/// Backpressure: it takes no request while the queue is full, and admits none while the recorder is full.
/// Belongs to the engine thread.
class Scheduler {
public:
    static constexpr Nanos bucketsInterval = std::chrono::seconds{1};

    struct Parts {
        const Clock& clock;
        RequestSource& source;
        Transport& transport;
        Recorder& recorder;
        RetryPolicy& retryPolicy;
        DecoderPool& decoders;
        const Secrets& secrets;
        Aggregates& aggregates;
        GapMeter& gap;
    };

    /// `defaultPath` is where a request goes whose workload names no path. `onIdle` is called, from the event loop, when
    /// nothing is left to do: every request ended, or, once stopAdmitting() was called, nothing is in flight.
    Scheduler(Parts parts, const Segment& segment, std::string traceId, std::string defaultPath, Resumed resumed,
              std::function<void()> onIdle);
    ~Scheduler();
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    void start();
    /// A new setting: takes effect in this turn, and counts from `at`, the present. Attempts in flight keep the timeouts
    /// under which they were admitted.
    void apply(const Segment& segment, Instant at);
    void apply(const Segment& segment) { apply(segment, parts_.clock.now()); }
    /// Nothing is admitted while paused; streams finish.
    void setPaused(bool paused);
    /// Admits nothing more and retries nothing more. What has not ended keeps no result, and is sent when the run is resumed.
    void stopAdmitting();
    /// Ends what is in flight. Only after stopAdmitting().
    void cancelInFlight();

    bool idle() const;
    /// The source has broken (the file changed under it): the run must stop.
    std::optional<Error> failure() const { return failure_; }
    /// Fills what only the scheduler knows.
    void fill(Snapshot& out) const;
    /// Its present stream comes with each fill(), until it ends; nullopt: none.
    void watch(std::optional<RequestId> id) { watched_ = id; }
    /// What the figures of a setting are taken from.
    SegmentMeter::Totals segmentTotals() const { return segmentTotals(parts_.clock.now()); }
    SegmentMeter::Totals segmentTotals(Instant at) const;

    /// The session's totals as of now, for the record's end.
    SessionTotals finalTotals();

    /// Every request of the workload has its result.
    bool complete() const { return sourceEnded_ && jobs_.empty() && !held_ && unfinished_ == 0; }
    /// By the word of its ending: how many requests failed so in this session, and the first one's reason.
    struct Failure {
        std::uint64_t count = 0;
        std::string firstReason;
    };
    const std::map<std::string, Failure>& failures() const { return failures_; }
    /// Requests of this session that ended without having reached the target (refused, no TLS, no connection), and those
    /// that reached it.
    std::uint64_t unreached() const { return unreached_; }
    std::uint64_t reached() const { return reached_; }

private:
    using JobPtr = Job*;

    void pump();
    bool refill();
    bool wantsMore() const;
    bool hasRoomForNew() const;
    void degrade(Request& request);
    void take(Request request, bool underWay);
    void enqueue(Request request, bool underWay);
    void admit();
    void startAttempt(Job& job, Permit permit);
    void onDue(Job& job, Instant now);
    void onAttemptEnded(Job& job);
    void expire(Job& job);
    void requeue(Job& job, Instant now);
    void backOff(Job& job, Instant now, Nanos wait);
    /// Records the result and hands the job's id back to the source.
    void close(Job& job, RequestResult result);
    void forget(const Job& job);
    void closeUnsent(const Request& request, OutcomeKind kind, std::string message);
    void reportFinished(RequestId id, const Completion* answer);
    RequestResult resultOf(const Job& job, Outcome outcome) const;
    void meter();
    SessionTotals totals();
    std::shared_ptr<const std::vector<Bucket>> buckets() const;
    void announceIdle();
    std::vector<ActiveRequest> active() const;
    std::shared_ptr<const WatchedStream> watchedStream() const;

    Parts parts_;
    AttemptServices services_;
    std::shared_ptr<const Knobs> knobs_;
    std::uint32_t segment_;
    std::string traceId_, defaultPath_;
    Resumed resumed_;
    std::function<void()> onIdle_;

    Semaphore semaphore_;
    BoundedQueue<JobPtr> queue_;
    DeadlineScanner scanner_;
    SpanIds ids_;
    std::unordered_map<RequestId, std::unique_ptr<Job>> jobs_; ///< all that have not ended
    std::unique_ptr<Alarm> idleAlarm_;

    /// Those that were admitted at least once and have not ended, in the order in which they were first admitted.
    std::map<std::uint64_t, Job*> begun_;
    std::uint64_t nextBegun_ = 0;
    std::optional<RequestId> watched_;
    std::optional<Request> held_; ///< read while the queue was full, in its degraded form: waits for room

    std::size_t backingOff_ = 0;
    std::uint64_t requestsSeen_ = 0, attemptsStarted_ = 0, degraded_ = 0, unreached_ = 0, reached_ = 0;
    std::uint64_t keyRefusals_ = 0;
    int keyRefusalStatus_ = 0;
    std::uint64_t unfinished_ = 0; ///< ended without a result, for a resumed run to send again
    Instant nextBuckets_{}; ///< when the inter-token histogram is handed to the record again
    Pause pause_; ///< the last one
    bool started_ = false, paused_ = false, stopping_ = false;
    bool sourceEnded_ = false, sourceWaiting_ = false;
    bool pumping_ = false, pumpAgain_ = false;
    std::map<std::string, Failure> failures_;
    std::optional<Error> failure_;
};

} // namespace penstock
