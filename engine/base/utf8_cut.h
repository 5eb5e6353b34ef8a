#pragma once

#include <cstddef>
#include <string_view>

namespace penstock {

// Parts of UTF-8 text that are at most so many bytes long and hold whole characters. A part of `text`, which must outlive it. Text
// that is no UTF-8 is cut somewhere near: never longer than asked for, nor more than three bytes shorter.

/// The beginning.
std::string_view utf8Head(std::string_view text, std::size_t bytes);
/// The end.
std::string_view utf8Tail(std::string_view text, std::size_t bytes);

} // namespace penstock
