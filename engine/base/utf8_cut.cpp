#include "engine/base/utf8_cut.h"

namespace penstock {

namespace {

constexpr std::size_t longestRest = 3; // bytes of a character after its first

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

} // namespace

std::string_view utf8Head(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes) return text;
    auto end = bytes;
    while (end > 0 && bytes - end < longestRest && continues(text[end])) --end;
    return text.substr(0, end);
}

std::string_view utf8Tail(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes) return text;
    const auto first = text.size() - bytes;
    auto start = first;
    while (start < text.size() && start - first < longestRest && continues(text[start])) ++start;
    return text.substr(start);
}

} // namespace penstock
