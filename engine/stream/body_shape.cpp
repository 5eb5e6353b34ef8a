#include "engine/stream/body_shape.h"

#include "engine/stream/server_message.h"

#include <algorithm>

namespace penstock {

namespace {

/// Position of `needle` (lower case) in `text`, whatever the case there.
std::size_t findIgnoringCase(std::string_view text, std::string_view needle, std::size_t from) {
    if (from > text.size()) return std::string_view::npos;
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    const auto found = std::search(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), needle.begin(),
                                   needle.end(), [&](char a, char b) { return lower(a) == b; });
    return found == text.end() ? std::string_view::npos : static_cast<std::size_t>(found - text.begin());
}

} // namespace

std::optional<ShapeFound> shapeOf(std::string_view bytes) {
    const std::size_t at = bytes.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (at == std::string_view::npos) return std::nullopt;
    switch (bytes[at]) {
    case '{':
    case '[':
        return ShapeFound{BodyShape::Json, at};
    case '<':
        return ShapeFound{BodyShape::WebPage, at};
    default:
        return ShapeFound{BodyShape::EventStream, at};
    }
}

std::string titleOf(std::string_view page) {
    const std::size_t tag = findIgnoringCase(page, "<title", 0);
    if (tag == std::string_view::npos) return {};
    const std::size_t begin = page.find('>', tag);
    if (begin == std::string_view::npos) return {};
    const std::size_t end = findIgnoringCase(page, "</title", begin);
    if (end == std::string_view::npos) return {};
    return presentable(page.substr(begin + 1, end - begin - 1), 200);
}

} // namespace penstock
