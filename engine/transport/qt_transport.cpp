#include "engine/transport/qt_transport.h"

#include "engine/transport/lane_pool.h"
#include "engine/transport/qt_exchange.h"
#include "engine/transport/qt_preparation.h"
#include "engine/transport/request_form.h"
#include "engine/transport/tcp_no_delay.h"

#include <algorithm>

namespace penstock {

namespace {

/// Destroyed by the event loop: its owner may let go of it from inside its own call.
struct DeleteLater {
    void operator()(QtCall* call) const { call->deleteLater(); }
};

class QtTransport final : public Transport, public LaneWatch, public QtExchangeHost, public QtPreparation::Host {
public:
    QtTransport(const Clock& clock, RequestForm form, const Knobs& knobs)
        : clock_(clock)
        , form_(std::move(form))
        , where_(form_.url().authority())
        , names_(form_.url().host, form_.url().tls, [this] { return makeManager(); })
        , pool_([this] { return makeLane(); }, [this](QtLane& lane) { onLaneGone(lane); })
        , stuckAlarm_(clock.makeAlarm([this] { moveStuck(); })) {
        apply(knobs);
    }

    void prepare(int cap, bool prewarm, std::function<void(std::optional<Outcome>)> ready) override {
        ready_ = std::move(ready);
        preparation_ = std::make_unique<QtPreparation>(clock_, form_, pool_, *this);
        preparation_->start(cap, prewarm, connectTimeout_);
    }

    bool hasRoom() const override {
        const bool room = pool_.hasRoom();
        if (!room) roomDenied_ = true;
        return room;
    }
    void setOnRoom(std::function<void()> onRoom) override { onRoom_ = std::move(onRoom); }

    std::unique_ptr<Exchange> start(const ExchangeRequest& request, ExchangeListener& listener) override {
        return std::make_unique<QtExchange>(*this, clock_, request, listener);
    }

    ~QtTransport() override {
        // While there is a manager to abort with.
        for (auto& call : cancelled_)
            std::unique_ptr<QtCall>(call.release());
    }

    void apply(const Knobs& knobs) override {
        const bool reuse = knobs.connectionReuse == ConnectionReuse::Pooled;
        connectTimeout_ = knobs.connectTimeout;
        stuckAfter_ = std::min<Nanos>(knobs.connectTimeout / 4, std::chrono::milliseconds{250});
        form_.setCloseAfterResponse(!reuse);
        pool_.setReuse(reuse);
        pool_.setMaxConnections(knobs.maxConnections);
        roomMayHaveCome();
    }

    TransportStats stats() const override {
        TransportStats stats = stats_;
        stats.connectionsOpen = pool_.openConnections();
        stats.closedAfterResponse += static_cast<std::uint64_t>(pool_.closedUnseen());
        return stats;
    }

private:
    // Lanes

    /// Qt closes an idle connection after 120 s, and forgets what it knew of the lane.
    static constexpr Nanos qtKeeps = std::chrono::seconds{125};

    std::shared_ptr<QNetworkAccessManager> makeManager() const {
        auto manager = std::make_shared<QNetworkAccessManager>();
        manager->setProxy(form_.proxy());
        manager->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
        return manager;
    }

    LanePtr makeLane() {
        auto lane = std::make_shared<QtLane>();
        lane->name = names_.take(clock_.now());
        lane->http2 = http2_;
        lane->limit = streamLimit_;
        lane->lingers = pool_.reuse() ? qtKeeps : std::chrono::seconds{2};
        return lane;
    }

    void onLaneGone(QtLane& lane) { names_.giveBack(lane.name, clock_.now() + lane.lingers); }

    void roomMayHaveCome() {
        if (!onRoom_ || !roomDenied_ || roomPosted_) return;
        roomPosted_ = true;
        // Never from inside a call of the owner's.
        QMetaObject::invokeMethod(
            &context_,
            [this] {
                roomPosted_ = false;
                if (!pool_.hasRoom()) return;
                roomDenied_ = false;
                onRoom_();
            },
            Qt::QueuedConnection);
    }

    // QtExchangeHost

    std::unique_ptr<QtCall> makeCall(const ExchangeRequest& request, QtCallOwner& owner) override {
        const LanePtr lane = pool_.take(clock_.now());
        auto call =
            std::make_unique<QtCall>(clock_, lane, form_.post(request, lane->http2), request.body, *this, owner);
        unsent_.push_back(call.get());
        if (!stuckAlarmSet_) setStuckAlarm(clock_.now() + stuckAfter_);
        return call;
    }

    void keep(std::unique_ptr<QtCall> call) override {
        const LanePtr lane = call->lane();
        cancelled_.emplace_back(call.release());
        if (lane->http2) abortWhereAllAreCancelled(lane);
    }

    void countMove() override { ++stats_.moved; }
    const std::string& where() const override { return where_; }

