#pragma once

#include "engine/base/knobs.h"
#include "engine/base/target.h"
#include "engine/base/workload_options.h"

#include <cstdint>
#include <string>

namespace penstock {

/// Everything that makes a run: whom to ask, what, how, and where to write it down.
struct RunOptions {
    Target target;
    Knobs knobs; ///< of the first segment
    WorkloadOptions workload;
    std::string outputDir;
    bool resume = false; ///< go on with the run that `outputDir` holds
    std::uint64_t seed = 1; ///< of what is drawn by chance (jitter)
};

} // namespace penstock
