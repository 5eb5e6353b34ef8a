#pragma once

#include "engine/simulator/completions.h"
#include "engine/simulator/http/server.h"
#include "engine/simulator/model/connect_delay.h"

#include <nlohmann/json.hpp>

#include <memory>

namespace penstock::simulator {

/// What answers on the server's paths: /v1/chat/completions, /v1/models, /stats, /stats/reset, and errors in OpenAI's
/// shape for everything else. One thread, that of the server; it must outlive the server's exchanges, and the server
/// this.
class Endpoint {
public:
    /// Sets the server's handlers. The clock must outlive this.
    Endpoint(const Clock& clock, const SimulatorOptions& options, http::Server& server);

    nlohmann::json stats();

private:
    void handle(std::shared_ptr<http::ServerExchange> exchange);
    void answer(http::ServerExchange& exchange);
    void resetStats();

    http::Server& server_;
    std::uint64_t seed_;
    std::uint64_t connectionsBefore_ = 0; ///< accepted before the counters were last reset
    ConnectDelay connectDelay_;
    Completions completions_;
    std::uint64_t otherRequests_ = 0;
};

} // namespace penstock::simulator
