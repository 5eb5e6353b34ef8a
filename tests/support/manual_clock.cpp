#include "tests/support/manual_clock.h"

#include <algorithm>

namespace penstock::test {

struct ManualClock::Alarms {
    std::vector<ManualAlarm*> all;
};

class ManualClock::ManualAlarm final : public Alarm {
public:
    ManualAlarm(Alarms& alarms, std::function<void()> onDue)
        : alarms_(alarms)
        , onDue_(std::move(onDue)) {
        alarms_.all.push_back(this);
    }
    ~ManualAlarm() override { std::erase(alarms_.all, this); }

    void setDue(std::optional<Instant> due) override { due_ = due; }
    std::optional<Instant> due() const { return due_; }
    void fire() {
        due_.reset();
        onDue_();
    }

private:
    Alarms& alarms_;
    std::function<void()> onDue_;
    std::optional<Instant> due_;
};

ManualClock::ManualClock()
    : alarms_(std::make_unique<Alarms>()) {}
ManualClock::~ManualClock() = default;

std::chrono::system_clock::time_point ManualClock::wallNow() const {
    // 2026-01-01T00:00:00Z when the clock is made.
    using namespace std::chrono;
    return sys_days{2026y / 1 / 1} + duration_cast<system_clock::duration>(now_ - start_);
}

std::unique_ptr<Alarm> ManualClock::makeAlarm(std::function<void()> onDue) const {
    return std::make_unique<ManualAlarm>(*alarms_, std::move(onDue));
}

std::optional<Instant> ManualClock::nextDue() const {
    std::optional<Instant> next;
    for (const auto* alarm : alarms_->all)
        if (alarm->due() && (!next || *alarm->due() < *next)) next = alarm->due();
    return next;
}

void ManualClock::fireDue(Instant until) {
    for (;;) {
        const auto next = nextDue();
        if (!next || *next > until) return;
        now_ = std::max(now_, *next);
        const auto it = std::find_if(alarms_->all.begin(), alarms_->all.end(), [&](const auto* a) { return a->due() == next; });
        (*it)->fire();
    }
}

void ManualClock::advance(Nanos by) {
    const Instant until = now_ + by;
    fireDue(until);
    now_ = until;
}

bool ManualClock::advanceToNextAlarm() {
    const auto next = nextDue();
    if (!next) return false;
    fireDue(std::max(*next, now_));
    return true;
}

} // namespace penstock::test
