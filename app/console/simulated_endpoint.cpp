#include "app/console/simulated_endpoint.h"

namespace penstock::console {

Result<Target> SimulatedEndpoint::target() {
    if (!simulator_) {
        auto started = startSimulator({});
        if (!started) return Error{"the simulated endpoint did not start: " + started.error().message};
        simulator_ = std::move(*started);
    }
    Target target;
    target.simulated = true;
    target.baseUrl = simulator_->baseUrl();
    if (const auto pem = simulator_->certificatePem(); !pem.empty()) target.caPem.push_back(pem);
    return target;
}

} // namespace penstock::console
