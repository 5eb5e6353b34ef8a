#pragma once

#include "engine/stream/decoder.h"
#include "engine/stream/sse_parser.h"

#include <cstdint>
#include <cstdio>
#include <string>

namespace penstock::cli {

/// Writes what an SSE parser made of a stream, each event as it comes, so that a capture of any length is shown in
/// bounded memory. As JSON it is one object: `events[{event, data, id}], retry, last_event_id, comments,
/// incomplete_at_eof`, and `error` when a bound was exceeded.
class SseReport final : public SseSink {
public:
    SseReport(std::FILE* out, bool json)
        : out_(out)
        , json_(json) {}

    bool onEvent(const SseEvent& event) override;
    /// Once, when the input is over. `problem` is empty when it was read to its end.
    void finish(const SseParser& parser, const std::string& problem);

private:
    std::FILE* out_;
    bool json_;
    std::uint64_t events_ = 0;
};

/// Writes what a decoder made of a body: CONTRACT's object for `decode --json`, or a summary for people.
void reportDecoded(std::FILE* out, const Decoder& decoder, bool json);

} // namespace penstock::cli
