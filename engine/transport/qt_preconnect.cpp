#include "engine/transport/qt_preconnect.h"

namespace penstock {

QtPreconnect::QtPreconnect(const Clock& clock, LanePtr lane, QNetworkRequest request, Events events)
    : clock_(clock)
    , lane_(std::move(lane))
    , events_(std::move(events))
    , startedAt_(clock.now()) {
    lane_->warming = true;
    request.setPeerVerifyName(lane_->name.text);
    reply_ = lane_->name.manager->get(request);
    connect(reply_, &QNetworkReply::socketStartedConnecting, this, [this] {
        connectingAt_ = clock_.now();
        events_.connecting(*lane_);
    });
    connect(reply_, &QNetworkReply::sslErrors, this, [this](const auto& errors) { certificate_ = certificateFault(errors); });
    connect(reply_, &QNetworkReply::finished, this, &QtPreconnect::onFinished);
}

QtPreconnect::~QtPreconnect() {
    if (!reply_) return;
    lane_->warming = false;
    reply_->disconnect(this);
    reply_->abort();
    reply_->deleteLater();
}

void QtPreconnect::onFinished() {
    ReplyEnd end;
    end.error = reply_->error();
    end.text = reply_->errorString();
    end.http2 = lane_->http2;
    end.tls = reply_->request().url().scheme().endsWith(QLatin1String("https"));
    end.connectionNew = true;
    end.certificate = certificate_;
    std::optional<WireFailure> failure;
    if (end.error != QNetworkReply::NoError) failure = failureOf(end);
    std::exchange(reply_, nullptr)->deleteLater();
    lane_->warming = false;
    // The events may destroy this object, and so must be no part of it.
    const auto done = std::move(events_.done);
    const auto lane = lane_;
    done(lane, failure, clock_.now() - connectingAt_.value_or(startedAt_));
}

} // namespace penstock
