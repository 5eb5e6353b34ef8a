#pragma once

#include "engine/base/clock.h"
#include "engine/transport/lane_pool.h"
#include "engine/transport/qt_failure.h"

#include <QNetworkReply>
#include <QNetworkRequest>

#include <functional>
#include <optional>

namespace penstock {

/// Opens the connection of one lane beforehand and sends nothing (over HTTP/2, the preface and SETTINGS).
class QtPreconnect final : public QObject {
    Q_OBJECT
public:
    struct Events {
        std::function<void(QtLane&)> connecting;
        /// Once, and the last. nullopt: connected, after `setUp`. It may destroy the QtPreconnect.
        std::function<void(const LanePtr&, const std::optional<WireFailure>&, Nanos setUp)> done;
    };

    /// `request`: RequestForm::preconnect(). The lane is `warming` until done.
    QtPreconnect(const Clock& clock, LanePtr lane, QNetworkRequest request, Events events);
    ~QtPreconnect() override;

private:
    void onFinished();

    const Clock& clock_;
    LanePtr lane_;
    Events events_;
    QNetworkReply* reply_;
    Instant startedAt_;
    std::optional<Instant> connectingAt_;
    std::optional<CertificateFault> certificate_;
};

} // namespace penstock
