#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace penstock {

/// Offset of the first byte that is not part of well-formed UTF-8 (Unicode 15, table 3-7: no overlong forms, no
/// surrogates, nothing beyond U+10FFFF); nullopt when all of it is.
std::optional<std::size_t> firstInvalidUtf8(std::string_view text);

} // namespace penstock
