#pragma once

#include "engine/base/clock.h"

#include <QMetaObject>

#include <functional>
#include <optional>

namespace penstock {

/// Measures each turn of the calling thread's event loop, from waking to going back to sleep: how long the thread was deaf.
class TurnMeter {
public:
    TurnMeter(const Clock& clock, std::function<void(Nanos)> onTurn);
    ~TurnMeter();
    TurnMeter(const TurnMeter&) = delete;
    TurnMeter& operator=(const TurnMeter&) = delete;

private:
    QMetaObject::Connection awake_, aboutToBlock_;
    std::optional<Instant> start_;
};

} // namespace penstock
