#include "engine/record/prompt_line.h"

#include "engine/base/prompt_text.h"
#include "engine/base/utf8_cut.h"

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
    line.resize(utf8Head(line, longest).size());
    return line;
}

} // namespace penstock::record
