#include "engine/simulator/api_error.h"

namespace penstock::simulator {

nlohmann::json ApiError::body() const {
    const auto orNull = [](const std::optional<std::string>& text) {
        return text ? nlohmann::json(*text) : nlohmann::json();
    };
    return {{"error", {{"message", message}, {"type", type}, {"param", orNull(param)}, {"code", orNull(code)}}}};
}

ApiError badField(std::string param, std::string message) {
    ApiError error;
    error.message = "'" + param + "' " + message;
    error.param = std::move(param);
    return error;
}

} // namespace penstock::simulator
