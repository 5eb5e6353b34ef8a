#pragma once

#include "engine/base/clock.h"

#include <memory>
#include <vector>

namespace penstock::test {

/// Time that moves only when a test says so. Alarms fire from advance(), in the order of their due times, each with now() at
/// its own due time. One thread only.
class ManualClock final : public Clock {
public:
    ManualClock();
    ~ManualClock() override;

    Instant now() const override { return now_; }
    std::chrono::system_clock::time_point wallNow() const override;
    std::unique_ptr<Alarm> makeAlarm(std::function<void()> onDue) const override;

    /// Moves time on by `by`, firing what falls due on the way; alarms set meanwhile count too.
    void advance(Nanos by);
    /// When the next alarm is due; nullopt when none is set.
    std::optional<Instant> nextDue() const;
    /// Moves to the next alarm and fires it; false when none is set.
    bool advanceToNextAlarm();

private:
    class ManualAlarm;
    void fireDue(Instant until);

    Instant start_{std::chrono::hours{1000}};
    Instant now_ = start_;
    struct Alarms;
    std::unique_ptr<Alarms> alarms_;
};

} // namespace penstock::test
