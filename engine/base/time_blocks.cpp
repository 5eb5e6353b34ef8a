#include "engine/base/time_blocks.h"

#include <algorithm>

namespace penstock {

void TimeBlocks::pair() {
    std::vector<double> paired((counts_.size() + 1) / 2, 0.0);
    for (std::size_t i = 0; i < counts_.size(); ++i) paired[i / 2] += counts_[i];
    counts_ = std::move(paired);
    length_ *= 2;
}

void TimeBlocks::add(Nanos after) {
    after = std::max(after, Nanos{0});
    while (static_cast<std::size_t>(after / length_) >= most) pair();
    const auto block = static_cast<std::size_t>(after / length_);
    if (counts_.size() <= block) counts_.resize(block + 1, 0.0);
    counts_[block] += 1;
}

void TimeBlocks::end(Nanos after) {
    after = std::max(after, Nanos{0});
    while (static_cast<std::size_t>(after / length_) > most) pair();
    counts_.resize(static_cast<std::size_t>(after / length_), 0.0);
}

} // namespace penstock
