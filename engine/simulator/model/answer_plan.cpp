#include "engine/simulator/model/answer_plan.h"

#include "engine/simulator/model/seeded.h"

#include <algorithm>
#include <cctype>

namespace penstock::simulator {

std::int64_t countPromptTokens(std::string_view text) {
    return std::max<std::int64_t>(1, static_cast<std::int64_t>((text.size() + 3) / 4));
}

AnswerPlan::AnswerPlan(std::uint64_t seed, std::string_view prompt, int meanTokens,
                       std::optional<std::int64_t> maxTokens, std::int64_t kvRoom)
    : text_(hashText(mix(seed, 1), prompt)) {
    const std::int64_t least = std::max(1, meanTokens / 4);
    const std::int64_t most = std::max<std::int64_t>(least, std::int64_t{7} * meanTokens / 4);
    const auto drawn =
        static_cast<std::int64_t>(hashText(mix(seed, 2), prompt) % static_cast<std::uint64_t>(most - least + 1));
    const std::int64_t natural = least + drawn;
    tokens_ = std::max<std::int64_t>(1, std::min({natural, maxTokens.value_or(natural), kvRoom}));
    cut_ = tokens_ < natural;
}

bool AnswerPlan::endsSentence(std::int64_t index) const {
    if (index == tokens_ - 1) return !cut_;
    // A sentence ends only where a word does.
    return startsWord(index + 1) && mix(text_ ^ 0x5e, static_cast<std::uint64_t>(index)) % 8 == 0;
}

bool AnswerPlan::startsWord(std::int64_t index) const {
    return index == 0 || mix(text_ ^ 0x30, static_cast<std::uint64_t>(index)) % 4 != 0;
}

std::string AnswerPlan::piece(std::int64_t index) const {
    constexpr std::string_view onsets[] = {"b", "d", "f", "g", "k", "l",  "m",  "n",
                                           "p", "r", "s", "t", "v", "br", "st", "tr"};
    constexpr std::string_view vowels[] = {"a", "e", "i", "o", "u", "ai", "ea", "o"};
    constexpr std::string_view codas[] = {"", "n", "r", "l", "s", "", "m", ""};
    const std::uint64_t bits = mix(text_, static_cast<std::uint64_t>(index));

    std::string piece;
    if (startsWord(index) && index > 0) piece += ' ';
    const std::size_t first = piece.size();
    piece += onsets[bits % 16];
    piece += vowels[(bits >> 4) % 8];
    piece += codas[(bits >> 7) % 8];
    if (index == 0 || (startsWord(index) && endsSentence(index - 1)))
        piece[first] = static_cast<char>(std::toupper(static_cast<unsigned char>(piece[first])));
    if (endsSentence(index)) piece += '.';
    return piece;
}

} // namespace penstock::simulator
