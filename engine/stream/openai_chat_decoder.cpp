#include "engine/stream/openai_chat_decoder.h"

#include "engine/stream/json_fields.h"
#include "engine/stream/json_scratch.h"
#include "engine/stream/utf8.h"

#include <algorithm>

namespace penstock {

namespace {

/// How much of a body that is no answer is kept, to quote from or to find a web page's title in.
constexpr std::size_t quotedBytes = 4096;
constexpr std::size_t quotedCharacters = 200;
/// Memory of one unusually large body is not kept for each later one.
constexpr std::size_t keptBytes = 64u << 10;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view space = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(space);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

std::string quote(std::string_view text) {
    return "\"" + presentable(text, quotedCharacters) + "\"";
}

} // namespace

OpenAiChatDecoder::OpenAiChatDecoder(const StreamLimits& limits, std::shared_ptr<JsonScratch> scratch)
    : limits_(limits)
    , scratch_(std::move(scratch))
    , sse_(limits, *this) {
    reset({}, true);
}

void OpenAiChatDecoder::reset(std::string_view contentType, bool streamed) {
    sse_.reset();
    assembly_.reset();
    contentType_ = contentType.substr(0, quotedCharacters);
    streamed_ = streamed;
    shape_.reset();
    if (held_.capacity() > keptBytes) std::string().swap(held_);
    held_.clear();
    received_ = 0;
    done_ = closed_ = false;
    problem_.kind = OutcomeKind::Success;
    problem_.code.clear();
    problem_.message.clear();
    facts_ = {};
}

Terminal OpenAiChatDecoder::terminal() const {
    if (problem_.kind == OutcomeKind::ErrorEvent) return Terminal::Error;
    return done_ && problem_.success() ? Terminal::Done : Terminal::None;
}

bool OpenAiChatDecoder::wantsMore() const {
    return !done_ && !closed_;
}

Fed OpenAiChatDecoder::feed(std::string_view bytes) {
    fed_ = {};
    if (!wantsMore() || bytes.empty()) return fed_;
    const std::size_t room = limits_.maxResponseBytes - received_;
    take(bytes.substr(0, room));
    received_ += std::min(room, bytes.size());
    // What the bound let in may have held the terminal: then the rest does not matter.
    if (bytes.size() > room && wantsMore())
        fail(OutcomeKind::TooLarge,
             "the response is longer than max-response-bytes (" + std::to_string(limits_.maxResponseBytes) + ")");
    return fed_;
}

void OpenAiChatDecoder::take(std::string_view bytes) {
    if (!shape_) {
        const auto found = shapeOf(bytes);
        if (!found || found->shape == BodyShape::EventStream) {
            if (found) shape_ = found->shape;
        } else {
            shape_ = found->shape;
            bytes.remove_prefix(found->at);
            held_.clear();
        }
    }
    if (!shape_ || *shape_ == BodyShape::EventStream)
        takeStream(bytes);
    else
        takeHeld(bytes);
}

void OpenAiChatDecoder::takeStream(std::string_view bytes) {
    if (facts_.events == 0 && held_.size() < quotedBytes) held_.append(bytes.substr(0, quotedBytes - held_.size()));
    const SseOverrun overrun = sse_.feed(bytes);
    facts_.comments = sse_.comments();
    if (!wantsMore()) return;
    switch (overrun) {
    case SseOverrun::None:
        return;
    case SseOverrun::LineBytes:
        return fail(OutcomeKind::TooLarge, "a line of the stream is longer than max-line-bytes (" +
                                               std::to_string(limits_.maxLineBytes) + ")");
    case SseOverrun::EventBytes:
        return fail(OutcomeKind::TooLarge, "an event of the stream is larger than max-event-bytes (" +
                                               std::to_string(limits_.maxEventBytes) + ")");
    case SseOverrun::EventLines:
        return fail(OutcomeKind::TooLarge, "an event of the stream has more lines than max-event-lines (" +
                                               std::to_string(limits_.maxEventLines) + ")");
    }
}

void OpenAiChatDecoder::takeHeld(std::string_view bytes) {
    if (*shape_ == BodyShape::Json) {
        held_.append(bytes);
        return;
    }
    held_.append(bytes.substr(0, quotedBytes - held_.size()));
    if (held_.size() >= quotedBytes) failAsPage();
}

bool OpenAiChatDecoder::onEvent(const SseEvent& event) {
    const std::uint64_t index = facts_.events++;
    const std::string_view data = trimmed(event.data);
    const bool isError = event.type == "error";
    if (data.empty() && !isError) return true;
    if (data == "[DONE]" && !isError) {
        done_ = true;
        facts_.terminal = "[DONE]";
        return false;
    }

    json::element document;
    if (const auto error = scratch_->parse(data).get(document)) {
        if (isError) {
            failWith(
                {{"", data.empty() ? "the server sent an error event without a message" : presentable(data)}, false});
            return true;
        }
        // Events of other types are no part of this dialect, and may hold anything.
        if (event.type != "message") return true;
        // Leaving it out would pass off a text with a hole as an answer.
        fail(OutcomeKind::NotAStream, "event " + std::to_string(index) + " of the stream is not JSON (" +
                                          simdjson::error_message(error) + "): " + quote(data));
        return false;
    }
    if (isError) {
        failWith(readError(document));
    } else if (auto error = findError(document)) {
        failWith(std::move(*error));
    }
    if (json::object chunk; !document.get(chunk)) {
        takeChunk(chunk, index);
    } else if (event.type == "message" && problem_.success()) {
        fail(OutcomeKind::NotAStream,
             "event " + std::to_string(index) + " of the stream is no completion chunk: " + quote(data));
    }
    return wantsMore();
}

void OpenAiChatDecoder::takeChunk(const json::object& chunk, std::uint64_t event) {
    const ChunkContent content = assembly_.takeChunk(chunk);
    if (content.choice) ++fed_.events;
    if (content.content) {
        ++fed_.contentEvents;
        if (!facts_.firstTokenEvent) facts_.firstTokenEvent = event;
    }
    if (content.text && !facts_.firstTextEvent) facts_.firstTextEvent = event;
    if (assembly_.tooManyToolCalls())
        fail(OutcomeKind::TooLarge,
             "the completion has more than " + std::to_string(ChatAssembly::maxToolCalls) + " tool calls");
}

Fed OpenAiChatDecoder::finish() {
    fed_ = {};
    if (!wantsMore() || !shape_) return fed_;
    switch (*shape_) {
    case BodyShape::EventStream:
        finishStream();
        break;
    case BodyShape::Json:
        finishJson();
        break;
    case BodyShape::WebPage:
        failAsPage();
        break;
    }
    return fed_;
}

void OpenAiChatDecoder::finishStream() {
    facts_.incompleteAtEof = sse_.finish();
    // A stream that was cut in its first line is still a stream.
    if (facts_.events == 0 && problem_.success() && !sse_.looksLikeAStream())
        fail(OutcomeKind::NotAStream, "the server answered with text that is no event stream: " + quote(held_));
}

void OpenAiChatDecoder::finishJson() {
    if (!isValidUtf8(held_)) {
        std::string repaired;
        appendRepairedUtf8(held_, repaired);
        held_.swap(repaired);
    }
    const std::string_view body = trimmed(held_);
    json::element document;
    if (const auto error = scratch_->parse(body).get(document)) {
        // Cut short: that the terminal is missing says it all, and the attempt counts as a cut stream.
        if (endsInsideJson(body)) {
            facts_.incompleteAtEof = true;
            return;
        }
        return fail(OutcomeKind::NotAStream,
                    std::string("the server answered with neither an event stream nor valid JSON (") +
                        simdjson::error_message(error) + "): " + quote(body));
    }
    json::object completion;
    const bool isObject = !document.get(completion);
    if (auto error = findError(document)) failWith(std::move(*error));
    ChunkContent content;
    if (isObject) content = assembly_.takeBody(completion);
    if (content.choice) ++fed_.events;
    if (content.content) ++fed_.contentEvents;
    if (!problem_.success()) return;
    if (assembly_.tooManyToolCalls())
        return fail(OutcomeKind::TooLarge,
                    "the completion has more than " + std::to_string(ChatAssembly::maxToolCalls) + " tool calls");
    if (!content.choice)
        return fail(OutcomeKind::NotAStream, "the server answered with JSON that is no completion: " + quote(body));
    if (streamed_)
        return fail(
            OutcomeKind::NotAStream,
            "a stream was asked for, but the server answered with one whole JSON document; --stream off asks for that");
    done_ = true;
    facts_.terminal = "json";
}

void OpenAiChatDecoder::failAsPage() {
    const std::string title = titleOf(held_);
    std::string message = "the server answered with a web page";
    if (!contentType_.empty()) message += " (" + presentable(contentType_, quotedCharacters) + ")";
    message += title.empty() ? ": " + quote(held_) : ", titled \"" + title + "\"";
    fail(OutcomeKind::NotAStream, std::move(message));
}

void OpenAiChatDecoder::fail(OutcomeKind kind, std::string message) {
    if (kind != OutcomeKind::ErrorEvent) closed_ = true;
    if (!problem_.success()) return; // the first one is the cause
    problem_.kind = kind;
    problem_.message = std::move(message);
}

void OpenAiChatDecoder::failWith(ReportedError error) {
    if (!problem_.success()) return;
    fail(OutcomeKind::ErrorEvent, std::move(error.message.message));
    problem_.code = std::move(error.message.code);
    facts_.numericErrorCode = error.numericCode;
    facts_.terminal = "error";
}

} // namespace penstock
