#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace penstock::simulator {

/// What a request is refused with, in OpenAI's shape: {"error": {message, type, param, code}}.
struct ApiError {
    int status = 400;
    std::string type = "invalid_request_error";
    std::string message;
    std::optional<std::string> param;
    std::optional<std::string> code;
    std::optional<int> retryAfterSeconds; ///< sent as Retry-After

    nlohmann::json body() const;
};

/// 400 invalid_request_error about one field of the body.
ApiError badField(std::string param, std::string message);

} // namespace penstock::simulator
