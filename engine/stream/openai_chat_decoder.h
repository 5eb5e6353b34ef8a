#pragma once

#include "engine/stream/body_shape.h"
#include "engine/stream/chat_assembly.h"
#include "engine/stream/decoder.h"
#include "engine/stream/server_message.h"
#include "engine/stream/sse_parser.h"

#include <memory>
#include <optional>
#include <string>

namespace penstock {

/// Decoder of POST /chat/completions: an event stream of chunks that `[DONE]` ends, or one JSON document when no stream
/// was asked for. Completions of a stream that was not asked for are taken too: `[DONE]` proves them whole.
class OpenAiChatDecoder final : public Decoder, private SseSink {
public:
    OpenAiChatDecoder(const StreamLimits& limits, std::shared_ptr<JsonScratch> scratch);

    void reset(std::string_view contentType, bool streamed) override;
    Fed feed(std::string_view bytes) override;
    Fed finish() override;
    Terminal terminal() const override;
    bool wantsMore() const override;
    const Outcome& problem() const override { return problem_; }
    const Completion& completion() const override { return assembly_.completion; }
    Completion takeCompletion() override { return std::move(assembly_.completion); }
    const DecodeFacts& facts() const override { return facts_; }

private:
    bool onEvent(const SseEvent& event) override;
    void take(std::string_view bytes);
    void takeStream(std::string_view bytes);
    void takeHeld(std::string_view bytes);
    void takeChunk(const simdjson::dom::object& chunk, std::uint64_t event);
    void finishStream();
    void finishJson();
    void failAsPage();
    void fail(OutcomeKind kind, std::string message);
    void failWith(ReportedError error);

    StreamLimits limits_;
    std::shared_ptr<JsonScratch> scratch_;
    SseParser sse_;
    ChatAssembly assembly_;
    std::string contentType_;
    bool streamed_ = true;
    std::optional<BodyShape> shape_;
    std::string held_; ///< a JSON body, or the beginning of anything else, for the message
    std::size_t received_ = 0;
    bool done_ = false;
    bool closed_ = false; ///< nothing that may follow could tell more
    Outcome problem_;
    DecodeFacts facts_;
    Fed fed_; ///< of the feed being taken
};

} // namespace penstock
