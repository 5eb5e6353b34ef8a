#include "engine/run/thread_load.h"

#include <algorithm>

#include <time.h>

namespace penstock {

double ThreadLoad::sinceLast(Instant now) {
    if (called_ && now <= last_) return load_;
    const auto used = cpuTime_();
    if (std::exchange(called_, true)) load_ = std::clamp(toSeconds(used - used_) / toSeconds(now - last_), 0.0, 1.0);
    last_ = now;
    used_ = used;
    return load_;
}

Nanos ThreadLoad::ofThisThread() {
    timespec used{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return std::chrono::seconds{used.tv_sec} + Nanos{used.tv_nsec};
}

} // namespace penstock
