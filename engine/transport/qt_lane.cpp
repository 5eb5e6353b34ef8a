#include "engine/transport/qt_lane.h"

#include <algorithm>

namespace penstock {

bool LanePool::hasRoom() const {
    if (maxLanes_ == 0 || lanes() < maxLanes_) return true;
    return reuse_ && std::any_of(lanes_.begin(), lanes_.end(), [](const LanePtr& lane) { return lane->hasRoom(); });
}

LanePtr LanePool::take() {
    auto best = lanes_.end();
    if (reuse_) {
        const auto better = [](const QtLane& a, const QtLane& b) {
            if (a.open != b.open) return a.open;
            return a.active > b.active;
        };
        for (auto it = lanes_.begin(); it != lanes_.end(); ++it) {
            if ((*it)->hasRoom() && (best == lanes_.end() || better(**it, **best))) best = it;
            // One exchange a lane: the first open one that is free is the one used last.
            if (best != lanes_.end() && (*best)->open && (*best)->limit == 1) break;
        }
    }
    if (best == lanes_.end()) best = lanes_.insert(lanes_.begin(), makeLane_());
    ++(*best)->active;
    return *best;
}

void LanePool::giveBack(const LanePtr& lane) {
    --lane->active;
    if (!reuse_) retire(lane);
    if (lane->retired) return;
    const auto it = std::find(lanes_.begin(), lanes_.end(), lane);
    if (it != lanes_.end()) lanes_.splice(lanes_.begin(), lanes_, it);
}

void LanePool::retire(const LanePtr& lane) {
    lane->retired = true;
    lanes_.remove(lane);
}

int LanePool::openLanes() const {
    return static_cast<int>(std::count_if(lanes_.begin(), lanes_.end(), [](const LanePtr& lane) { return lane->open; }));
}

} // namespace penstock
