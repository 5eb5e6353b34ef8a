#pragma once

#include "engine/base/result.h"
#include "engine/base/target.h"
#include "engine/simulator/simulator.h"

#include <memory>

namespace penstock::console {

/// The built-in endpoint, started when it is first asked for and kept until the program ends.
class SimulatedEndpoint {
public:
    Result<Target> target();

private:
    std::unique_ptr<Simulator> simulator_;
};

} // namespace penstock::console
