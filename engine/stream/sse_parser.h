#pragma once

#include "engine/stream/stream_limits.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock {

/// One dispatched event. The views are valid UTF-8 (what was not is U+FFFD) and live until the sink returns.
struct SseEvent {
    std::string_view type; ///< `message` when the event named none
    std::string_view data; ///< the data lines joined by LF
    std::string_view id;   ///< the last event id string, which persists from event to event
};

/// Where events go.
class SseSink {
public:
    virtual ~SseSink() = default;
    /// Returns false to hear of no further event: the parser then ignores the rest of the stream.
    virtual bool onEvent(const SseEvent& event) = 0;
};

/// Which bound a stream went over.
enum class SseOverrun { None, LineBytes, EventBytes, EventLines };

/// Push parser of `text/event-stream`, after the grammar and the interpretation of the WHATWG HTML standard, section
/// "Server-sent events" (https://html.spec.whatwg.org/multipage/server-sent-events.html).
///
/// Knows no transport, no clock and no thread. What it makes of a stream does not depend on how the bytes were split.
/// It allocates only while its buffers grow to the longest line and event met; an event whose one data line lies wholly
/// inside one feed is handed on without being copied.
class SseParser {
public:
    /// `sink` must outlive the parser.
    SseParser(const StreamLimits& limits, SseSink& sink)
        : limits_(limits)
        , sink_(&sink) {}

    /// Makes it as new. Buffers keep their memory, unless something unusually long had made them grow.
    void reset();

    /// Takes the next bytes and hands on each event that they complete, before it returns. Once a bound was exceeded,
    /// or the sink wanted no more, it ignores them. Events before the excess are always handed on.
    SseOverrun feed(std::string_view bytes);

    /// The stream is over. Returns whether it ended inside an event or a line; such an event is dropped, as the
    /// standard asks.
    bool finish() const;

    SseOverrun overrun() const { return overrun_; }
    /// The reconnection time last asked for; an absurd one is held to what fits nanoseconds.
    std::optional<std::chrono::milliseconds> retry() const { return retry_; }
    std::string_view lastEventId() const { return lastEventId_; }
    std::uint64_t comments() const { return comments_; }
    /// Whether any line so far, the unfinished one included, is one that an event stream could have (a comment or a
    /// known field, or the beginning of one). A web page or a JSON document has none.
    bool looksLikeAStream() const;

private:
    const char* takeByteOrderMark(const char* at, const char* end);
    void keepUnfinishedLine(std::string_view part);
    void takeLine(std::string_view line, bool staysInFeed);
    void takeData(std::string_view value, bool staysInFeed);
    void takeRetry(std::string_view digits);
    void dispatch();
    void settleData();
    bool halted() const { return stopped_ || overrun_ != SseOverrun::None; }

    StreamLimits limits_;
    SseSink* sink_;

    unsigned bomBytes_ = 0;     ///< of the leading byte order mark matched so far
    bool started_ = false;      ///< the mark was found or ruled out
    bool skipLineFeed_ = false; ///< the last line ended in CR at the feed's end: an LF that follows belongs to it
    bool stopped_ = false;
    bool sawStreamLine_ = false;
    SseOverrun overrun_ = SseOverrun::None;
    std::string line_; ///< the beginning of a line torn across feeds

    std::string_view dataView_; ///< the event's data while it is one line of the present feed
    bool dataInFeed_ = false;
    std::string data_; ///< the event's data otherwise
    std::size_t dataLines_ = 0;
    std::size_t eventLines_ = 0;
    bool eventPending_ = false; ///< the event has a field whose meaning would be lost with it
    std::string type_;
    std::string pendingId_; ///< commits to lastEventId_ at the blank line
    std::string lastEventId_;
    std::string repaired_;

    std::optional<std::chrono::milliseconds> retry_;
    std::uint64_t comments_ = 0;
};

} // namespace penstock
