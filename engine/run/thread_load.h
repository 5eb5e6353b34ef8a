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

    /// The share of one core, 0..1, in the last whole second before a call, and in the first second since the first call,
    /// which gets 0: by the tenth of a second it would be a flicker and not a figure.
    double at(Instant now);

    /// CPU time of the calling thread.
    static Nanos ofThisThread();

private:
    CpuTime cpuTime_;
    bool called_ = false, whole_ = false;
    Instant last_{};
    Nanos used_{0};
    double load_ = 0;
};

} // namespace penstock
