#pragma once

#include "engine/base/result.h"
#include "engine/base/run_end.h"
#include "engine/base/run_options.h"
#include "engine/base/snapshot.h"
#include "engine/inquiries.h"
#include "engine/run_archive.h"

#include <functional>
#include <memory>
#include <optional>

namespace penstock {

/// The facade of the engine: owns the engine thread, and is the one object that a front end talks to. One run at a time.
///
/// Belongs to the thread that made it, which must run an event loop; the listener is called there. Only values cross between
/// the threads. No call waits for the engine, but for the destructor.
class Engine {
public:
    struct Listener {
        /// The state of the run, ten times a second, and once more at its end. A slow listener gets the newest: older ones
        /// that it had no time for are skipped, which the gaps in `sequence` show.
        std::function<void(std::shared_ptr<const Snapshot>)> onSnapshot;
        /// Once for each start() that was accepted.
        std::function<void(RunEnd)> onEnd;
    };

    explicit Engine(Listener listener);
    /// Stops a run that goes on, with no grace, and waits until its record is concluded: the folder holds all its documents,
    /// and what has not ended can be resumed. Waits 10 s at most for what is in flight to be cancelled (then the run counts as
    /// cut off: what has ended is kept, and it can be resumed too), and for the disk. Calls nothing any more.
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// An Error when a run is going on or a knob cannot be; everything else is told by onEnd.
    Status start(const RunOptions& options);
    bool running() const;

    /// Applies a set of knobs to the run, which opens a segment. An Error when a knob cannot be; nothing is changed then.
    Status apply(const Knobs& knobs);
    /// Stops admitting until setPaused(false); streams finish.
    void setPaused(bool paused);
    /// The stream of this request comes with each snapshot (Snapshot::watched) until it ends; nullopt: none.
    void watch(std::optional<RequestId> id);
    /// Admits nothing more, lets streams finish for `grace`, then cancels. What has not ended can be resumed.
    void stop(Nanos grace);

private:
    class Thread;
    std::unique_ptr<Thread> thread_;
};

} // namespace penstock
