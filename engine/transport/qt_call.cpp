#include "engine/transport/qt_call.h"

#include "engine/transport/response_head.h"

#include <array>

namespace penstock {

QtCall::QtCall(const Clock& clock, LanePtr lane, QNetworkRequest request, std::shared_ptr<const std::string> body,
               LaneWatch& watch, QtCallOwner& owner)
    : clock_(clock)
    , lane_(std::move(lane))
    , watch_(watch)
    , owner_(&owner)
    , startedAt_(clock.now()) {
    // Before Qt's own event that starts the request: while posted_ is false, nothing was started.
    QMetaObject::invokeMethod(
        this, [this] { posted_ = true; }, Qt::QueuedConnection);
    auto device = std::make_unique<OnceBody>(std::move(body));
    request.setPeerVerifyName(lane_->name.text);
    reply_ = lane_->name.manager->post(request, device.get());
    body_ = device.release();
    body_->setParent(reply_);
    connect(reply_, &QNetworkReply::socketStartedConnecting, this, &QtCall::onConnecting);
    connect(reply_, &QNetworkReply::requestSent, this, &QtCall::onSent);
    connect(reply_, &QNetworkReply::metaDataChanged, this, &QtCall::onMetaData);
    connect(reply_, &QNetworkReply::readyRead, this, &QtCall::onReadable);
    connect(reply_, &QNetworkReply::finished, this, &QtCall::onFinished);
}

QtCall::~QtCall() {
    if (left_) return;
    if (body_) body_->revoke();
    reply_->disconnect(this);
    reply_->abort();
    reply_->deleteLater();
}

void QtCall::cancel() {
    owner_ = nullptr;
    body_->revoke();
    if (!posted_) {
        // abort() would not keep Qt from starting it later in this turn.
        reply_->disconnect(this);
        delete std::exchange(reply_, nullptr);
        leave(std::nullopt, true);
        return;
    }
    if (sent() || (!lane_->http2 && connecting())) abort();
}

void QtCall::abort() {
    if (left_) return;
    reply_->disconnect(this);
    reply_->abort();
    reply_->deleteLater();
    leave(std::nullopt, true);
}

void QtCall::leave(const std::optional<WireFailure>& failure, bool aborted) {
    left_ = true;
    watch_.onLeft(*this, failure, aborted);
}

void QtCall::onConnecting() {
    connectingAt_ = clock_.now();
    watch_.onConnecting(*this);
    if (!owner_ && !lane_->http2) abort();
}

void QtCall::onSent() {
    if (sentAt_) return;
    sentAt_ = clock_.now();
    if (connectingAt_)
        ownConnect_ = *sentAt_ - *connectingAt_;
    else
        ownConnect_ = std::exchange(lane_->setUpToCharge, std::nullopt);
    watch_.onSent(*this);
    if (owner_)
        owner_->onCallSent(*sentAt_);
    else
        abort();
}

void QtCall::onMetaData() {
    if (headSeen_ || !owner_) return;
    if (reply_->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() == 0) return;
    const QPointer<QtCall> self(this);
    if (!sentAt_) onSent();
    if (!self || !owner_) return;
    headSeen_ = true;
    const ResponseHead head = readHead(*reply_, clock_.wallNow());
    redirect_ = head.status >= 300 && head.status < 400;
    watch_.onHead(*this, head);
    owner_->onCallHead(head);
}

void QtCall::onReadable() {
    // One for the thread: no call reads while another is reading.
    thread_local std::array<char, 64 * 1024> slice;
    const QPointer<QtCall> self(this);
    if (!headSeen_) onMetaData();
    while (self && owner_) {
        const qint64 count = reply_->read(slice.data(), static_cast<qint64>(slice.size()));
        if (count <= 0) return;
        if (!redirect_) owner_->onCallBytes(clock_.now(), {slice.data(), static_cast<std::size_t>(count)});
    }
}

void QtCall::onFinished() {
    const QPointer<QtCall> self(this);
    onMetaData();
    if (self) onReadable();
    if (!self || left_) return;

    ReplyEnd end;
    end.error = reply_->error();
    end.text = reply_->errorString();
    end.status = reply_->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    end.closeDelimited = end.status != 0 && endsWithConnection(*reply_);
    end.http2 = lane_->http2;
    end.tls = reply_->url().scheme() == QLatin1String("https");
    end.sent = sent();
    end.connectionNew = connecting() || ownConnect_;
    auto failure = failureOf(end);
    if (redirect_) {
        // Qt rewinds the body for 307 and 308 though nothing is to be sent again, and fails with the connection when it
        // cannot.
        failure.emplace();
        failure->kind = OutcomeKind::Rejected;
        failure->message = redirectMessage(*reply_);
        failure->connectionGone = end.error != QNetworkReply::NoError;
    }
    reply_->disconnect(this);
    reply_->deleteLater();
    leave(failure, false);
    if (!owner_) return;
    owner_->onCallEnd(clock_.now(), failure);
}

} // namespace penstock
