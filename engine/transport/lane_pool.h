#pragma once

#include "engine/base/time.h"
#include "engine/transport/lane_name_book.h"

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>

namespace penstock {

/// One connection to the target, as far as Qt lets one have it: a peer-verify name of its own, so that no other request
/// travels with it. Carries one exchange at a time on HTTP/1.1, up to the peer's stream limit on HTTP/2. When its
/// connection closes, the next exchange on an HTTP/1.1 lane opens another.
struct QtLane {
    LaneName name;
    bool http2 = false;
    int limit = 1;         ///< exchanges at once
    int active = 0;        ///< exchanges on it now, those that were cancelled and not yet aborted included
    bool open = false;     ///< believed to be connected
    int connecting = 0;    ///< connections that are being opened; Qt sometimes tries again by itself
    bool warming = false;  ///< it is being connected beforehand: nothing may travel on it yet
    bool retired = false;  ///< takes no further exchange
    bool dead = false;     ///< HTTP/2: its connection is gone or going away; what was not sent never will be
    bool answered = false; ///< a response was completed on the present connection, which was not seen to close
    bool closes = false;   ///< the server announced that it closes after the response under way
    Nanos lingers{0};      ///< how long Qt remembers the lane after its last use
    Instant openedAt{};    ///< when the present connection was first used or ready
    Instant lastHead{};    ///< when the last response head arrived
    Instant idleSince{};   ///< when its last exchange left
    /// The set-up time of a connection that prepare() opened in the stead of the first exchange, which it is charged
    /// to.
    std::optional<Nanos> setUpToCharge;

    bool hasRoom() const { return !retired && !warming && active < limit; }
    bool isConnection() const { return open || warming || active > 0; }
};

using LanePtr = std::shared_ptr<QtLane>;

/// The lanes of one target: which one an exchange takes, and how many connections there may be. Pure bookkeeping.
///
/// An open lane is taken before a closed one, and the one used last before the others (it is the least likely to have
/// been closed by the server as idle); with HTTP/2 the fullest that still has room, so that there are no more
/// connections than the peer's stream limit forces. Of closed lanes the one that rested longest is taken, and none that
/// closed within the last `rest`: Qt may not have read yet that the server closed it, and the request would be written
/// into the void.
class LanePool {
public:
    static constexpr Nanos rest = std::chrono::milliseconds{20};
    using MakeLane = std::function<LanePtr()>;
    using OnGone = std::function<void(QtLane&)>;

    /// `onGone` is called with each lane that is retired and empty.
    LanePool(MakeLane makeLane, OnGone onGone)
        : makeLane_(std::move(makeLane))
        , onGone_(std::move(onGone)) {}

    /// 0: no bound.
    void setMaxConnections(int bound) { maxConnections_ = bound; }
    /// Never: every exchange gets a lane of its own, which is retired with it. Idle lanes are retired at once.
    void setReuse(bool reuse);

    bool hasRoom() const;
    /// Only when hasRoom(). Counts the exchange in. `fresh`: on a lane that was never used, unless the bound on connections
    /// leaves none.
    LanePtr take(Instant now, bool fresh = false);
    /// Counts the exchange out; the lane stays, unless it is retired and empty.
    void giveBack(const LanePtr& lane, Instant now);
    /// The lane takes nothing more. Its exchanges go on.
    void retire(const LanePtr& lane);
    /// `count` lanes that are not in use, to be connected beforehand. No more than the bound.
    std::list<LanePtr> idleLanes(int count);
    /// Connections believed to be open or being opened, those of retired lanes included while they carry anything.
    int connections() const {
        return countIf([](const QtLane& lane) { return lane.isConnection(); });
    }
    /// Connections that are taken to be closed by the server after a response, and have not been seen to be.
    int closedUnseen() const {
        return countIf([](const QtLane& lane) { return lane.answered && !lane.open; });
    }
    int openConnections() const {
        return countIf([](const QtLane& lane) { return lane.open; });
    }
    bool reuse() const { return reuse_; }

private:
    int countIf(bool (*predicate)(const QtLane&)) const;
    LanePtr bestOpen();
    LanePtr bestClosed(Instant now);

    MakeLane makeLane_;
    OnGone onGone_;
    std::list<LanePtr> lanes_;   ///< not retired; the one used last in front
    std::list<LanePtr> retired_; ///< until empty
    int maxConnections_ = 0;
    bool reuse_ = true;
};

} // namespace penstock
