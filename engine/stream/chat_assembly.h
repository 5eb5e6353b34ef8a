#pragma once

#include "engine/base/completion.h"

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

/// What one chunk carried.
struct ChunkContent {
    bool choice = false;  ///< it had a choice
    bool content = false; ///< some choice had generated content: text, reasoning, refusal, or any part of a tool call
    bool text = false;    ///< the first choice had answer text
};

/// Puts the deltas of an OpenAI chat completion together. Only the choice with index 0 goes into the completion: a
/// request for several choices (`n` > 1) is answered by its first one, while the others still count as content for
/// timing.
///
/// The completion is all that grows, and by no more than the deltas hold.
class ChatAssembly {
public:
    void reset();

    /// A `chat.completion.chunk`.
    ChunkContent takeChunk(const simdjson::dom::object& chunk);
    /// A whole `chat.completion`.
    ChunkContent takeBody(const simdjson::dom::object& body);

    /// More tool calls than any answer has: the rest is not kept, and the answer is not whole.
    bool tooManyToolCalls() const { return tooManyToolCalls_; }

    Completion completion;

    static constexpr std::size_t maxToolCalls = 1024;

private:
    ChunkContent takeChoices(const simdjson::dom::object& document, bool whole);
    void takeMessage(const simdjson::dom::object& message, bool first, ChunkContent& content);
    bool takeContent(const simdjson::dom::element& value, bool first, ChunkContent& content);
    bool takeToolCalls(const simdjson::dom::object& message, bool first);
    bool takeToolCall(const simdjson::dom::object& part, bool first);
    ToolCall* callOf(std::int64_t index, std::string_view id, std::string_view name);
    void takeUsage(const simdjson::dom::object& document);

    std::vector<std::int64_t> toolIndexes_; ///< the stream's index of each of completion.toolCalls, ascending
    bool tooManyToolCalls_ = false;
};

} // namespace penstock
