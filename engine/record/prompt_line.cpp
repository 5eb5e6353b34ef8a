#include "engine/record/prompt_line.h"

#include "engine/base/prompt_text.h"

namespace penstock::record {

namespace {

constexpr std::size_t longest = 200;
/// Enough of the message that what folds into one blank does not eat the line.
constexpr std::size_t looked = 2000;

} // namespace

std::string promptLine(std::string_view body) {
    std::string line;
    bool blank = false;
    for (const char c : lastUserMessage(body, looked)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte == 0x7f) {
            blank = !line.empty();
            continue;
        }
        if (blank) line += ' ';
        blank = false;
        line += c;
    }
    if (line.size() <= longest) return line;
    auto end = longest;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80)
        --end;
    line.resize(end);
    return line;
}

} // namespace penstock::record
