#pragma once

#include "engine/base/result.h"
#include "engine/workload/source.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock {

/// A message of a chat as JSON. `role` is one of ours; `content` is a JSON string, quotes included.
std::string chatMessage(std::string_view role, std::string_view content);

/// The body of a chat completions request that we make ourselves. `messages`: JSON objects with commas between them.
/// `maxTokens` is what the line says; the run's option stands where it says nothing.
std::string chatBody(const WorkloadOptions& options, std::string_view messages, std::optional<std::int64_t> maxTokens);

/// The body of a batch line, made ready to be sent: `model` and `max_tokens` are added where it names neither them nor,
/// for the latter, `max_completion_tokens` (null names nothing). How the answer travels is the run's choice, whatever
/// the body says of it: streamed, `stream` is true and `stream_options.include_usage` is true beside other stream
/// options; not streamed, a `stream` becomes false and `stream_options` goes, as servers refuse it then. All else stays
/// as it is, byte for byte and in its order. An Error is the clause that says why the body cannot be sent.
Result<std::string> completedChatBody(const WorkloadOptions& options, std::string_view body);

} // namespace penstock
