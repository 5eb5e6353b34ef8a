#pragma once

#include <string>
#include <string_view>

namespace penstock::record {

/// By what a person knows a request in a list: the beginning of its last user message on one line, at most 200 bytes of UTF-8,
/// cut at a character. Empty when `body` (JSON) has none.
std::string promptLine(std::string_view body);

} // namespace penstock::record
