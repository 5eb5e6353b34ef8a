#pragma once

#include "engine/base/clock.h"
#include "engine/transport/lane_pool.h"
#include "engine/transport/qt_call.h"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace penstock {

/// Finds calls that do not get onto the network: on an HTTP/2 connection that is going away Qt holds a request back for
/// ever, without a sign. Whatever waits on such a lane is told to go elsewhere, and the lane takes nothing more.
class StuckWatch {
public:
    struct Rules {
        std::function<void(const LanePtr&)> retire;
        /// Whether Qt looks a name up before it begins to connect: then nothing tells a long look-up from a stuck call.
        std::function<bool(bool http2)> looksUp;
    };

    StuckWatch(const Clock& clock, Rules rules);

    /// How long a call may wait on an open connection.
    void setBound(Nanos bound) { bound_ = bound; }
    void add(QtCall& call);
    /// It was sent, or is over.
    void remove(QtCall& call) { std::erase(unsent_, &call); }
    /// From the event loop, never from inside a call's own event: moves what is stuck.
    void look();

private:
    std::optional<Instant> dueAt(const QtCall& call) const;
    void emptyLane(const LanePtr& lane);
    void setAlarm(std::optional<Instant> due);

    const Clock& clock_;
    Rules rules_;
    Nanos bound_{0};
    std::vector<QtCall*> unsent_;
    std::unique_ptr<Alarm> alarm_;
    bool alarmSet_ = false;
};

} // namespace penstock