    /// Aborting one request takes the others out of Qt's queue, which harms nobody where all are cancelled.
    void abortWhereAllAreCancelled(const LanePtr& lane) {
        std::vector<QtCall*> calls;
        for (const auto& call : cancelled_)
            if (call->lane() == lane) calls.push_back(call.get());
        if (static_cast<int>(calls.size()) < lane->active || !lane->connecting) return;
        for (auto* call : calls)
            call->abort();
    }

    // LaneWatch

    void onConnecting(QtCall& call) override { connecting(*call.lane()); }

    void connecting(QtLane& lane) {
        ++stats_.connectionsOpened;
        if (lane.answered) noteClosed(lane);
        lane.open = lane.answered = lane.closes = false;
        ++lane.connecting;
        lane.setUpToCharge.reset();
    }

    void onSent(QtCall& call) override {
        QtLane& lane = *call.lane();
        std::erase(unsent_, &call);
        if (!lane.open) lane.openedAt = clock_.now();
        if (!lane.open) sendAtOnce(lane);
        lane.open = true;
        lane.connecting = 0;
        if (call.ownConnect()) return;
        ++stats_.reused;
        if (lane.answered) closings_ = 0;
    }

    void onHead(QtCall& call, const ResponseHead& head) override {
        QtLane& lane = *call.lane();
        lane.lastHead = clock_.now();
        lane.closes = head.closes;
        stats_.httpVersion = head.httpVersion;
        // A server behind the same name that negotiated otherwise than the probe was told.
        if (lane.http2 && head.httpVersion != "2") lane.limit = 1;
    }

    void onLeft(QtCall& call, const std::optional<WireFailure>& failure, bool aborted) override {
        const LanePtr lane = call.lane();
        std::erase(unsent_, &call);
        if (aborted)
            laneAborted(*lane, call);
        else if (failure)
            laneFailed(lane, *failure);
        else
            laneAnswered(*lane, call);
        pool_.giveBack(lane, clock_.now());
        std::erase_if(cancelled_, [&](const auto& kept) { return kept.get() == &call; });
        roomMayHaveCome();
    }

    void laneAborted(QtLane& lane, const QtCall& call) {
        if (!lane.http2) {
            if (call.sent() || call.connecting()) closed(lane);
        } else if (call.sent() && !call.headSeen() && lane.lastHead < call.sentAt()) {
            // No head came on it since: the connection may be dead, or going away.
            pool_.retire(call.lane());
        }
    }

    void laneFailed(const LanePtr& lane, const WireFailure& failure) {
        if (failure.neverConnected) takeOff(*lane);
        // A race lost against the server's closing, perhaps.
        if (failure.kind == OutcomeKind::StaleConnection && lane->answered && justUsed(*lane)) ++closings_;
        if (failure.connectionGone) {
            closed(*lane);
            if (lane->http2) laneDied(lane);
        } else if (failure.unprocessed) {
            // It takes fewer streams than its SETTINGS said when the probe asked.
            lane->limit = std::max(1, lane->active - 1);
            if (lane->active == 1) pool_.retire(lane);
        }
    }

    void laneDied(const LanePtr& lane) {
        pool_.retire(lane);
        if (std::exchange(lane->dead, true)) return;
        QMetaObject::invokeMethod(
            &context_, [this] { moveStuck(); }, Qt::QueuedConnection);
    }

    void laneAnswered(QtLane& lane, const QtCall& call) {
        if (call.ownConnect() && pool_.reuse() && form_.url().tls) resumeFrom(call);
        lane.answered = !lane.closes;
        if (lane.http2) return;
        if (lane.closes && pool_.reuse()) ++stats_.closedAfterResponse;
        // Where the server closes without saying so, the lane rests until Qt has seen it.
        if (lane.closes || !pool_.reuse() || closings_ >= 2) lane.open = false;
    }

    /// Of a connection that has just come about.
    void sendAtOnce(const QtLane& lane) const {
        if (lane.http2 && !form_.url().tls && !form_.proxied()) setNoDelay(form_.url().port);
    }

    static void closed(QtLane& lane) {
        lane.open = lane.answered = false;
        lane.connecting = 0;
    }

    /// The connections that were being opened for the lane did not come about.
    void takeOff(QtLane& lane) {
        stats_.connectionsOpened -= static_cast<std::uint64_t>(std::exchange(lane.connecting, 0));
    }

    /// The server closed the lane's connection after a complete response, without having said so.
    void noteClosed(QtLane& lane) {
        lane.answered = false;
        // Qt itself closes what was idle for 120 s.
        if (!pool_.reuse() || clock_.now() - lane.idleSince >= std::chrono::seconds{119}) return;
        ++stats_.closedAfterResponse;
        if (justUsed(lane)) ++closings_;
    }

    bool justUsed(const QtLane& lane) const { return clock_.now() - lane.idleSince < std::chrono::seconds{1}; }

