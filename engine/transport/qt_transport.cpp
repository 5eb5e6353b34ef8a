#include "engine/transport/qt_transport.h"

#include "engine/transport/lane_ledger.h"
#include "engine/transport/lane_pool.h"
#include "engine/transport/qt_exchange.h"
#include "engine/transport/qt_preparation.h"
#include "engine/transport/request_form.h"
#include "engine/transport/stuck_watch.h"
#include "engine/transport/tcp_no_delay.h"

#include <algorithm>

namespace penstock {

namespace {

/// Destroyed by the event loop: its owner lets go of it from inside its own call.
struct DeleteLater {
    void operator()(QtCall* call) const { call->deleteLater(); }
};

/// Joins the parts: lanes and their names, the ledger, the preparation, exchanges and their calls.
class QtTransport final : public Transport,
                          public QtExchangeHost,
                          public LaneLedger::Observer,
                          public QtPreparation::Host {
public:
    QtTransport(const Clock& clock, RequestForm form, const Knobs& knobs)
        : clock_(clock)
        , form_(std::move(form))
        , where_(form_.url().authority())
        , names_(form_.url().host, form_.url().tls, [this] { return makeManager(); })
        , pool_([this] { return makeLane(); }, [this](QtLane& lane) { onLaneGone(lane); })
        , ledger_(clock, pool_, *this)
        , stuck_(clock, [this](const LanePtr& lane) { pool_.retire(lane); }) {
        apply(knobs);
    }

    ~QtTransport() override {
        // While there is a manager to abort with.
        for (auto& call : cancelled_)
            std::unique_ptr<QtCall>(call.release());
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

    void apply(const Knobs& knobs) override {
        const bool reuse = knobs.connectionReuse == ConnectionReuse::Pooled;
        connectTimeout_ = knobs.connectTimeout;
        stuck_.setBound(std::min<Nanos>(knobs.connectTimeout / 4, std::chrono::milliseconds{250}));
        form_.setCloseAfterResponse(!reuse);
        pool_.setReuse(reuse);
        pool_.setMaxConnections(knobs.maxConnections);
        roomMayHaveCome();
    }

    TransportStats stats() const override { return ledger_.stats(); }

private:
    // Lanes

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

    void onLaneOpened(QtLane& lane) override {
        if (lane.http2) setNoDelay(form_.proxied() ? form_.proxy().port() : form_.url().port);
    }
    void onLaneDied(const LanePtr&) override {
        // Not from inside the event of the call that showed it.
        QMetaObject::invokeMethod(
            &context_, [this] { stuck_.look(); }, Qt::QueuedConnection);
    }

    // Calls

    std::unique_ptr<QtCall> makeCall(const ExchangeRequest& request, QtCallOwner& owner) override {
        const LanePtr lane = pool_.take(clock_.now(), request.fresh && !http2_);
        auto call =
            std::make_unique<QtCall>(clock_, lane, form_.post(request, lane->http2), request.body, ledger_, owner);
        stuck_.add(*call);
        return call;
    }

    void keep(std::unique_ptr<QtCall> call) override {
        const LanePtr lane = call->lane();
        cancelled_.emplace_back(call.release());
        if (lane->http2 && lane->connecting) abortWhereAllAreCancelled(*lane);
    }

    /// Aborting one request takes the others out of Qt's queue, which harms nobody where all are cancelled.
    void abortWhereAllAreCancelled(const QtLane& lane) {
        std::vector<QtCall*> calls;
        for (const auto& call : cancelled_)
            if (call->lane().get() == &lane) calls.push_back(call.get());
        if (static_cast<int>(calls.size()) < lane.active) return;
        for (auto* call : calls)
            call->abort();
    }

    void onCallConnecting(QtCall& call) override { stuck_.noteReached(call); }
    void onCallSent(QtCall& call) override {
        stuck_.noteReached(call);
        stuck_.remove(call);
    }

    void onCallLeft(QtCall& call, bool complete) override {
        stuck_.remove(call);
        if (complete && call.ownConnect() && pool_.reuse() && form_.url().tls)
            onTlsTicket(call.reply().sslConfiguration().sessionTicket());
        std::erase_if(cancelled_, [&](const auto& kept) { return kept.get() == &call; });
        roomMayHaveCome();
    }

    void countMove() override { ledger_.countMove(); }
    const std::string& where() const override { return where_; }

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

    // Preparation

    void onProtocol(bool http2, int streamLimit) override {
        http2_ = http2;
        streamLimit_ = http2 ? streamLimit : 1;
    }
    void onProbeConnected() override { ledger_.onProbeConnected(); }
    void onNegotiated(const std::string& httpVersion, const std::string& tlsVersion) override {
        ledger_.onNegotiated(httpVersion, tlsVersion);
    }
    void onTlsTicket(const QByteArray& ticket) override {
        if (pool_.reuse() && !ticket.isEmpty()) form_.setTlsTicket(ticket);
    }
    void onPreconnecting(QtLane& lane) override { ledger_.onConnecting(lane); }
    void onPreconnected(const LanePtr& lane, const std::optional<WireFailure>& failure) override {
        lane->lingers = qtKeeps;
        ledger_.onPreconnected(lane, failure);
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

    /// Qt closes an idle connection after 120 s, and forgets what it knew of the lane.
    static constexpr Nanos qtKeeps = std::chrono::seconds{125};

    const Clock& clock_;
    RequestForm form_;
    std::string where_;
    bool http2_ = false; ///< what lanes made from now on speak
    int streamLimit_ = 1;
    Nanos connectTimeout_{0};

    LaneNameBook names_;
    LanePool pool_;
    LaneLedger ledger_;
    StuckWatch stuck_;
    std::vector<std::unique_ptr<QtCall, DeleteLater>> cancelled_; ///< not over yet

    std::function<void()> onRoom_;
    mutable bool roomDenied_ = false; ///< somebody waits for onRoom_
    bool roomPosted_ = false;
    std::function<void(std::optional<Outcome>)> ready_;
    std::unique_ptr<QtPreparation> preparation_;
    QObject context_; ///< last: what is posted to it goes first
};

} // namespace

Result<std::unique_ptr<Transport>> makeQtTransport(const Clock& clock, const Target& target, const Knobs& knobs) {
    auto form = RequestForm::make(target);
    if (!form) return form.error();
    return std::unique_ptr<Transport>(std::make_unique<QtTransport>(clock, std::move(*form), knobs));
}

} // namespace penstock
