#pragma once

#include "engine/simulator/api_error.h"
#include "engine/simulator/http/server.h"

#include <string>
#include <string_view>

namespace penstock::simulator {

/// The headers of every answer: they say that this is a simulation.
http::Headers commonHeaders(std::string_view contentType);

/// Writes a whole JSON document and finishes the exchange.
void answerJson(http::ServerExchange& exchange, int status, const std::string& document, http::Headers extra = {});

/// Writes an error in OpenAI's shape and finishes the exchange.
void answerError(http::ServerExchange& exchange, const ApiError& error, http::Headers extra = {});

} // namespace penstock::simulator
