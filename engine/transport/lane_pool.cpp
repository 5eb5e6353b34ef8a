#include "engine/transport/lane_pool.h"

#include <algorithm>

namespace penstock {

void LanePool::setReuse(bool reuse) {
    reuse_ = reuse;
    if (reuse) return;
    const auto lanes = lanes_;
    for (const auto& lane : lanes)
        retire(lane);
}

int LanePool::countIf(bool (*predicate)(const QtLane&)) const {
    const auto matches = [predicate](const LanePtr& lane) { return predicate(*lane); };
    return static_cast<int>(std::count_if(lanes_.begin(), lanes_.end(), matches) +
                            std::count_if(retired_.begin(), retired_.end(), matches));
}

bool LanePool::hasRoom() const {
    if (maxConnections_ == 0 || connections() < maxConnections_) return true;
    return std::any_of(lanes_.begin(), lanes_.end(),
                       [](const LanePtr& lane) { return lane->isConnection() && lane->hasRoom(); });
}

LanePtr LanePool::bestOpen() {
    LanePtr best;
    for (const auto& lane : lanes_) {
        if (!lane->isConnection() || !lane->hasRoom()) continue;
        if (lane->limit == 1) return lane;
        if (!best || (lane->open != best->open ? lane->open : lane->active > best->active)) best = lane;
    }
    return best;
}

LanePtr LanePool::bestClosed(Instant now) {
    for (auto it = lanes_.rbegin(); it != lanes_.rend(); ++it)
        if (!(*it)->isConnection() && now - (*it)->idleSince >= rest) return *it;
    return nullptr;
}

LanePtr LanePool::take(Instant now, bool fresh) {
    const bool mayGrow = maxConnections_ == 0 || connections() < maxConnections_;
    LanePtr lane;
    if (!fresh || !mayGrow) lane = bestOpen();
    if (!lane && reuse_ && !fresh) lane = bestClosed(now);
    if (!lane) {
        lane = makeLane_();
        lanes_.push_front(lane);
    }
    ++lane->active;
    // A lane of its own for each: this one is not offered again.
    if (!reuse_) retire(lane);
    return lane;
}

void LanePool::giveBack(const LanePtr& lane, Instant now) {
    --lane->active;
    lane->idleSince = now;
    if (lane->retired) {
        if (lane->active > 0) return;
        onGone_(*lane);
        retired_.remove(lane);
        return;
    }
    const auto it = std::find(lanes_.begin(), lanes_.end(), lane);
    if (it != lanes_.end()) lanes_.splice(lanes_.begin(), lanes_, it);
}

void LanePool::retire(const LanePtr& lane) {
    if (lane->retired) return;
    lane->retired = true;
    if (lane->active > 0)
        retired_.push_back(lane);
    else
        onGone_(*lane);
    lanes_.remove(lane);
}

std::list<LanePtr> LanePool::idleLanes(int count) {
    if (maxConnections_ != 0) count = std::min(count, maxConnections_ - connections());
    std::list<LanePtr> idle;
    for (const auto& lane : lanes_)
        if (!lane->isConnection() && static_cast<int>(idle.size()) < count) idle.push_back(lane);
    while (static_cast<int>(idle.size()) < count) {
        idle.push_back(makeLane_());
        lanes_.push_front(idle.back());
    }
    return idle;
}

} // namespace penstock
