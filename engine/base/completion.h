#pragma once

#include "engine/base/usage.h"

#include <optional>
#include <string>
#include <vector>

namespace penstock {

/// A function call that the model asked for, assembled from its deltas.
struct ToolCall {
    std::string id;
    std::string name;
    std::string arguments; ///< JSON text exactly as streamed; not checked

    bool operator==(const ToolCall&) const = default;
};

/// An error that the server reported inside a body or a stream.
struct ServerMessage {
    std::string code; ///< the server's own code or type as text; may be empty
    std::string message;

    bool operator==(const ServerMessage&) const = default;
};

/// What an answer contains once its deltas are put together, in every API dialect.
struct Completion {
    std::string responseId; ///< the server's id of the completion, where it gave one
    std::string model;      ///< the model that the server says answered
    std::string text;
    std::string reasoning;
    std::string refusal;
    std::vector<ToolCall> toolCalls;
    std::optional<std::string> finishReason;
    Usage usage;
};

} // namespace penstock
