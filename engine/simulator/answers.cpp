#include "engine/simulator/answers.h"

#include <iterator>

namespace penstock::simulator {

http::Headers commonHeaders(std::string_view contentType) {
    return {{"server", "penstock-simulator/" PENSTOCK_VERSION " (simulation)"},
            {"content-type", std::string(contentType)},
            {"cache-control", "no-store"}};
}

void answerJson(http::ServerExchange& exchange, int status, const std::string& document, http::Headers extra) {
    http::Headers headers = commonHeaders("application/json");
    headers.emplace_back("content-length", std::to_string(document.size()));
    std::move(extra.begin(), extra.end(), std::back_inserter(headers));
    exchange.head(status, headers);
    exchange.write(document);
    exchange.finish();
}

void answerError(http::ServerExchange& exchange, const ApiError& error, http::Headers extra) {
    if (error.retryAfterSeconds) extra.emplace_back("retry-after", std::to_string(*error.retryAfterSeconds));
    answerJson(exchange, error.status, error.body().dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
               std::move(extra));
}

} // namespace penstock::simulator
