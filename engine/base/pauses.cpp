#include "engine/base/pauses.h"

#include <algorithm>

namespace penstock {

void Pauses::begin(Nanos at) {
    if (paused()) return;
    if (!pauses_.empty()) at = std::max(at, *pauses_.back().end);
    pauses_.push_back({at, std::nullopt, before(at)});
}

void Pauses::end(Nanos at) {
    if (paused()) pauses_.back().end = std::max(at, pauses_.back().begin);
}

Nanos Pauses::before(Nanos at) const {
    const auto after = std::upper_bound(pauses_.begin(), pauses_.end(), at, [](Nanos moment, const Stretch& pause) { return moment < pause.begin; });
    if (after == pauses_.begin()) return Nanos{0};
    const auto& last = *(after - 1);
    return last.earlier + (last.end ? std::min(at, *last.end) : at) - last.begin;
}

} // namespace penstock
