#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::simulator {

/// The simulator's rule for prompt tokens: the UTF-8 bytes of the text of all messages, four to a token, rounded up; at
/// least 1.
std::int64_t countPromptTokens(std::string_view text);

/// What will be answered: it depends on the seed and the prompt alone, never on time or load.
class AnswerPlan {
public:
    /// The natural length is drawn evenly from mean/4 .. 7 x mean/4 (at least 1); `maxTokens` and the room that the KV
    /// budget leaves beside the prompt (`kvRoom`, at least 1) cut it.
    AnswerPlan(std::uint64_t seed, std::string_view prompt, int meanTokens, std::optional<std::int64_t> maxTokens,
               std::int64_t kvRoom);

    std::int64_t tokens() const { return tokens_; }
    /// The answer was cut short of its natural length: finish_reason is `length`, else `stop`.
    bool cut() const { return cut_; }
    /// The text of token `index`, 0 .. tokens() - 1: made-up words of plain letters, four bytes or so a token, that
    /// need no escaping in JSON.
    std::string piece(std::int64_t index) const;

private:
    bool endsSentence(std::int64_t index) const;
    bool startsWord(std::int64_t index) const;

    std::uint64_t text_;
    std::int64_t tokens_;
    bool cut_;
};

} // namespace penstock::simulator
