#pragma once

#include "engine/base/knobs.h"
#include "engine/base/outcome.h"
#include "engine/base/time.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock {

/// One POST to be made. The transport adds the target's own headers, the key, Content-Type and Accept.
struct ExchangeRequest {
    std::string path;                        ///< below the base URL, e.g. /chat/completions
    std::shared_ptr<const std::string> body; ///< never null
    bool stream = true;
    /// On a connection opened for it where it speaks HTTP/1.1: the last one turned out to be stale.
    bool fresh = false;
    std::vector<std::pair<std::string, std::string>> headers; ///< of this request alone, e.g. traceparent
};

/// Status line and headers of a response.
struct ResponseHead {
    int status = 0;
    std::string contentType;
    std::string httpVersion;         ///< `1.1` or `2`
    std::string requestId;           ///< x-request-id or request-id; may be empty
    std::optional<Nanos> retryAfter; ///< retry-after-ms, or Retry-After as seconds or as a date
    std::optional<bool> shouldRetry; ///< x-should-retry
    bool closes = false;             ///< `Connection: close`, or a body that only the connection's end can delimit
};

/// How the exchange ended on the wire.
struct WireEnd {
    /// nullopt: the body is complete. Otherwise ConnectFailed, TlsFailed, StaleConnection, ConnectionLost, CutStream
    /// (the connection ended inside the body), RefusedStream or Rejected (a redirect).
    std::optional<OutcomeKind> failure;
    std::string message; ///< one sentence
};

/// What happens on one exchange, in this order: sent, head, bytes..., end. Called on the engine thread, never from
/// inside Transport::start() or a method of Exchange. After end, or once the Exchange is destroyed, nothing more is
/// called.
class ExchangeListener {
public:
    virtual ~ExchangeListener() = default;

    /// The request left for the network. `connectionNew`: it opened the connection it travels on, which took `connect`.
    virtual void onSent(Instant at, bool connectionNew, Nanos connect) = 0;
    virtual void onHead(const ResponseHead& head) = 0;
    virtual void onBytes(Instant at, std::string_view bytes) = 0;
    virtual void onEnd(Instant at, const WireEnd& end) = 0;
};

/// One request and its response under way. Destroying it before its end cancels: HTTP/2 resets the stream and keeps the
/// connection, HTTP/1.1 closes the connection. It may be destroyed from inside a call of its listener.
class Exchange {
public:
    virtual ~Exchange() = default;
};

struct TransportStats {
    /// TCP connections, pre-warmed ones and the protocol probe's included. One that was refused or never came about is
    /// taken off again: the figure is the server's own count of accepted connections. For each exchange that ended as
    /// StaleConnection it may be one low: Qt may have opened a connection then and told nobody.
    std::uint64_t connectionsOpened = 0;
    int connectionsOpen = 0;
    std::uint64_t moved = 0; ///< exchanges that were taken to another connection, unprocessed by the server
    std::uint64_t responses = 0; ///< complete ones
    std::uint64_t closedAfterResponse = 0; ///< connections that the server closed after a complete response
    std::uint64_t reused = 0;              ///< exchanges that travelled on a connection opened before
    std::string httpVersion;               ///< of the last response, before the first the probe's; empty: not known yet
    std::string tlsVersion;                ///< of the last connection that showed it, e.g. `TLS 1.3`; empty in the clear
};

/// How bytes travel. Belongs to the engine thread.
///
/// Promises, in spite of what the implementation beneath does: an exchange that was started is on the network at once
/// or is found, moved to another connection and counted; a request is on the wire at most once for each start(), unless
/// the server said that it did not process it; each start() ends in exactly one onEnd(), or in the Exchange's
/// destruction. It sets no deadline of its own but the bound after which an unsent exchange is moved.
class Transport {
public:
    virtual ~Transport() = default;

    /// Finds out what the target speaks and opens the connections that `cap` exchanges need, if `prewarm`. `ready` is
    /// called on the engine thread, once, never from inside: nullopt when exchanges may start; otherwise why the target
    /// cannot be used at all.
    virtual void prepare(int cap, bool prewarm, std::function<void(std::optional<Outcome>)> ready) = 0;

    /// Whether one more exchange can start at once. False only when `maxConnections` (or the peer's stream limit times
    /// it) forbids; onRoom is called when that ends.
    virtual bool hasRoom() const = 0;
    virtual void setOnRoom(std::function<void()> onRoom) = 0;

    /// Only when hasRoom(). The listener and this Transport must outlive the Exchange.
    virtual std::unique_ptr<Exchange> start(const ExchangeRequest& request, ExchangeListener& listener) = 0;

    /// Applies the connection knobs (cap, maxConnections, connectionReuse, connectTimeout) from the next exchange on.
    virtual void apply(const Knobs& knobs) = 0;

    virtual TransportStats stats() const = 0;
};

} // namespace penstock
