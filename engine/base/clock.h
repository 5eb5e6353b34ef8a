#pragma once

#include "engine/base/time.h"

#include <functional>
#include <memory>
#include <optional>

namespace penstock {

/// A wake-up that can be moved. Belongs to the thread that made it and fires there.
/// The callback is never entered from inside setDue().
class Alarm {
public:
    virtual ~Alarm() = default;

    /// Fires once at or after `due`; replaces an earlier setting; nullopt disarms.
    virtual void setDue(std::optional<Instant> due) = 0;
};

/// The one source of time. The engine takes every stamp from an injected Clock, so that tests move time by hand.
/// now() and wallNow() may be called from any thread.
class Clock {
public:
    virtual ~Clock() = default;

    virtual Instant now() const = 0;

    /// Wall-clock time: for labels, and for HTTP dates; never for durations.
    virtual std::chrono::system_clock::time_point wallNow() const = 0;

    /// An alarm on the calling thread, which must run an event loop (or be moved by hand in tests).
    /// The alarm must not outlive the clock.
    virtual std::unique_ptr<Alarm> makeAlarm(std::function<void()> onDue) const = 0;
};

/// The machine's own clock: std::chrono::steady_clock, and a precise QTimer for alarms.
class SystemClock final : public Clock {
public:
    Instant now() const override;
    std::chrono::system_clock::time_point wallNow() const override;
    std::unique_ptr<Alarm> makeAlarm(std::function<void()> onDue) const override;
};

} // namespace penstock
