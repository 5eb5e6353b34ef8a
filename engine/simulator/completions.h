#pragma once

#include "engine/base/clock.h"
#include "engine/simulator/chat_request.h"
#include "engine/simulator/counters.h"
#include "engine/simulator/http/server.h"
#include "engine/simulator/model/answer_plan.h"
#include "engine/simulator/model/batch.h"
#include "engine/simulator/model/connect_delay.h"
#include "engine/simulator/model/fault_draws.h"
#include "engine/simulator/model/rate_limits.h"

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace penstock::simulator {

struct CompletionCall;

/// POST /v1/chat/completions: joins the model of the GPU server with the exchanges that ask it. A request passes, in
/// this order: the connection's delay, the reading of its body (400), its fault, the rate limits (429), the waiting
/// room (429), the batch. One thread, that of the server whose exchanges it is given; it must outlive them.
class Completions {
public:
    /// The clock and the delay must outlive this.
    Completions(const Clock& clock, const SimulatorOptions& options, ConnectDelay& connectDelay);
    ~Completions();

    void handle(std::shared_ptr<http::ServerExchange> exchange);

    /// The counters, with those answers that the network has taken to their last byte no longer live.
    const Counters& counters();
    void resetCounters();
    /// {slots, running, waiting, kv_used, preemptions, ...}: the state of the batch, its totals since the last reset.
    nlohmann::json batchState() const;

private:
    using CallPtr = std::shared_ptr<CompletionCall>;

    void begin(const CallPtr& call);
    bool meetFaultAtTheDoor(const CallPtr& call);
    void refuse(const CallPtr& call, const ApiError& error);
    void accept(const CallPtr& call);
    void onToken(const Batch::Token& token);
    void streamToken(const CallPtr& call, const Batch::Token& token);
    void finishStream(const CallPtr& call);
    void finishDocument(const CallPtr& call);
    void meetFaultInMidStream(const CallPtr& call);
    void cutOff(const CallPtr& call);
    void succeed(const CallPtr& call);
    void onGone(std::uint64_t ordinal);
    void end(const CallPtr& call);
    void forgetDrained();

    const Clock& clock_;
    const SimulatorOptions options_;
    ConnectDelay& connectDelay_;
    const FaultDraws faults_;
    RateLimits limits_;
    Counters counters_;
    std::uint64_t lastOrdinal_ = 0;
    std::unordered_map<std::uint64_t, CallPtr> calls_; ///< by ordinal: those not ended
    std::unordered_map<SequenceId, CallPtr> bySequence_;
    std::vector<std::shared_ptr<http::ServerExchange>> draining_; ///< finished; bytes may still wait for the network
    Batch batch_;
    std::uint64_t preemptionsBefore_ = 0, recomputedBefore_ = 0; ///< at the last reset
};

} // namespace penstock::simulator
