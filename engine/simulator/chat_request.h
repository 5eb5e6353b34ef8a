#pragma once

#include "engine/simulator/api_error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace penstock::simulator {

/// What of a chat completion request matters to the simulation. The model's name is not checked, so that a workload
/// written for another server can be tried; sampling options, tools and stop words are accepted and have no effect.
struct ChatRequest {
    std::string prompt; ///< roles and texts of all messages, apart from each other: what answers are drawn from
    std::int64_t promptTokens = 1;         ///< by the simulator's rule; see countPromptTokens()
    std::optional<std::int64_t> maxTokens; ///< max_completion_tokens, else max_tokens
    bool stream = false;
    bool includeUsage = false; ///< stream_options.include_usage
};

/// Reads a body from the network: any bytes, nested 64 deep at most.
std::variant<ChatRequest, ApiError> parseChatRequest(std::string_view body);

} // namespace penstock::simulator
