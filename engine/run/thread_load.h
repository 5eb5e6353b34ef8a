#pragma once

#include "engine/base/time.h"

#include <functional>

namespace penstock {

/// How busy a thread is: the CPU time that it used over the time that passed.
class ThreadLoad {
public:
    using CpuTime = std::function<Nanos()>;

    /// `cpuTime` tells what the thread has used since it began.
    explicit ThreadLoad(CpuTime cpuTime = &ofThisThread)
        : cpuTime_(std::move(cpuTime)) {}

    /// The share of one core since the last call, 0..1; 0 for the first call. When no time has passed, as last told.
    double sinceLast(Instant now);

    /// CPU time of the calling thread.
    static Nanos ofThisThread();

private:
    CpuTime cpuTime_;
    bool called_ = false;
    Instant last_{};
    Nanos used_{0};
    double load_ = 0;
};

} // namespace penstock
