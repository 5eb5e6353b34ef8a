#include "engine/base/clock.h"

#include <QTimer>

#include <algorithm>

namespace penstock {

namespace {

class TimerAlarm final : public Alarm {
public:
    TimerAlarm(const Clock& clock, std::function<void()> onDue)
        : clock_(clock)
        , onDue_(std::move(onDue)) {
        timer_.setSingleShot(true);
        timer_.setTimerType(Qt::PreciseTimer);
        QObject::connect(&timer_, &QTimer::timeout, &timer_, [this] { onDue_(); });
    }

    void setDue(std::optional<Instant> due) override {
        if (!due) {
            timer_.stop();
            return;
        }
        // Rounded up: waking before the time would only mean to wait again.
        const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*due - clock_.now());
        timer_.start(std::clamp(wait, std::chrono::milliseconds{0}, std::chrono::milliseconds{std::chrono::hours{1}}));
    }

private:
    const Clock& clock_;
    std::function<void()> onDue_;
    QTimer timer_;
};

} // namespace

Instant SystemClock::now() const { return std::chrono::time_point_cast<Nanos>(std::chrono::steady_clock::now()); }

std::chrono::system_clock::time_point SystemClock::wallNow() const { return std::chrono::system_clock::now(); }

std::unique_ptr<Alarm> SystemClock::makeAlarm(std::function<void()> onDue) const {
    return std::make_unique<TimerAlarm>(*this, std::move(onDue));
}

} // namespace penstock
