#pragma once

#include "engine/stream/decoder.h"
#include "tests/stream/cuts.h"

#include <QByteArray>
#include <QDebug>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>

namespace penstock::test {

/// All that a body comes to.
struct Decoded {
    Completion completion;
    Terminal terminal = Terminal::None;
    OutcomeKind problem = OutcomeKind::Success;
    std::string code;
    std::string message;
    DecodeFacts facts;
    std::uint32_t events = 0;
    std::uint32_t contentEvents = 0;
    bool wantsMore = false;

    bool success() const { return terminal == Terminal::Done && problem == OutcomeKind::Success; }
};

inline bool operator==(const Decoded& a, const Decoded& b) {
    const auto completions = [](const Completion& c) {
        return std::tie(c.responseId, c.model, c.text, c.reasoning, c.refusal, c.toolCalls, c.finishReason, c.usage);
    };
    const auto facts = [](const DecodeFacts& f) {
        return std::tie(f.terminal, f.events, f.comments, f.incompleteAtEof, f.firstTokenEvent, f.firstTextEvent,
                        f.numericErrorCode);
    };
    return completions(a.completion) == completions(b.completion) && facts(a.facts) == facts(b.facts) &&
           a.terminal == b.terminal && a.problem == b.problem && a.code == b.code && a.message == b.message &&
           a.events == b.events && a.contentEvents == b.contentEvents && a.wantsMore == b.wantsMore;
}

/// One decoder used again and again, as the engine does: what is left over from one body would show in the next.
class DecoderBench {
public:
    explicit DecoderBench(const StreamLimits& limits = {})
        : decoder_(makeDecoder(Api::OpenAiChat, limits, makeJsonScratch())) {}

    Decoded decode(std::string_view body, const Cuts& cuts = {}, bool streamed = true,
                   std::string_view contentType = {}) {
        decoder_->reset(contentType, streamed);
        Decoded decoded;
        const auto add = [&](const Fed& fed) {
            decoded.events += fed.events;
            decoded.contentEvents += fed.contentEvents;
        };
        feedInPieces(body, cuts, [&](std::string_view piece) {
            // In memory of its own, exactly as long: reading past it or keeping a view of it is found by the sanitizer.
            const auto copy = std::make_unique<char[]>(piece.size());
            std::copy(piece.begin(), piece.end(), copy.get());
            add(decoder_->feed(std::string_view(copy.get(), piece.size())));
        });
        add(decoder_->finish());
        decoded.terminal = decoder_->terminal();
        decoded.problem = decoder_->problem().kind;
        decoded.code = decoder_->problem().code;
        decoded.message = decoder_->problem().message;
        decoded.facts = decoder_->facts();
        decoded.wantsMore = decoder_->wantsMore();
        decoded.completion = decoder_->takeCompletion();
        return decoded;
    }

private:
    std::unique_ptr<Decoder> decoder_;
};

inline const std::string done = "data: [DONE]\n\n";

inline QByteArray described(const Decoded& d) {
    return QByteArray::fromStdString("text [" + d.completion.text + "] reasoning [" + d.completion.reasoning +
                                     "] problem " + std::string(toString(d.problem)) + " (" + d.code + ") [" +
                                     d.message + "] terminal " + std::string(d.facts.terminal) + " events " +
                                     std::to_string(d.facts.events));
}

/// Decodes `body` in many cuts, checks that they all agree, and returns what they agree on.
inline Decoded decodeEachWay(std::string_view body, bool streamed = true, std::string_view contentType = {},
                             const StreamLimits& limits = {}) {
    DecoderBench bench(limits);
    const Decoded whole = bench.decode(body, {}, streamed, contentType);
    for (const Cuts& cuts : manyCuts(body.size(), 11)) {
        const Decoded cut = bench.decode(body, cuts, streamed, contentType);
        if (cut == whole) continue;
        qWarning() << "whole:" << described(whole) << "\ncut:" << described(cut);
        Decoded unequal;
        unequal.message = "the cuts do not agree";
        unequal.problem = OutcomeKind::Shed;
        return unequal;
    }
    return whole;
}

/// The body of a stream: each of `events` as one data line.
inline std::string streamOf(std::initializer_list<std::string_view> events) {
    std::string body;
    for (const auto event : events) {
        body += "data: ";
        body += event;
        body += "\n\n";
    }
    return body;
}

/// A chunk whose first choice has this delta and further members.
inline std::string chunk(std::string_view delta, std::string_view more = "") {
    return R"({"id":"c1","model":"m","choices":[{"index":0,"delta":)" + std::string(delta) + std::string(more) + "}]}";
}

} // namespace penstock::test
