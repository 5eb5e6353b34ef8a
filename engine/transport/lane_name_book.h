#pragma once

#include "engine/base/time.h"

#include <QNetworkAccessManager>
#include <QString>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

namespace penstock {

/// The name of a lane and the QNetworkAccessManager whose connection it names.
struct LaneName {
    std::shared_ptr<QNetworkAccessManager> manager;
    QString text;
};

/// Gives out names for lanes, each to one lane at a time. When a manager's names are used up, a further manager (with a
/// thread of its own) is made; names that were given back are used again, so that a run of any length needs few.
class LaneNameBook {
public:
    using MakeManager = std::function<std::shared_ptr<QNetworkAccessManager>()>;

    LaneNameBook(std::string host, bool tls, MakeManager makeManager)
        : host_(std::move(host))
        , tls_(tls)
        , makeManager_(std::move(makeManager)) {}

    LaneName take(Instant now);
    /// `usableFrom`: when Qt has closed the connection of that name for certain.
    void giveBack(LaneName name, Instant usableFrom);

private:
    struct Resting {
        LaneName name;
        Instant usableFrom;
    };

    std::string host_;
    bool tls_;
    MakeManager makeManager_;
    std::shared_ptr<QNetworkAccessManager> manager_;
    std::uint64_t next_ = 0;
    std::deque<Resting> resting_;
};

} // namespace penstock
