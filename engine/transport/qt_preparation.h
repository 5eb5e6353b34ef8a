#pragma once

#include "engine/base/clock.h"
#include "engine/base/outcome.h"
#include "engine/base/target.h"
#include "engine/transport/host_lookup.h"
#include "engine/transport/lane_pool.h"
#include "engine/transport/protocol_probe.h"
#include "engine/transport/qt_preconnect.h"
#include "engine/transport/request_form.h"

#include <functional>
#include <list>
#include <memory>
#include <optional>

namespace penstock {

/// Finds out what a target speaks and opens connections to it before the first request.
///
/// 1. The host's name is looked up, once; its addresses are tried in order and the first that answers is pinned.
/// 2. Where HTTP/2 is possible, one connection of its own (the protocol probe) tells by ALPN whether it is spoken, and
/// by
///    SETTINGS how many streams one connection carries. HTTP/1.1 needs none: the first lane's connection shows that the
///    target can be used, and the first exchange travels on it.
/// 3. With prewarm, the lanes that the cap needs are connected, 32 at a time, so that no listen queue overflows.
/// Without prewarm, HTTP/1.1 still opens that one connection (its set-up is charged to the exchange that takes it, for
/// which it was opened), and HTTP/2 the probe's alone.
class QtPreparation {
public:
    class Host {
    public:
        /// What the target speaks is known; lanes made from now on are of that kind. `streamLimit`: of one connection.
        virtual void onProtocol(bool http2, int streamLimit) = 0;
        virtual void onProbeConnected() = 0;
        /// What the probe's connection came to speak. Not told where there was no probe.
        virtual void onNegotiated(const std::string& httpVersion, const std::string& tlsVersion) = 0;
        virtual void onPreconnecting(QtLane& lane) = 0;
        virtual void onPreconnected(const LanePtr& lane, const std::optional<WireFailure>& failure) = 0;
        /// With which later connections can resume the probe's TLS session.
        virtual void onTlsTicket(const QByteArray& ticket) = 0;
        /// Once. nullopt: exchanges may start. Preconnects that are still under way go on until the QtPreparation goes.
        virtual void onReady(const std::optional<Outcome>& problem) = 0;

    protected:
        ~Host() = default;
    };

    QtPreparation(const Clock& clock, RequestForm& form, LanePool& pool, Host& host);

    /// The whole takes at most `timeout`.
    void start(int cap, bool prewarm, Nanos timeout);

private:
    static constexpr int wave = 32;

    void onAddresses(const Result<std::vector<std::string>>& addresses);
    void tryNextAddress();
    void onProbed(const std::variant<ProtocolFacts, Outcome>& answer);
    void protocolKnown(bool http2, int streamLimit);
    void connectFirst();
    void connectOthers();
    void preconnect(const LanePtr& lane);
    void onPreconnected(const LanePtr& lane, const std::optional<WireFailure>& failure, Nanos setUp);
    void onTimeout();
    void finish(const std::optional<Outcome>& problem);
    void fail(OutcomeKind kind, const std::string& reason, const std::string& code = {});

    const Clock& clock_;
    RequestForm& form_;
    LanePool& pool_;
    Host& host_;
    std::unique_ptr<Alarm> alarm_;
    std::unique_ptr<HostLookup> lookup_;
    std::unique_ptr<ProtocolProbe> probe_;
    std::list<std::unique_ptr<QtPreconnect>> preconnects_;
    std::vector<std::string> addresses_; ///< not tried yet; empty strings stand for the name itself
    LanePtr first_;                      ///< whose connection shows whether an address can be used
    std::list<LanePtr> waiting_;         ///< lanes to be connected
    std::string lastReason_, lastCode_;
    OutcomeKind lastKind_ = OutcomeKind::ConnectFailed;
    Instant deadline_{};
    int cap_ = 1, lanesNeeded_ = 1;
    int underWay_ = 0;
    bool prewarm_ = true;
    bool anyConnected_ = false;
    bool finished_ = false;
};

} // namespace penstock
