#include "engine/transport/lane_ledger.h"

#include "engine/transport/tls_facts.h"

#include <algorithm>

namespace penstock {

namespace {

void setClosed(QtLane& lane) {
    lane.open = lane.answered = false;
    lane.connecting = 0;
}

} // namespace

TransportStats LaneLedger::stats() const {
    TransportStats stats = stats_;
    stats.connectionsOpen = pool_.openConnections();
    stats.closedAfterResponse += static_cast<std::uint64_t>(pool_.closedUnseen());
    return stats;
}

void LaneLedger::onConnecting(QtLane& lane) {
    ++stats_.connectionsOpened;
    if (lane.answered) noteClosed(lane);
    lane.open = lane.answered = lane.closes = false;
    ++lane.connecting;
    lane.setUpToCharge.reset();
}

void LaneLedger::onPreconnected(const LanePtr& lane, const std::optional<WireFailure>& failure) {
    lane->openedAt = lane->idleSince = clock_.now();
    if (failure) {
        if (failure->neverConnected) takeOff(*lane);
        setClosed(*lane);
        // Qt remembers a preconnect that failed, and would open a connection more with each later request.
        pool_.retire(lane);
        return;
    }
    lane->open = true;
    lane->connecting = 0;
    observer_.onLaneOpened(*lane);
}

void LaneLedger::onSent(QtCall& call) {
    QtLane& lane = *call.lane();
    // Its connection was closed, and nobody was told of another: Qt opened one for a request that it then did not send
    // (see StaleConnection), and it carries this one.
    if (!lane.open && !lane.answered && lane.connecting == 0) ++stats_.connectionsOpened;
    if (!lane.open) {
        lane.open = true;
        lane.openedAt = clock_.now();
        observer_.onLaneOpened(lane);
    }
    lane.connecting = 0;
    if (!call.ownConnect()) {
        ++stats_.reused;
        if (lane.answered) closings_ = 0;
    }
    observer_.onCallSent(call);
}

void LaneLedger::onHead(QtCall& call, const ResponseHead& head) {
    QtLane& lane = *call.lane();
    lane.lastHead = clock_.now();
    lane.closes = head.closes;
    stats_.httpVersion = head.httpVersion;
    if (call.ownConnect() || stats_.tlsVersion.empty()) noteTls(call.reply());
    // A server behind the same name that negotiated otherwise than the probe was told.
    if (lane.http2 && head.httpVersion != "2") lane.limit = 1;
}

void LaneLedger::onNegotiated(const std::string& httpVersion, const std::string& tlsVersion) {
    stats_.httpVersion = httpVersion;
    stats_.tlsVersion = tlsVersion;
}

void LaneLedger::noteTls(const QNetworkReply& reply) {
    if (reply.url().scheme() != QLatin1String("https")) return;
    const auto version = tlsVersionName(reply.sslConfiguration().sessionProtocol());
    if (!version.empty()) stats_.tlsVersion = version;
}

void LaneLedger::onLeft(QtCall& call, const std::optional<WireFailure>& failure, bool wasAborted) {
    const LanePtr lane = call.lane();
    if (wasAborted)
        aborted(lane, call);
    else if (failure)
        failed(lane, *failure);
    else
        answered(*lane);
    pool_.giveBack(lane, clock_.now());
    observer_.onCallLeft(call, !wasAborted && !failure);
}

void LaneLedger::aborted(const LanePtr& lane, const QtCall& call) {
    if (!lane->http2) {
        if (call.sent() || call.connecting()) setClosed(*lane);
    } else if (call.sent() && !call.headSeen() && lane->lastHead < call.sentAt()) {
        // No head came on it since: the connection may be silent for good, or going away.
        pool_.retire(lane);
    }
}

void LaneLedger::failed(const LanePtr& lane, const WireFailure& failure) {
    if (failure.neverConnected) takeOff(*lane);
    // The race was lost against the server's closing, of which this failure is the only sign.
    if (failure.kind == OutcomeKind::StaleConnection && lane->answered) noteClosed(*lane);
    if (failure.connectionGone) {
        setClosed(*lane);
        if (lane->http2) died(lane);
    } else if (failure.unprocessed) {
        // It takes fewer streams than its SETTINGS said when the probe asked.
        lane->limit = std::max(1, lane->active - 1);
        if (lane->active == 1) pool_.retire(lane);
    }
}

void LaneLedger::died(const LanePtr& lane) {
    pool_.retire(lane);
    if (!std::exchange(lane->dead, true)) observer_.onLaneDied(lane);
}

void LaneLedger::answered(QtLane& lane) {
    ++stats_.responses;
    lane.answered = !lane.closes;
    if (lane.http2) return;
    if (lane.closes && pool_.reuse()) ++stats_.closedAfterResponse;
    // Where the server closes without saying so, the lane rests until Qt has seen it.
    if (lane.closes || !pool_.reuse() || closings_ >= habit) lane.open = false;
}

/// The server closed the lane's connection after a complete response, without having said so.
void LaneLedger::noteClosed(QtLane& lane) {
    lane.answered = false;
    // Qt itself closes what was idle for 120 s.
    if (!pool_.reuse() || clock_.now() - lane.idleSince >= std::chrono::seconds{119}) return;
    ++stats_.closedAfterResponse;
    if (justUsed(lane)) ++closings_;
}

/// The connections that were being opened for the lane did not come about.
void LaneLedger::takeOff(QtLane& lane) {
    stats_.connectionsOpened -= static_cast<std::uint64_t>(std::exchange(lane.connecting, 0));
}

bool LaneLedger::justUsed(const QtLane& lane) const {
    return clock_.now() - lane.idleSince < std::chrono::seconds{1};
}

} // namespace penstock
