#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock {

/// Builds lines of CSV: cells in RFC 4180's quoting, lines ended by a line feed alone (as the tools around it expect).
/// A text cell that a spreadsheet would run as a formula, because it starts with = + - @, a tab, a carriage return or a
/// line feed, gets a leading apostrophe. Numbers are written as they are.
class CsvLine {
public:
    CsvLine& text(std::string_view cell);
    CsvLine& number(std::int64_t value);
    /// The shortest text that reads back as the same value.
    CsvLine& number(double value);
    CsvLine& empty();
    template <typename T>
    CsvLine& number(const std::optional<T>& value) {
        return value ? number(*value) : empty();
    }

    /// The line so far, ended; starts the next one. Valid until the next call.
    std::string_view finish();

private:
    void separate();

    std::string line_;
    bool first_ = true;
    bool finished_ = false;
};

} // namespace penstock
