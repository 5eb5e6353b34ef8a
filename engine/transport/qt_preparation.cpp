#include "engine/transport/qt_preparation.h"

#include <QHostAddress>

#include <algorithm>

namespace penstock {

QtPreparation::QtPreparation(const Clock& clock, RequestForm& form, LanePool& pool, Host& host)
    : clock_(clock)
    , form_(form)
    , pool_(pool)
    , host_(host)
    , alarm_(clock.makeAlarm([this] { onTimeout(); })) {}

void QtPreparation::start(int cap, bool prewarm, Nanos timeout) {
    cap_ = std::max(1, cap);
    prewarm_ = prewarm && pool_.reuse();
    deadline_ = clock_.now() + timeout;
    alarm_->setDue(deadline_);
    // A proxy does its own looking up.
    const bool literal = !QHostAddress(QString::fromStdString(form_.url().host)).isNull();
    if (literal || form_.proxied()) {
        addresses_ = {std::string()};
        tryNextAddress();
        return;
    }
    lookup_ = std::make_unique<HostLookup>(form_.url().host, [this](const auto& answer) { onAddresses(answer); });
}

void QtPreparation::onAddresses(const Result<std::vector<std::string>>& addresses) {
    if (!addresses) {
        fail(OutcomeKind::ConnectFailed, addresses.error().message);
        return;
    }
    addresses_ = *addresses;
    tryNextAddress();
}

void QtPreparation::tryNextAddress() {
    if (addresses_.empty()) {
        fail(lastKind_, lastReason_, lastCode_);
        return;
    }
    form_.pinAddress(addresses_.front());
    addresses_.erase(addresses_.begin());
    // An address that swallows packets must leave time for the next.
    const auto share = (deadline_ - clock_.now()) / static_cast<Nanos::rep>(addresses_.size() + 1);
    if (!form_.mayBeHttp2()) {
        alarm_->setDue(clock_.now() + share);
        protocolKnown(false, 1);
        return;
    }
    probe_ = startProtocolProbe(clock_, form_, true, share, [this](const auto& answer) { onProbed(answer); });
}

void QtPreparation::onProbed(const std::variant<ProtocolFacts, Outcome>& answer) {
    if (probe_->connected()) host_.onProbeConnected();
    if (const auto* outcome = std::get_if<Outcome>(&answer)) {
        lastKind_ = outcome->kind;
        lastReason_ = outcome->message;
        lastCode_ = outcome->code;
        if (probe_->connected())
            fail(lastKind_, lastReason_, lastCode_);
        else
            tryNextAddress();
        return;
    }
    const auto& facts = std::get<ProtocolFacts>(answer);
    if (!facts.http2 && form_.mode() != HttpMode::Auto) {
        fail(OutcomeKind::TlsFailed, "the server does not offer HTTP/2; use --http auto");
        return;
    }
    anyConnected_ = true;
    host_.onNegotiated(facts.http2 ? "2" : "1.1", facts.tlsVersion);
    if (!facts.sessionTicket.isEmpty()) host_.onTlsTicket(facts.sessionTicket);
    constexpr std::uint32_t largest = 100'000;
    // RFC 9113, 6.5.2: no limit unless it is set. Qt then assumes 100.
    protocolKnown(facts.http2, facts.http2
                                   ? static_cast<int>(std::clamp(facts.maxConcurrentStreams.value_or(100), 1u, largest))
                                   : 1);
}

void QtPreparation::protocolKnown(bool http2, int streamLimit) {
    host_.onProtocol(http2, streamLimit);
    lanesNeeded_ = prewarm_ ? (cap_ + streamLimit - 1) / streamLimit : (anyConnected_ ? 0 : 1);
    if (lanesNeeded_ == 0)
        finish(std::nullopt);
    else if (anyConnected_)
        connectOthers();
    else
        connectFirst();
}

void QtPreparation::connectFirst() {
    const auto lanes = pool_.idleLanes(1);
    if (lanes.empty())
        finish(std::nullopt);
    else
        preconnect(first_ = lanes.front());
}

void QtPreparation::connectOthers() {
    waiting_ = pool_.idleLanes(lanesNeeded_ - pool_.connections());
    if (waiting_.empty()) finish(std::nullopt);
    while (underWay_ < wave && !waiting_.empty()) {
        const auto lane = waiting_.front();
        waiting_.pop_front();
        preconnect(lane);
    }
}

void QtPreparation::preconnect(const LanePtr& lane) {
    ++underWay_;
    QtPreconnect::Events events;
    events.connecting = [this](QtLane& l) { host_.onPreconnecting(l); };
    events.done = [this](const LanePtr& l, const std::optional<WireFailure>& f, Nanos setUp) {
        onPreconnected(l, f, setUp);
    };
    preconnects_.push_back(
        std::make_unique<QtPreconnect>(clock_, lane, form_.preconnect(lane->http2), std::move(events)));
}

void QtPreparation::onPreconnected(const LanePtr& lane, const std::optional<WireFailure>& failure, Nanos setUp) {
    --underWay_;
    if (!prewarm_ && !failure) lane->setUpToCharge = setUp;
    host_.onPreconnected(lane, failure);
    if (finished_) return;
    if (failure) {
        lastKind_ = failure->kind;
        lastReason_ = form_.url().authority() + ": " + failure->message;
        lastCode_ = failure->code;
    }
    if (!anyConnected_) {
        if (failure) {
            if (failure->neverConnected)
                tryNextAddress();
            else
                fail(lastKind_, lastReason_, lastCode_);
            return;
        }
        anyConnected_ = true;
        alarm_->setDue(deadline_);
        connectOthers();
        return;
    }
    if (!waiting_.empty()) {
        const auto next = waiting_.front();
        waiting_.pop_front();
        preconnect(next);
    } else if (underWay_ == 0) {
        finish(std::nullopt);
    }
}

void QtPreparation::onTimeout() {
    if (!anyConnected_ && clock_.now() < deadline_) {
        // The first lane's connection hangs at this address.
        preconnects_.clear();
        underWay_ = 0;
        WireFailure failure;
        failure.kind = OutcomeKind::ConnectTimeout;
        failure.neverConnected = !form_.url().tls;
        host_.onPreconnected(std::exchange(first_, nullptr), failure);
        tryNextAddress();
        return;
    }
    if (anyConnected_) {
        finish(std::nullopt);
        return;
    }
    if (probe_ && probe_->connected()) host_.onProbeConnected();
    probe_.reset();
    fail(OutcomeKind::ConnectTimeout, form_.url().authority() + ": no usable connection within connect-timeout");
}

void QtPreparation::fail(OutcomeKind kind, const std::string& reason, const std::string& code) {
    Outcome outcome;
    outcome.kind = kind;
    outcome.code = code;
    outcome.message = reason;
    finish(outcome);
}

void QtPreparation::finish(const std::optional<Outcome>& problem) {
    if (std::exchange(finished_, true)) return;
    alarm_->setDue(std::nullopt);
    waiting_.clear();
    host_.onReady(problem);
}

} // namespace penstock
