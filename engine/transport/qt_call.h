#pragma once

#include "engine/base/clock.h"
#include "engine/transport/lane_pool.h"
#include "engine/transport/once_body.h"
#include "engine/transport/qt_failure.h"
#include "engine/transport/transport.h"

#include <QNetworkReply>
#include <QNetworkRequest>
#include <QPointer>

#include <memory>
#include <optional>
#include <string_view>

namespace penstock {

class QtCall;

/// Whoever waits for what comes of a QtCall. It may destroy or cancel the call from inside each of these.
class QtCallOwner {
public:
    virtual void onCallSent(Instant at) = 0;
    virtual void onCallHead(const ResponseHead& head) = 0;
    virtual void onCallBytes(Instant at, std::string_view bytes) = 0;
    /// The last one. nullopt: complete.
    virtual void onCallEnd(Instant at, const std::optional<WireFailure>& failure) = 0;
    /// From whoever looks after lanes: it does not get onto the network there, and wants to be taken elsewhere.
    virtual void onCallStuck() = 0;

protected:
    ~QtCallOwner() = default;
};

/// Who keeps the books of lanes and connections. Told of every call, cancelled ones included.
class LaneWatch {
public:
    virtual void onConnecting(QtCall& call) = 0;
    virtual void onSent(QtCall& call) = 0;
    virtual void onHead(QtCall& call, const ResponseHead& head) = 0;
    /// The call is over: nothing of it is on the lane any more.
    virtual void onLeft(QtCall& call, const std::optional<WireFailure>& failure, bool aborted) = 0;

protected:
    ~LaneWatch() = default;
};

/// One QNetworkReply's life on one lane: a single sending of a POST, never a second.
///
/// What it hides: Qt starts a request whose reply was aborted in the same turn of the event loop all the same; the
/// start of a connection is told to a reply, and lost when that is gone; and aborting a request that waits in Qt's
/// HTTP/2 queue takes every other one out of that queue. So a call that is cancelled before it was sent gives up its
/// body, which keeps it from ever becoming a request, and is aborted once its connection has shown up and it waits no
/// more.
class QtCall final : public QObject {
    Q_OBJECT
public:
    QtCall(const Clock& clock, LanePtr lane, QNetworkRequest request, std::shared_ptr<const std::string> body,
           LaneWatch& watch, QtCallOwner& owner);
    /// Aborts at once whatever the state: only where nobody counts any more.
    ~QtCall() override;

    /// Ends it; the owner is told nothing more. Where that is safe it is over before this returns, onLeft() included.
    /// Otherwise it wants to be kept until onLeft().
    void cancel();
    /// The end of a cancelled call that need not wait any longer: its lane takes nothing more, and nobody else waits
    /// there.
    void abort();
    bool over() const { return left_; }
    bool cancelled() const { return owner_ == nullptr; }
    /// Tells the owner, unless cancelled.
    void reportStuck() {
        if (owner_) owner_->onCallStuck();
    }

    const LanePtr& lane() const { return lane_; }
    Instant startedAt() const { return startedAt_; }
    /// The connection it will travel on began to be opened for it.
    bool connecting() const { return connectingAt_.has_value(); }
    /// The request left, or part of its body did.
    bool sent() const { return sentAt_ || (body_ && body_->taken()); }
    Instant sentAt() const { return sentAt_.value_or(startedAt_); }
    bool headSeen() const { return headSeen_; }
    /// How long the set-up of its own connection took; nullopt when it travelled on one opened before. Known once sent.
    std::optional<Nanos> ownConnect() const { return ownConnect_; }
    const QNetworkReply& reply() const { return *reply_; }

private:
    void onConnecting();
    void onSent();
    void onMetaData();
    void onReadable();
    void onFinished();
    void leave(const std::optional<WireFailure>& failure, bool aborted);

    const Clock& clock_;
    LanePtr lane_;
    LaneWatch& watch_;
    QtCallOwner* owner_;             ///< null once cancelled
    QNetworkReply* reply_ = nullptr; ///< deleted later, or by the destructor
    QPointer<OnceBody> body_;        ///< the reply's child
    Instant startedAt_;
    std::optional<Instant> connectingAt_, sentAt_;
    std::optional<Nanos> ownConnect_;
    bool posted_ = false; ///< the turn of the event loop in which it was made is over
    bool headSeen_ = false;
    bool redirect_ = false;
    bool left_ = false;
};

} // namespace penstock
