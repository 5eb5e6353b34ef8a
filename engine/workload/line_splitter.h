#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace penstock {

/// A line of the workload, without its end. The view is good until the call that brought it returns.
struct Line {
    std::uint64_t number = 0; ///< from 1
    std::string_view text;    ///< empty when tooLong
    bool tooLong = false;
};

/// Cuts bytes that come in any pieces into lines. A line ends in LF or CRLF, or with the file; a byte order mark before
/// the first line is left out. Holds at most one line, and of a line that is too long only its beginning.
class LineSplitter {
public:
    /// `maxLineBytes` counts without the line's end.
    explicit LineSplitter(std::size_t maxLineBytes)
        : maxLineBytes_(maxLineBytes) {}

    /// Returns false to take no further line.
    using Sink = std::function<bool(const Line&)>;

    /// Hands over the lines that `bytes` completes. Returns how many of the bytes belong to lines that were handed over
    /// or begun: all of them, unless the sink stopped, then up to and with the end of the line at which it did.
    std::size_t feed(std::string_view bytes, const Sink& sink);

    /// The file has ended: hands over a last line that has no end of its own.
    void finish(const Sink& sink);

private:
    bool emit(std::string_view text, const Sink& sink);
    void keep(std::string_view piece);

    std::size_t maxLineBytes_;
    std::uint64_t number_ = 0;
    std::string begun_; ///< of the line whose end has not come
    bool inLine_ = false;
    bool overflow_ = false; ///< the line has outgrown begun_
};

} // namespace penstock
