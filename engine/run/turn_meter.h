#pragma once

#include "engine/base/clock.h"

#include <functional>
#include <optional>

namespace penstock {

/// Measures each turn of the calling thread's event loop, from waking to going back to sleep: how long the thread was deaf.
/// Qt's own signals do not tell it: QAbstractEventDispatcher::awake() is sent when a turn's timers and sockets have been
/// served, not before. GLib's loop, on which Qt's threads run on Linux, lets its wait be replaced; with another dispatcher
/// (QT_NO_GLIB, another platform) nothing is measured. At most one of it a thread; it dies on the thread that made it, after
/// the last turn of that thread's loop or in one.
class TurnMeter {
public:
    TurnMeter(const Clock& clock, std::function<void(Nanos)> onTurn);
    ~TurnMeter();
    TurnMeter(const TurnMeter&) = delete;
    TurnMeter& operator=(const TurnMeter&) = delete;

    /// Whether the dispatcher tells.
    bool measures() const { return measures_; }

    void asleep();
    void awake();

private:
    const Clock& clock_;
    std::function<void(Nanos)> onTurn_;
    bool measures_ = false;
    std::optional<Instant> start_;
};

} // namespace penstock
