#include "engine/run/thread_load.h"

#include <algorithm>

#include <time.h>

namespace penstock {

double ThreadLoad::at(Instant now) {
    const auto used = cpuTime_();
    if (!std::exchange(called_, true)) {
        last_ = now;
        used_ = used;
        return load_;
    }
    const auto passed = now - last_;
    if (passed <= Nanos{0} || (whole_ && passed < std::chrono::seconds{1})) return load_;
    load_ = std::clamp(toSeconds(used - used_) / toSeconds(passed), 0.0, 1.0);
    if (passed >= std::chrono::seconds{1}) {
        whole_ = true;
        last_ = now;
        used_ = used;
    }
    return load_;
}

Nanos ThreadLoad::ofThisThread() {
    timespec used{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return std::chrono::seconds{used.tv_sec} + Nanos{used.tv_nsec};
}

} // namespace penstock
