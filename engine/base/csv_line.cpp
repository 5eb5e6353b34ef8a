#include "engine/base/csv_line.h"

#include <array>
#include <charconv>

namespace penstock {

void CsvLine::separate() {
    if (finished_) {
        line_.clear();
        finished_ = false;
    }
    if (!first_) line_ += ',';
    first_ = false;
}

CsvLine& CsvLine::text(std::string_view cell) {
    separate();
    const bool formula = !cell.empty() && std::string_view("=+-@\t\r\n").find(cell.front()) != std::string_view::npos;
    const bool quoted = cell.find_first_of(",\"\r\n") != std::string_view::npos;
    if (quoted) line_ += '"';
    if (formula) line_ += '\'';
    for (const char c : cell) {
        if (c == '"') line_ += '"';
        line_ += c;
    }
    if (quoted) line_ += '"';
    return *this;
}

CsvLine& CsvLine::number(std::int64_t value) {
    separate();
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    line_.append(digits.data(), end);
    return *this;
}

CsvLine& CsvLine::number(double value) {
    separate();
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    line_.append(digits.data(), end);
    return *this;
}

CsvLine& CsvLine::empty() {
    separate();
    return *this;
}

std::string_view CsvLine::finish() {
    // A line of no cells, and one that was finished already, is an empty line.
    if (finished_) line_.clear();
    line_ += '\n';
    first_ = true;
    finished_ = true;
    return line_;
}

} // namespace penstock
