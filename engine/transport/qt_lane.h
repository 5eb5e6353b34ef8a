#pragma once

#include "engine/base/time.h"

#include <QNetworkAccessManager>
#include <QString>

#include <cstdint>
#include <list>
#include <memory>

namespace penstock {

/// A QNetworkAccessManager and the names of its lanes. Shared by its lanes; goes, with its connections, after the last.
struct LaneGroup {
    std::shared_ptr<QNetworkAccessManager> manager;
    std::uint64_t nextName = 0;
};

/// One connection to the target, as far as Qt lets one have it: a peer-verify name of its own, so that no other request
/// travels with it. Carries one exchange at a time on HTTP/1.1, up to the peer's stream limit on HTTP/2.
struct QtLane {
    std::shared_ptr<LaneGroup> group;
    QString name;
    int limit = 1;   ///< exchanges at once
    int active = 0;  ///< exchanges on it now
    bool open = false; ///< believed to be connected
    bool retired = false; ///< takes no further exchange
    std::uint64_t answers = 0; ///< complete responses since it was connected
    Instant lastActivity{};    ///< the last sign of life from the server

    bool hasRoom() const { return !retired && active < limit; }
};

using LanePtr = std::shared_ptr<QtLane>;

/// The lanes of one target: which one an exchange takes, and how many there may be. Pure bookkeeping.
///
/// An open lane is taken before a closed one, and the one used last before the others (it is the least likely to have been
/// closed by the server as idle); with HTTP/2 the fullest that still has room, so that there are no more connections than
/// the peer's stream limit forces.
class LanePool {
public:
    using MakeLane = std::function<LanePtr()>;

    explicit LanePool(MakeLane makeLane)
        : makeLane_(std::move(makeLane)) {}

    /// 0: no bound.
    void setMaxLanes(int maxLanes) { maxLanes_ = maxLanes; }
    /// Never reuse: every exchange gets a lane of its own, which is retired with it.
    void setReuse(bool reuse) { reuse_ = reuse; }

    bool hasRoom() const;
    /// Only when hasRoom(). Counts the exchange in.
    LanePtr take();
    /// Counts the exchange out; the lane stays, unless it is retired and empty.
    void giveBack(const LanePtr& lane);
    /// The lane takes nothing more.
    void retire(const LanePtr& lane);
    /// Lanes that are open and not retired.
    int openLanes() const;
    int lanes() const { return static_cast<int>(lanes_.size()); }

private:
    MakeLane makeLane_;
    std::list<LanePtr> lanes_; ///< not retired; the one used last in front
    int maxLanes_ = 0;
    bool reuse_ = true;
};

} // namespace penstock
