#include "engine/simulator/endpoint.h"

#include "engine/simulator/answers.h"
#include "engine/simulator/chat_format.h"

namespace penstock::simulator {

namespace {

constexpr std::string_view completionsPath = "/v1/chat/completions";

/// The one method that a path allows; empty for a path that there is not.
std::string_view methodOf(std::string_view path) {
    if (path == completionsPath || path == "/stats/reset") return "POST";
    if (path == "/v1/models" || path == "/stats") return "GET";
    return {};
}

nlohmann::json models() {
    return {{"object", "list"},
            {"data", nlohmann::json::array({{{"id", modelName},
                                             {"object", "model"},
                                             {"created", 1767225600}, // 2026-01-01
                                             {"owned_by", "penstock-simulator"},
                                             {"simulated", true},
                                             {"description", "A simulation: made-up words, no model behind them."}}})}};
}

} // namespace

Endpoint::Endpoint(const Clock& clock, const SimulatorOptions& options, http::Server& server)
    : server_(server)
    , seed_(options.seed)
    , connectDelay_(clock, options.connectDelay)
    , completions_(clock, options, connectDelay_) {
    server.setOnConnection([this](http::ServerConnection& connection) { connectDelay_.opened(connection.id()); });
    server.setHandler([this](std::shared_ptr<http::ServerExchange> exchange) { handle(std::move(exchange)); });
}

void Endpoint::handle(std::shared_ptr<http::ServerExchange> exchange) {
    const auto& request = exchange->request();
    const std::string_view path = std::string_view(request.path).substr(0, request.path.find('?'));
    if (path == completionsPath && request.method == "POST") {
        completions_.handle(std::move(exchange));
        return;
    }
    ++otherRequests_;
    connectDelay_.pass(exchange->connection().id(), [this, exchange] { answer(*exchange); });
}

void Endpoint::answer(http::ServerExchange& exchange) {
    const auto& request = exchange.request();
    const std::string path = request.path.substr(0, request.path.find('?'));
    const std::string allowed(methodOf(path));
    ApiError error;
    if (allowed.empty()) {
        error.status = 404;
        error.message =
            "There is no such path here; the simulator has POST /v1/chat/completions, GET /v1/models and GET /stats.";
        answerError(exchange, error);
    } else if (request.method != allowed) {
        error.status = 405;
        error.message = path + " takes " + allowed + " only.";
        answerError(exchange, error, {{"allow", allowed}});
    } else if (path == "/v1/models") {
        answerJson(exchange, 200, models().dump());
    } else {
        if (path == "/stats/reset") resetStats();
        answerJson(exchange, 200, stats().dump());
    }
}

nlohmann::json Endpoint::stats() {
    nlohmann::json stats = completions_.counters().toJson();
    stats["simulated"] = true;
    stats["model"] = modelName;
    stats["seed"] = seed_;
    stats["connections_opened"] = server_.connectionsAccepted() - connectionsBefore_;
    stats["connections_open"] = server_.connectionsOpen();
    stats["other_requests"] = otherRequests_;
    stats["batch"] = completions_.batchState();
    return stats;
}

void Endpoint::resetStats() {
    completions_.resetCounters();
    connectionsBefore_ = server_.connectionsAccepted();
    otherRequests_ = 0;
}

} // namespace penstock::simulator
