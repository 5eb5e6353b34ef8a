#pragma once

#include "engine/base/outcome.h"
#include "engine/base/request.h"
#include "engine/base/time.h"
#include "engine/base/usage.h"

#include <cstdint>
#include <optional>
#include <string>

namespace penstock {

/// The stamps of one attempt, in the order in which they are taken. A stamp that was never reached has no value.
struct Stamps {
    std::optional<Instant> queued;     ///< entered the admission queue (first attempt), or became due again (a retry)
    std::optional<Instant> admitted;   ///< got its permit
    std::optional<Instant> sent;       ///< the request left for the network
    std::optional<Instant> firstByte;  ///< first byte of the response body
    std::optional<Instant> firstEvent; ///< first event with a choice
    std::optional<Instant> firstToken; ///< first event that carries generated content of any kind
    std::optional<Instant> lastToken;  ///< last such event
    std::optional<Instant> completed;  ///< outcome known, parsing and validation done
    std::optional<Instant> released;   ///< permit given back
};

/// One attempt, closed: the row of spans.csv. A value; crosses threads.
struct Span {
    RequestId request = 0;
    std::string customId;
    std::string spanId;   ///< 16 hex digits, as W3C trace context has it
    std::string parentId; ///< the request's root span
    int attempt = 1;      ///< from 1
    std::uint32_t segment = 0;
    std::string httpVersion; ///< `1.1` or `2`; empty when no response came
    bool connectionNew = false;
    bool degraded = false;
    Stamps stamps;
    Nanos connect{0}; ///< t_conn: TCP and TLS set-up when this attempt opened a connection, else 0
    Outcome outcome;
    /// The attempt was followed by another one for this cause; empty when it was the last.
    std::string retryCause;
    Usage usage;
    /// Output tokens that were generated and thrown away: of an attempt that did not end as the request's success.
    std::int64_t wastedTokens = 0;
    std::uint64_t bytesReceived = 0; ///< of the response body
    std::uint32_t contentEvents = 0;
    /// Sum of the gaps between consecutive content events is lastToken - firstToken; this is the longest of them.
    Nanos longestGap{0};

    /// admitted - queued; nullopt when never admitted.
    std::optional<Nanos> tQueue() const { return between(stamps.queued, stamps.admitted); }
    /// sent -> first event that carries generated content (TTFT).
    std::optional<Nanos> tFirstToken() const { return between(stamps.sent, stamps.firstToken); }
    /// first token -> last token.
    std::optional<Nanos> tStream() const { return between(stamps.firstToken, stamps.lastToken); }
    /// last token -> completed.
    std::optional<Nanos> tPost() const { return between(stamps.lastToken, stamps.completed); }
    /// released - admitted, from the scheduler's own stamps, never a sum of parts.
    std::optional<Nanos> tInFlight() const { return between(stamps.admitted, stamps.released); }
    /// TPOT = t_stream / (output_tokens - 1); nullopt with fewer than two tokens, an unknown count, or an answer that came whole.
    std::optional<Nanos> tpot() const {
        const auto stream = tStream();
        if (!stream || *stream <= Nanos{0} || !usage.output || *usage.output < 2) return std::nullopt;
        return *stream / (*usage.output - 1);
    }

private:
    static std::optional<Nanos> between(const std::optional<Instant>& from, const std::optional<Instant>& to) {
        if (!from || !to) return std::nullopt;
        return *to - *from;
    }
};

} // namespace penstock
