#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace penstock {

/// What a response body turns out to be. Its first bytes decide, not the Content-Type: servers send event streams as
/// text/html or text/plain, and JSON errors as text/event-stream.
enum class BodyShape {
    EventStream, ///< or text of no known kind, which then yields no event
    Json,
    WebPage,
};

/// The shape that the first significant byte tells; white space and a byte order mark tell nothing yet.
struct ShapeFound {
    BodyShape shape;
    std::size_t at; ///< where that byte is
};
std::optional<ShapeFound> shapeOf(std::string_view bytes);

/// The title of a web page, made presentable; empty when it has none.
std::string titleOf(std::string_view page);

} // namespace penstock
