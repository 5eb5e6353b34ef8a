#include "engine/simulator/model/fault_draws.h"

#include "engine/simulator/model/seeded.h"

namespace penstock::simulator {

int Fault::serverErrorStatus() const {
    constexpr int statuses[] = {500, 502, 503, 529};
    return statuses[bits % 4];
}

std::int64_t Fault::afterTokens(std::int64_t outputTokens) const {
    if (outputTokens <= 1) return 0;
    return 1 + static_cast<std::int64_t>(bits % static_cast<std::uint64_t>(outputTokens - 1));
}

FaultDraws::FaultDraws(const SimulatorOptions& options)
    : seed_(hashText(options.seed, "fault"))
    , shares_{{{FaultKind::TooManyRequests, options.fault429},
               {FaultKind::ServerError, options.fault5xx},
               {FaultKind::Drop, options.faultDrop},
               {FaultKind::Cut, options.faultCut},
               {FaultKind::Stall, options.faultStall},
               {FaultKind::ErrorEvent, options.faultErrorEvent}}} {
    double sum = 0;
    for (auto& share : shares_) {
        sum += share.below;
        // The shares may add up to 1 only nearly; then no request may slip through between.
        share.below = sum > 1 - 1e-9 ? 1.0 : sum;
    }
}

Fault FaultDraws::draw(std::uint64_t ordinal) const {
    const double at = toUnit(mix(seed_, ordinal));
    for (const auto& share : shares_)
        if (at < share.below) return {share.kind, mix(~seed_, ordinal)};
    return {};
}

std::string_view faultWord(FaultKind kind) {
    switch (kind) {
    case FaultKind::None:
        return "none";
    case FaultKind::TooManyRequests:
        return "429";
    case FaultKind::ServerError:
        return "5xx";
    case FaultKind::Drop:
        return "drop";
    case FaultKind::Cut:
        return "cut";
    case FaultKind::Stall:
        return "stall";
    case FaultKind::ErrorEvent:
        return "error_event";
    }
    return "none";
}

} // namespace penstock::simulator
