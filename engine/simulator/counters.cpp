#include "engine/simulator/counters.h"

namespace penstock::simulator {

nlohmann::json Counters::toJson() const {
    using nlohmann::json;
    json faultCounts = json::object();
    for (std::size_t kind = 1; kind < faults.size(); ++kind)
        faultCounts[std::string(faultWord(static_cast<FaultKind>(kind)))] = faults[kind];
    const std::uint64_t tooMany =
        rejectedWaitingRoom + rejectedRateLimit + faults[static_cast<std::size_t>(FaultKind::TooManyRequests)];
    return {{"requests", requests},
            {"live", live},
            {"peak_in_flight", peakInFlight},
            {"successes", successes},
            {"clients_gone", clientsGone},
            {"bad_requests", badRequests},
            {"status_429", tooMany},
            {"rejected", {{"waiting_room", rejectedWaitingRoom}, {"rate_limit", rejectedRateLimit}}},
            {"faults", std::move(faultCounts)},
            {"prompt_tokens", promptTokens},
            {"output_tokens", outputTokens}};
}

} // namespace penstock::simulator
