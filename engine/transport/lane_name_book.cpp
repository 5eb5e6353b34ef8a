#include "engine/transport/lane_name_book.h"

#include "engine/transport/lane_names.h"

#include <algorithm>

namespace penstock {

LaneName LaneNameBook::take(Instant now) {
    if (!resting_.empty() && resting_.front().usableFrom <= now) {
        LaneName name = std::move(resting_.front().name);
        resting_.pop_front();
        return name;
    }
    if (manager_) {
        if (const auto name = laneName(host_, tls_, next_)) {
            ++next_;
            return {manager_, *name};
        }
    }
    manager_ = makeManager_();
    next_ = 1;
    return {manager_, laneName(host_, tls_, 0).value_or(QString::fromStdString(host_))};
}

void LaneNameBook::giveBack(LaneName name, Instant usableFrom) {
    const auto later =
        std::find_if(resting_.rbegin(), resting_.rend(), [&](const Resting& r) { return r.usableFrom <= usableFrom; });
    resting_.insert(later.base(), Resting{std::move(name), usableFrom});
}

} // namespace penstock
