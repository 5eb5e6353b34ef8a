#include "engine/transport/stuck_watch.h"

#include <algorithm>

namespace penstock {

StuckWatch::StuckWatch(const Clock& clock, Rules rules)
    : clock_(clock)
    , rules_(std::move(rules))
    , alarm_(clock.makeAlarm([this] { look(); })) {}

void StuckWatch::setAlarm(std::optional<Instant> due) {
    alarmSet_ = due.has_value();
    alarm_->setDue(due);
}

void StuckWatch::add(QtCall& call) {
    unsent_.push_back(&call);
    if (!alarmSet_) setAlarm(clock_.now() + bound_);
}

/// nullopt while its connection is being opened: that has its own bound, with the owner.
std::optional<Instant> StuckWatch::dueAt(const QtCall& call) const {
    const QtLane& lane = *call.lane();
    if (lane.dead) return call.startedAt();
    if (lane.open) return std::max(call.startedAt(), lane.openedAt) + bound_;
    if (lane.connecting || rules_.looksUp(lane.http2)) return std::nullopt;
    return call.startedAt() + bound_;
}

void StuckWatch::look() {
    setAlarm(std::nullopt);
    const Instant now = clock_.now();
    std::vector<LanePtr> stuck;
    for (const auto* call : unsent_) {
        const auto due = dueAt(*call);
        if (due && *due <= now && !call->sent()) stuck.push_back(call->lane());
    }
    for (const auto& lane : stuck)
        emptyLane(lane);
    if (unsent_.empty()) return;
    Instant next = now + bound_;
    for (const auto* call : unsent_)
        if (const auto due = dueAt(*call)) next = std::min(next, std::max(*due, now + std::chrono::milliseconds{1}));
    setAlarm(next);
}

/// Whatever waits on the lane goes elsewhere; what it carries goes on.
void StuckWatch::emptyLane(const LanePtr& lane) {
    rules_.retire(lane);
    const auto waitsThere = [&](const QtCall* call) { return call->lane() == lane && !call->sent(); };
    const auto wanted = [&](const QtCall* call) { return waitsThere(call) && !call->cancelled(); };
    // The list changes with each: its owner cancels it and starts another.
    for (auto it = std::find_if(unsent_.begin(), unsent_.end(), wanted); it != unsent_.end();
         it = std::find_if(unsent_.begin(), unsent_.end(), wanted))
        (*it)->reportStuck();
    // All that is left there was cancelled, so that an abort harms no other.
    for (auto it = std::find_if(unsent_.begin(), unsent_.end(), waitsThere); it != unsent_.end();
         it = std::find_if(unsent_.begin(), unsent_.end(), waitsThere))
        (*it)->abort();
}

} // namespace penstock
