#pragma once

#include "engine/simulator/http/server.h"
#include "tests/simulator/raw_client.h"

namespace penstock {

/// A server whose handler holds each exchange for the test to answer. One that goes unanswered is noted in `gone`.
struct HoldingServer {
    explicit HoldingServer(const http::ServerOptions& options = {}) {
        auto made = http::listen(options);
        Q_ASSERT_X(made.ok(), "listen", made.ok() ? "" : made.error().message.c_str());
        server = std::move(*made);
        server->setHandler([this](std::shared_ptr<http::ServerExchange> exchange) {
            exchange->setOnGone([this, raw = exchange.get()] { gone.push_back(raw); });
            held.push_back(std::move(exchange));
            if (onRequest) onRequest(*held.back());
        });
    }

    /// Waits for so many requests, of all connections; more than that is a failure.
    bool holds(std::size_t count) {
        return waitFor([&] { return held.size() >= count; }) && held.size() == count;
    }

    std::unique_ptr<http::Server> server;
    std::vector<std::shared_ptr<http::ServerExchange>> held;
    std::vector<http::ServerExchange*> gone;
    std::function<void(http::ServerExchange&)> onRequest; ///< answers at once
};

} // namespace penstock
