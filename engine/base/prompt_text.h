#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace penstock {

/// The text of the last user message of a chat body (JSON), for a person to recognise the request by: its text parts joined,
/// at most `bytes` of UTF-8, cut at a character. Empty when the body has none. Not for sending.
std::string lastUserMessage(std::string_view body, std::size_t bytes);

} // namespace penstock
