#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::simulator {

/// The one model that the simulator serves, whatever name a request asks for.
inline constexpr std::string_view modelName = "simulated-8b";
inline constexpr std::string_view systemFingerprint = "fp_penstock_simulation";

/// The answer to one chat completion in OpenAI's shapes: as server-sent events, or as one document. Pure.
class ChatFormat {
public:
    /// `created` in seconds since 1970. `usageFollows`: a usage chunk was asked for, so the other chunks carry
    /// `"usage":null`.
    ChatFormat(const std::string& id, std::int64_t created, bool usageFollows);

    std::string roleEvent() const;
    /// `piece` must need no escaping in JSON; the simulator's own text does not.
    std::string contentEvent(std::string_view piece) const;
    std::string finishEvent(std::string_view reason) const;
    std::string usageEvent(std::int64_t promptTokens, std::int64_t outputTokens) const;
    /// An error inside the stream, as servers send it once the status is out.
    static std::string errorEvent(std::string_view message);
    static std::string doneEvent();

    /// The whole answer, not streamed.
    std::string document(std::string_view text, std::string_view reason, std::int64_t promptTokens,
                         std::int64_t outputTokens) const;

private:
    std::string choiceEvent(std::string_view delta, std::string_view reason) const;

    std::string id_;
    std::int64_t created_;
    std::string head_; ///< of every event, up to its choices
    std::string tail_;
};

} // namespace penstock::simulator
