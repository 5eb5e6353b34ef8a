#include "engine/measure/mean_over_time.h"

#include <algorithm>

namespace penstock {

void MeanOverTime::set(Instant at, double value) { settings_.push_back({at, value}); }

double MeanOverTime::mean(Instant from, Instant to) const {
    if (settings_.empty()) return 0;
    const auto& present = settings_.back();
    if (std::all_of(settings_.begin(), settings_.end(), [&](const Setting& s) { return s.value == present.value; })) return present.value;
    double weighted = 0, time = 0;
    for (std::size_t i = 0; i < settings_.size(); ++i) {
        const auto begin = i == 0 ? from : std::max(from, settings_[i].at);
        const auto end = i + 1 == settings_.size() ? to : std::min(to, settings_[i + 1].at);
        const auto ruled = static_cast<double>(std::max(end - begin, Nanos{0}).count());
        weighted += settings_[i].value * ruled;
        time += ruled;
    }
    return time > 0 ? weighted / time : present.value;
}

} // namespace penstock