    void resumeFrom(const QtCall& call) {
        const auto ticket = call.reply().sslConfiguration().sessionTicket();
        if (!ticket.isEmpty()) form_.setTlsTicket(ticket);
    }

    // Requests that do not get onto the network

    void setStuckAlarm(std::optional<Instant> due) {
        stuckAlarmSet_ = due.has_value();
        stuckAlarm_->setDue(due);
    }

    /// When `call` counts as stuck; nullopt while its connection is being opened: that has its own bound, with the
    /// owner.
    std::optional<Instant> stuckAt(const QtCall& call) const {
        const QtLane& lane = *call.lane();
        if (lane.dead) return call.startedAt();
        if (lane.open) return std::max(call.startedAt(), lane.openedAt) + stuckAfter_;
        if (lane.connecting || form_.looksUp(lane.http2)) return std::nullopt;
        return call.startedAt() + stuckAfter_;
    }

    void moveStuck() {
        setStuckAlarm(std::nullopt);
        const Instant now = clock_.now();
        std::vector<LanePtr> dead;
        for (const auto* call : unsent_) {
            const auto due = stuckAt(*call);
            if (due && *due <= now && !call->sent()) dead.push_back(call->lane());
        }
        for (const auto& lane : dead)
            emptyLane(lane);
        if (unsent_.empty() || stuckAlarmSet_) return;
        Instant next = now + stuckAfter_;
        for (const auto* call : unsent_)
            if (const auto due = stuckAt(*call))
                next = std::min(next, std::max(*due, now + std::chrono::milliseconds{1}));
        setStuckAlarm(next);
    }

    /// Whatever waits on the lane goes elsewhere; what it carries goes on.
    void emptyLane(const LanePtr& lane) {
        pool_.retire(lane);
        const auto waitsThere = [&] {
            return std::find_if(unsent_.begin(), unsent_.end(), [&](const QtCall* call) {
                return call->lane() == lane && !call->sent() && !call->cancelled();
            });
        };
        for (auto it = waitsThere(); it != unsent_.end(); it = waitsThere())
            (*it)->reportStuck();
        std::vector<QtCall*> left;
        for (auto* call : unsent_)
            if (call->lane() == lane && !call->sent()) left.push_back(call);
        for (auto* call : left)
            call->abort();
    }

    // QtPreparation::Host

    void onProtocol(bool http2, int streamLimit) override {
        http2_ = http2;
        streamLimit_ = http2 ? streamLimit : 1;
    }
    void onProbeConnected() override { ++stats_.connectionsOpened; }
    void onTlsTicket(const QByteArray& ticket) override {
        if (pool_.reuse()) form_.setTlsTicket(ticket);
    }
    void onPreconnecting(QtLane& lane) override { connecting(lane); }
    void onPreconnected(const LanePtr& lane, const std::optional<WireFailure>& failure) override {
        lane->lingers = qtKeeps;
        lane->openedAt = lane->idleSince = clock_.now();
        if (failure) {
            if (failure->neverConnected) takeOff(*lane);
            // Qt remembers a preconnect that failed, and would open a connection more with each later request.
            pool_.retire(lane);
        } else {
            lane->open = true;
            sendAtOnce(*lane);
        }
        lane->connecting = 0;
        roomMayHaveCome();
    }
    void onReady(const std::optional<Outcome>& problem) override {
        QMetaObject::invokeMethod(
            &context_,
            [this, problem] {
                if (const auto ready = std::exchange(ready_, nullptr)) ready(problem);
            },
            Qt::QueuedConnection);
    }

    const Clock& clock_;
    RequestForm form_;
    std::string where_;
    LaneNameBook names_;
    LanePool pool_;
    TransportStats stats_;
    bool http2_ = false;
    int streamLimit_ = 1;
    Nanos connectTimeout_{0}, stuckAfter_{0};
    int closings_ = 0; ///< connections in a row that turned out closed right after a response

    std::vector<QtCall*> unsent_;
    std::vector<std::unique_ptr<QtCall, DeleteLater>> cancelled_;
    std::unique_ptr<Alarm> stuckAlarm_;
    bool stuckAlarmSet_ = false;

    std::function<void()> onRoom_;
    mutable bool roomDenied_ = false; ///< somebody waits for onRoom_
    bool roomPosted_ = false;
    std::function<void(std::optional<Outcome>)> ready_;
    std::unique_ptr<QtPreparation> preparation_;
    QObject context_; ///< last: what is posted to it goes with it first
};

} // namespace

Result<std::unique_ptr<Transport>> makeQtTransport(const Clock& clock, const Target& target, const Knobs& knobs) {
    auto form = RequestForm::make(target);
    if (!form) return form.error();
    return std::unique_ptr<Transport>(std::make_unique<QtTransport>(clock, std::move(*form), knobs));
}

} // namespace penstock
