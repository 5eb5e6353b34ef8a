#include "engine/simulator/options.h"

#include <cmath>

namespace penstock {

namespace {

Error outside(const std::string& flag, const std::string& range) {
    return Error{flag + " must be " + range};
}

bool isRate(double share) {
    return share >= 0 && share <= 1;
} // false for NaN

} // namespace

Status validate(const SimulatorOptions& o) {
    constexpr Nanos longest = std::chrono::minutes{10};
    if (o.maxConcurrentStreams < 1) return outside("--max-concurrent-streams", "at least 1");
    if (o.slots < 1 || o.slots > 100'000) return outside("--slots", "1 to 100000");
    if (!(o.prefillTokensPerSecond >= 1 && o.prefillTokensPerSecond <= 1e9))
        return outside("--prefill-tokens-per-second", "1 to 1000000000");
    if (o.stepBase < Nanos{0} || o.stepBase > longest) return outside("--step-base", "0 to 10m");
    if (o.stepPerSequence < Nanos{0} || o.stepPerSequence > longest) return outside("--step-per-sequence", "0 to 10m");
    if (o.waitingRoom < 0 || o.waitingRoom > 1'000'000) return outside("--waiting-room", "0 to 1000000");
    if (o.kvTokens < 2 || o.kvTokens > 1'000'000'000) return outside("--kv-tokens", "2 to 1000000000");
    if (o.defaultOutputTokens < 1 || o.defaultOutputTokens > 1'000'000)
        return outside("--output-tokens", "1 to 1000000");
    if (o.connectDelay < Nanos{0} || o.connectDelay > longest) return outside("--connect-delay", "0 to 10m");
    if (o.requestsPerMinute < 0) return outside("--rpm", "0 (no limit) or more");
    if (o.tokensPerMinute < 0) return outside("--tpm", "0 (no limit) or more");
    const std::pair<const char*, double> rates[] = {
        {"--fault-429", o.fault429}, {"--fault-5xx", o.fault5xx},     {"--fault-drop", o.faultDrop},
        {"--fault-cut", o.faultCut}, {"--fault-stall", o.faultStall}, {"--fault-error-event", o.faultErrorEvent}};
    double sum = 0;
    for (const auto& [flag, share] : rates) {
        if (!isRate(share)) return outside(flag, "a share of the requests, 0 to 1");
        sum += share;
    }
    if (sum > 1 + 1e-9)
        return Error{"the --fault-... shares must not add up to more than 1: a request meets one fault at most"};
    return okStatus();
}

} // namespace penstock
