#pragma once

#include "engine/base/time.h"

#include <optional>
#include <string>
#include <string_view>

namespace penstock {

/// How an attempt, and in the end a request, came out. Closed: every switch over it is checked by the compiler.
enum class OutcomeKind {
    Success,            ///< 2xx, the dialect's own terminal, no error event
    Rejected,           ///< 4xx other than 408, 409, 425 and 429, or a redirect: asking again would give the same
    Throttled,          ///< 429 or 529
    ServerError,        ///< 5xx other than 529; 408, 409, 425
    ConnectFailed,      ///< refused, unreachable, name not found
    TlsFailed,          ///< handshake or certificate
    StaleConnection,    ///< a reused connection closed before any byte of the response
    ConnectionLost,     ///< a connection closed or reset before the response headers were complete
    ConnectTimeout,     ///< not connected, or not handed to the network, within the bound
    FirstTokenTimeout,  ///< sent, and no content within the bound
    IdleTimeout,        ///< no byte for longer than the bound after the first
    AttemptTimeout,     ///< the attempt as a whole took too long
    DeadlineExceeded,   ///< the request as a whole took too long since its first attempt, backing off included
    CutStream,          ///< 2xx and the body ended without the dialect's terminal
    ErrorEvent,         ///< an error inside a 2xx body
    NotAStream,         ///< 2xx with a body that is not what the dialect promises (HTML, other JSON)
    TooLarge,           ///< the response went over one of the parser's bounds
    RefusedStream,      ///< HTTP/2: the server refused the stream unprocessed, and moving it did not help
    CancelledByUser,    ///< Ctrl-C, Stop
    CancelledUpstream,  ///< the request it depends on did not succeed
    Shed,               ///< the queue was full and its policy is shed
};

/// The ending of an attempt. A value.
struct Outcome {
    OutcomeKind kind = OutcomeKind::CancelledByUser;
    int status = 0;                    ///< HTTP status; 0 when none arrived
    std::optional<Nanos> retryAfter;   ///< what the server asked for
    std::string code;                  ///< the server's own code or type, where it gave one; of TlsFailed, the certificate's fault
    std::string message;               ///< one sentence; never holds a secret

    bool success() const { return kind == OutcomeKind::Success; }
};

/// The word of spans.csv and results.jsonl: `success`, `rejected`, `first_token_timeout`, ...
std::string_view toString(OutcomeKind kind);
/// The inverse of toString(); nullopt for a word that is none.
std::optional<OutcomeKind> outcomeKindFromString(std::string_view word);

/// Whether a request that ended so is one of the failures: neither a success, nor cancelled, nor shed.
bool isFailure(OutcomeKind kind);

/// Whether a request whose result is so counts among those that ended, the denominator of the success rate: any but the one that a
/// person cancelled, which says nothing of the server. A request that was shed, or whose turn before did not succeed, was not
/// answered.
bool isEnd(OutcomeKind kind);

/// Whether asking again could end differently. The one predicate; whether it is wise is the retry policy's business.
bool isRetryable(const Outcome& outcome);

/// The cause under which a retry after `outcome` is counted: `429`, `503`, `529`, `5xx`, `network`, `stale_connection`,
/// `connect_timeout`, `first_token_timeout`, `idle_timeout`, `attempt_timeout`, `stream_error`, `cut_stream`,
/// `refused_stream`. Empty when `outcome` is not retryable.
std::string_view retryCause(const Outcome& outcome);

/// The kind of an HTTP status that is not 2xx.
OutcomeKind kindOfStatus(int status);

} // namespace penstock
