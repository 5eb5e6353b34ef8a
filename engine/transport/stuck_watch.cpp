#include "engine/transport/stuck_watch.h"

#include <algorithm>

namespace penstock {

StuckWatch::StuckWatch(const Clock& clock, std::function<void(const LanePtr&)> retire)
    : clock_(clock)
    , retire_(std::move(retire))
    , alarm_(clock.makeAlarm([this] { look(); })) {}

void StuckWatch::setAlarm(std::optional<Instant> due) {
    alarmSet_ = due.has_value();
    alarm_->setDue(due);
}

void StuckWatch::noteReached(const QtCall& call) {
    for (const auto& unsent : unsent_)
        if (unsent.call == &call) reached_ = std::max(reached_, unsent.serial);
}

void StuckWatch::remove(const QtCall& call) {
    std::erase_if(unsent_, [&](const Unsent& unsent) { return unsent.call == &call; });
}

/// nullopt while its connection is not open: that has its own bound, with the owner.
std::optional<Instant> StuckWatch::dueAt(const Unsent& unsent) const {
    const QtLane& lane = *unsent.call->lane();
    if (lane.dead) return unsent.call->startedAt();
    if (!lane.open) return std::nullopt;
    const auto crowd = reached_ > unsent.serial ? 1 : std::clamp<std::size_t>(unsent_.size() / 4, 1, 8);
    return std::max(unsent.call->startedAt(), lane.openedAt) + bound_ * static_cast<Nanos::rep>(crowd);
}

void StuckWatch::look() {
    setAlarm(std::nullopt);
    const Instant now = clock_.now();
    std::vector<LanePtr> stuck;
    for (const auto& unsent : unsent_) {
        const auto due = dueAt(unsent);
        if (due && *due <= now && !unsent.call->sent()) stuck.push_back(unsent.call->lane());
    }
    for (const auto& lane : stuck)
        emptyLane(lane);
    if (unsent_.empty()) return;
    Instant next = now + bound_;
    for (const auto& unsent : unsent_)
        if (const auto due = dueAt(unsent)) next = std::min(next, std::max(*due, now + std::chrono::milliseconds{1}));
    setAlarm(next);
}

/// Whatever waits on the lane goes elsewhere; what it carries goes on.
void StuckWatch::emptyLane(const LanePtr& lane) {
    retire_(lane);
    const auto find = [&](bool cancelled) -> QtCall* {
        for (const auto& unsent : unsent_)
            if (unsent.call->lane() == lane && !unsent.call->sent() && unsent.call->cancelled() == cancelled)
                return unsent.call;
        return nullptr;
    };
    // The list changes with each: its owner cancels it and starts another.
    while (auto* call = find(false))
        call->reportStuck();
    // All that is left there was cancelled, so that an abort harms no other.
    while (auto* call = find(true))
        call->abort();
}

} // namespace penstock
