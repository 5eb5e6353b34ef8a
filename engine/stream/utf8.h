#pragma once

#include <string>
#include <string_view>

namespace penstock {

bool isValidUtf8(std::string_view bytes);

/// Appends `bytes` to `out` as the WHATWG UTF-8 decoder reads them: each maximal ill-formed part becomes one U+FFFD.
/// A byte order mark is kept; who knows where the stream starts strips it.
void appendRepairedUtf8(std::string_view bytes, std::string& out);

/// The longest prefix of `text` (valid UTF-8) that has at most `characters` code points.
std::string_view firstCharacters(std::string_view text, std::size_t characters);

} // namespace penstock
