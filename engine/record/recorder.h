#pragma once

#include "engine/base/knobs.h"
#include "engine/base/pauses.h"
#include "engine/base/request_result.h"
#include "engine/base/result.h"
#include "engine/base/run_info.h"
#include "engine/base/snapshot.h"
#include "engine/base/span.h"
#include "engine/base/summary.h"
#include "engine/record/session_totals.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace penstock {

/// What an interrupted run left behind, read when it is resumed.
struct ResumePoint {
    RunInfo info;
    /// By RequestId: has its result; ids beyond the end have none. A request that a person's stop cancelled (outcome
    /// `cancelled` or `cancelled_upstream`), or that never reached the target (`connect_failed`, `tls_failed`,
    /// `connect_timeout`), is not finished: it is asked again.
    std::vector<bool> finished;
    /// Attempts that requests without a result have behind them; their next attempt is this number + 1. Requests that
    /// are not named here made none.
    std::unordered_map<RequestId, int> attemptsMade;
    std::uint32_t lastSegment = 0; ///< the new session opens segment lastSegment + 1
    int session = 1;               ///< of the run that starts now: 2 after the first interruption
    Nanos resumeAt{0}; ///< run time at which the new session's clock continues: the last stamp that was recorded
};

/// Writes a run down: the run file `run.penstock` (SQLite, WAL) and `results.jsonl`, on a writer thread with a bounded
/// queue. All methods are for the engine thread and none of them waits for the disk, but for storedAnswer() and
/// close().
///
/// A request is finished when its result is committed; a kill -9 at any moment leaves each request either finished with
/// its whole result or not finished at all. Commits follow each other as fast as the disk takes them. Stamps are kept
/// as nanoseconds since `epoch`, the instant that run time 0 has on the engine's clock.
///
/// What counts after an interruption: every recorded attempt is an attempt, whether or not its request had a result
/// then, and its wasted tokens are wasted. An attempt in flight at a kill left no span; such attempts are told apart as
/// attemptsLost. A retry is an attempt with a number above 1, counted under the cause of the attempt before it, or
/// under `restart` when that one was to be the last (its request was cancelled, then asked again by a resumed run).
class Recorder {
public:
    /// Commits what is queued, but writes no summary: what a run that is abandoned leaves can be resumed.
    virtual ~Recorder() = default;

    /// False while the queue is full: the engine then admits nothing new and reads no more from the network. Whatever
    /// is recorded all the same is kept (the queue is a bound on admission, not a reason to lose a span).
    virtual bool hasRoom() const = 0;
    /// Called on the engine thread, from its event loop, when room is back after hasRoom() said false, and once when
    /// failure() turns from nullopt.
    virtual void setOnRoom(std::function<void()> onRoom) = 0;

    /// Before the first span that carries its number.
    virtual void segment(const Segment& segment) = 0;
    /// A person paused the run; again, with its end, when it goes on.
    virtual void pause(const Pause& pause) = 0;
    /// An attempt, with the session's totals as of its release. Both are committed as one, so that a kill leaves gap,
    /// mean in_flight and the window of the same moment. `totals.itl` need not come each time: null leaves what was
    /// given before. A request's last attempt (retryCause empty) must come before its result: they too are committed as
    /// one.
    virtual void span(const Span& span, const SessionTotals& totals) = 0;
    virtual void result(const RequestResult& result) = 0;
    /// A row of the console's time series.
    virtual void sample(const Snapshot& snapshot) = 0;

    /// The completion of a request that an earlier session finished; nullopt when it did not succeed. Waits for the
    /// disk: called only for requests that another one depends on.
    virtual std::optional<Completion> storedAnswer(RequestId id) = 0;

    /// Why writing failed (disk full, file vanished, locked by another program for minutes); nullopt while all is well. Once
    /// set it stays, and the run must stop: what was committed before is kept; what could not be, and what is recorded after,
    /// is tried once more at the very end. A shorter lock is waited out: the queue fills, and hasRoom() says so.
    virtual std::optional<Error> failure() const = 0;

    /// Writes what is queued and the session's end, then computes the summary from the spans of all sessions and writes
    /// `spans.csv`, `record.csv`, `summary.json` and the run file's end. `complete`: every request of the workload has
    /// its result, so there is nothing to resume. Blocks. Call it once, last.
    virtual Result<Summary> close(const SessionTotals& totals, bool complete) = 0;
    /// The settings' figures as close() wrote them; empty before.
    virtual std::vector<SegmentFigures> figures() const = 0;
};

/// A line of the workload that was left out, kept in the run file.
struct SkippedLine {
    std::uint64_t line = 0;
    std::string reason;
};

struct RecorderOptions {
    std::string outputDir;              ///< created when missing
    Instant epoch{};                    ///< run time 0 on the engine's clock
    std::size_t queueBytes = 32u << 20; ///< bound of the writer's queue
    std::function<Instant()> now{};     ///< by which another program's lock is waited out; none: the machine's steady clock
};

/// Starts a run in an output folder that holds none; a folder that does is an Error which names --resume.
/// One process at a time writes to a folder; a kill -9 leaves no stale lock.
Result<std::unique_ptr<Recorder>> createRecorder(const RecorderOptions& options, const RunInfo& info,
                                                 const std::vector<SkippedLine>& skipped);

/// Reads what an earlier session left. An Error when there is no run file, it is damaged, it belongs to another program
/// version's format, another process is writing it, or the run is already complete.
Result<ResumePoint> readResumePoint(const std::string& outputDir);

/// Goes on with it. `results.jsonl` is written anew from the run file first, so that it holds each finished request
/// once whatever the kill cut off. `epoch` must place `resumeAt` at the present.
Result<std::unique_ptr<Recorder>> resumeRecorder(const RecorderOptions& options, const ResumePoint& point);

/// The run file's name within the output folder.
inline constexpr const char* runFileName = "run.penstock";

} // namespace penstock
