#pragma once

#include "engine/base/clock.h"
#include "engine/transport/lane_pool.h"
#include "engine/transport/qt_call.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace penstock {

/// Finds calls that do not get onto the network: on an HTTP/2 connection that is going away Qt holds a request back for
/// ever, without a sign. Whatever waits on such a lane is told to go elsewhere, and the lane takes nothing more.
class StuckWatch {
public:
    /// `retire`: the lane is to take nothing more.
    StuckWatch(const Clock& clock, std::function<void(const LanePtr&)> retire);

    /// How long a call may wait on an open connection: this while few do, up to eight times as long when many start at
    /// once and none of the later ones has got out, as Qt's thread then simply has not come to it.
    void setBound(Nanos bound) { bound_ = bound; }
    void add(QtCall& call) {
        unsent_.push_back({&call, ++serial_});
        if (!alarmSet_) setAlarm(clock_.now() + bound_);
    }
    /// Qt's thread has come to this call, and so to all that were started before.
    void noteReached(const QtCall& call);
    /// It was sent, or is over.
    void remove(const QtCall& call);
    /// From the event loop, never from inside a call's own event: moves what is stuck.
    void look();

private:
    struct Unsent {
        QtCall* call;
        std::uint64_t serial;
    };

    std::optional<Instant> dueAt(const Unsent& unsent) const;
    void emptyLane(const LanePtr& lane);
    void setAlarm(std::optional<Instant> due);

    const Clock& clock_;
    std::function<void(const LanePtr&)> retire_;
    Nanos bound_{0};
    std::vector<Unsent> unsent_;
    std::uint64_t serial_ = 0;  ///< of the call added last
    std::uint64_t reached_ = 0; ///< the latest that Qt's thread has come to
    std::unique_ptr<Alarm> alarm_;
    bool alarmSet_ = false;
};

} // namespace penstock
