#pragma once

#include "engine/base/clock.h"
#include "engine/transport/lane_pool.h"
#include "engine/transport/qt_call.h"

#include <cstdint>
#include <optional>

namespace penstock {

/// Keeps the books of connections: what the signs that Qt gives of calls and preconnects say about each lane, and the
/// figures that follow. The lanes' connection state is written here and nowhere else.
class LaneLedger final : public LaneWatch {
public:
    class Observer {
    public:
        virtual void onLaneOpened(QtLane& lane) = 0;
        /// HTTP/2: nothing more gets onto its connection. What waits there has to go elsewhere.
        virtual void onLaneDied(const LanePtr& lane) = 0;
        virtual void onCallConnecting(QtCall& call) = 0;
        virtual void onCallSent(QtCall& call) = 0;
        /// The call is over, and its place on the lane is free.
        virtual void onCallLeft(QtCall& call, bool complete) = 0;

    protected:
        ~Observer() = default;
    };

    LaneLedger(const Clock& clock, LanePool& pool, Observer& observer)
        : clock_(clock)
        , pool_(pool)
        , observer_(observer) {}

    void onConnecting(QtLane& lane);
    /// The lane was connected beforehand, or could not be.
    void onPreconnected(const LanePtr& lane, const std::optional<WireFailure>& failure);
    void onProbeConnected() { ++stats_.connectionsOpened; }
    /// What connections speak, before a response has shown it.
    void onNegotiated(const std::string& httpVersion, const std::string& tlsVersion);
    void countMove() { ++stats_.moved; }
    TransportStats stats() const;

    void onConnecting(QtCall& call) override {
        onConnecting(*call.lane());
        observer_.onCallConnecting(call);
    }
    void onSent(QtCall& call) override;
    void onHead(QtCall& call, const ResponseHead& head) override;
    void onLeft(QtCall& call, const std::optional<WireFailure>& failure, bool aborted) override;

private:
    /// A server closed right after its response so often in a row that it is taken to be its habit.
    static constexpr int habit = 2;

    void aborted(const LanePtr& lane, const QtCall& call);
    void failed(const LanePtr& lane, const WireFailure& failure);
    void answered(QtLane& lane);
    void died(const LanePtr& lane);
    void noteClosed(QtLane& lane);
    void takeOff(QtLane& lane);
    void noteTls(const QNetworkReply& reply);
    bool justUsed(const QtLane& lane) const;

    const Clock& clock_;
    LanePool& pool_;
    Observer& observer_;
    TransportStats stats_;
    int closings_ = 0; ///< connections in a row that turned out closed right after a response
};

} // namespace penstock
