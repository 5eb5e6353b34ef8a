#include "ui/window/frame_meter.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace penstock::ui {

void FrameMeter::painted(Duration took) {
    ring_[total_ % ring_.size()] = took + std::exchange(pending_, Duration{0});
    ++total_;
}

std::optional<FrameMeter::Duration> FrameMeter::p95() const {
    const auto count = std::min(total_, ring_.size());
    if (count == 0) return std::nullopt;
    std::vector<Duration> sorted(ring_.begin(), ring_.begin() + static_cast<std::ptrdiff_t>(count));
    const auto rank = (count * 95 + 99) / 100; // nearest rank
    const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(rank - 1);
    std::nth_element(sorted.begin(), at, sorted.end());
    return *at;
}

} // namespace penstock::ui
