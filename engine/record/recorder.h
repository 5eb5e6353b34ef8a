#pragma once

#include "engine/base/knobs.h"
#include "engine/base/request_result.h"
#include "engine/base/result.h"
#include "engine/base/run_info.h"
#include "engine/base/snapshot.h"
#include "engine/base/span.h"
#include "engine/base/summary.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace penstock {

/// What an interrupted run left behind, read when it is resumed.
struct ResumePoint {
    RunInfo info;
    std::vector<bool> finished;  ///< by RequestId: has its result; ids beyond the end have none
    std::uint32_t lastSegment = 0;
    int session = 1;             ///< of the run that starts now: 2 after the first interruption
    Nanos resumeAt{0};           ///< run time at which the new session's clock continues: the last stamp that was recorded
};

/// Writes a run down: the run file `run.penstock` (SQLite, WAL) and `results.jsonl`, on a writer thread with a bounded
/// queue. All methods are for the engine thread and none of them waits for the disk, but for create(), resume() and close().
///
/// A request is finished when its result is committed; a kill -9 at any moment leaves each request either finished with its
/// whole result or not finished at all. Commits follow each other as fast as the disk takes them.
/// Stamps are kept as nanoseconds since `epoch`, the instant that run time 0 has on the engine's clock.
class Recorder {
public:
    virtual ~Recorder() = default;

    /// False while the queue is full: the engine then admits nothing new and reads no more from the network. Whatever is
    /// recorded all the same is kept (the queue is a bound on admission, not a reason to lose a span).
    virtual bool hasRoom() const = 0;
    /// Called on the engine thread when room is back.
    virtual void setOnRoom(std::function<void()> onRoom) = 0;

    virtual void segment(const Segment& segment) = 0;
    virtual void span(const Span& span) = 0;
    virtual void result(const RequestResult& result) = 0;
    /// The time series of the console, and the accumulators that only the engine knows (gap, mean in_flight, connections).
    virtual void sample(const Snapshot& snapshot) = 0;

    /// The completion of a request that an earlier session finished; nullopt when it did not succeed. Waits for the disk:
    /// called only for requests that another one depends on.
    virtual std::optional<Completion> storedAnswer(RequestId id) = 0;

    /// Why writing failed (disk full, file vanished); nullopt while all is well. Once set it stays, and the run must stop.
    virtual std::optional<Error> failure() const = 0;

    /// Writes what is queued, then computes the summary from the spans of all sessions and writes `spans.csv`,
    /// `record.csv`, `summary.json` and the run file's end. `last` brings the accumulators. Blocks.
    virtual Result<Summary> close(const Snapshot& last, bool complete) = 0;
};

/// A line of the workload that was left out, kept in the run file.
struct SkippedLine {
    std::uint64_t line = 0;
    std::string reason;
};

struct RecorderOptions {
    std::string outputDir; ///< created when missing
    Instant epoch{};       ///< run time 0 on the engine's clock
    std::size_t queueBytes = 32u << 20; ///< bound of the writer's queue
};

/// Starts a run in an output folder that holds none; a folder that does is an Error which names --resume.
Result<std::unique_ptr<Recorder>> createRecorder(const RecorderOptions& options, const RunInfo& info,
                                                 const std::vector<SkippedLine>& skipped);

/// Reads what an earlier session left. An Error when there is no run file, it is damaged, it belongs to another program
/// version's format, or the run is already complete.
Result<ResumePoint> readResumePoint(const std::string& outputDir);

/// Goes on with it. `results.jsonl` is written anew from the run file first, so that it holds each finished request once
/// whatever the kill cut off. `epoch` must place `resumeAt` at the present.
Result<std::unique_ptr<Recorder>> resumeRecorder(const RecorderOptions& options, const ResumePoint& point);

} // namespace penstock
