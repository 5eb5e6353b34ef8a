#pragma once

#include "engine/base/result.h"

#include <QSslCertificate>
#include <QSslKey>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::http {

using Headers = std::vector<std::pair<std::string, std::string>>; ///< names in lower case

struct ServerRequest {
    std::string method, path; ///< path with query
    Headers headers;
    std::string body;                                     ///< whole; bounded by ServerOptions::maxBodyBytes
    std::string httpVersion;                              ///< `1.1` or `2` (`1.0` from an old client)
    std::string_view header(std::string_view name) const; ///< empty when absent
};

/// One connection as its server sees it. Its faults have names. Valid while any of its exchanges is. Faults may be
/// called from anywhere on the server's thread, from inside a handler too; exchanges that a fault cuts off are told in
/// a later turn of the event loop, never from inside the call.
class ServerConnection {
public:
    virtual ~ServerConnection() = default;
    virtual std::uint64_t id() const = 0; ///< from 1, in the order of accepting
    virtual std::uint64_t requestsReceived() const = 0;
    virtual bool tlsResumed() const = 0; ///< the handshake resumed an earlier TLS session; false before it is over
    virtual void close() = 0; ///< FIN after what was written, announced or not; answers under way stay incomplete
    virtual void reset() = 0; ///< hands the network what was written, then RST
    /// HTTP/2: GOAWAY, NO_ERROR, with the last stream that a handler has seen: those finish, later ones are not
    /// processed, and the connection closes after the last answer. HTTP/1.1: nothing.
    virtual void goAway() = 0;
    /// Goes silent: reads nothing more and keeps the connection open. Once the client has sent something that stays
    /// unread, its going is not noticed either. What handlers write still goes out. Called from the onConnection hook
    /// it holds a TLS handshake up.
    virtual void stopReading() = 0;
    virtual void resumeReading() = 0; ///< after stopReading()
};

/// One request and the answer under way. Lives until finished, reset or gone; every call after that is ignored. One
/// that a handler lets go of unanswered stays unanswered. Calls of one turn of the event loop leave in one write to the
/// network.
class ServerExchange {
public:
    virtual ~ServerExchange() = default;
    virtual const ServerRequest& request() const = 0;
    virtual ServerConnection& connection() = 0;

    /// Once, and before the body. Without `content-length` an HTTP/1.1 answer is chunked; with it, bytes beyond it are
    /// dropped and too few of them close the connection. `connection: close` closes an HTTP/1.1 connection after the
    /// answer.
    virtual void head(int status, const Headers& headers) = 0;
    virtual void write(std::string_view bytes) = 0;
    virtual void finish() = 0; ///< without a head(): reset(2)
    /// HTTP/2: RST_STREAM with `errorCode` (7 is REFUSED_STREAM), behind what was written. HTTP/1.1: RST of the
    /// connection.
    virtual void reset(std::uint32_t errorCode) = 0;
    /// HTTP/2: GOAWAY, NO_ERROR, whose last stream is the one before this: this request and later ones are declared not
    /// processed, earlier ones finish. HTTP/1.1: closes the connection unanswered. Ends the exchange.
    virtual void goAwayUnprocessed() = 0;
    /// Called once when the client went away, or reset the stream, or a fault of the connection cut the answer off,
    /// before the answer was finished; from the event loop. Not called for reset() of this exchange, nor by the
    /// server's destructor.
    virtual void setOnGone(std::function<void()> onGone) = 0;
    /// Bytes accepted by write() that the network has not taken yet. HTTP/1.1: all that waits on the connection,
    /// framing included. HTTP/2: the stream's bytes not framed yet; at most 256 KiB more wait on the connection.
    virtual std::size_t pendingBytes() const = 0;
};

struct ServerOptions {
    std::uint16_t port = 0; ///< 0: any free one
    std::string address = "127.0.0.1";
    bool tls = false;
    QSslCertificate certificate = QSslCertificate();
    QSslKey key = QSslKey();
    bool http1 = true;
    bool http2 = true;                        ///< ALPN `h2` over TLS; in the clear by its preface (prior knowledge)
    std::uint32_t maxConcurrentStreams = 100; ///< advertised in SETTINGS and enforced: REFUSED_STREAM until the
                                              ///< client acknowledged it, GOAWAY PROTOCOL_ERROR after that
    std::size_t maxBodyBytes = 64u << 20;     ///< of one request; beyond it 413
    std::size_t maxPendingBytes = 64u << 20;  ///< of one connection's unsent answers; beyond it the connection is reset
    std::uint64_t keepAliveRequests = 0; ///< HTTP/1.1: `connection: close` on the n-th answer of a connection; 0: never
};

/// A small HTTP server on Qt's sockets, libnghttp2 and OpenSSL, one port for HTTP/1.1 and HTTP/2. Belongs to the thread
/// that made it. Built for an endpoint that streams, and for tests that need faults; not for the open internet.
class Server {
public:
    /// Called for each request once its body is complete. The handler keeps the pointer for as long as it answers, and
    /// answers at once or later. It must not run an event loop. Without a handler every request gets 503.
    using Handler = std::function<void(std::shared_ptr<ServerExchange>)>;

    virtual ~Server() = default; ///< ends every connection at once; exchanges that are still held ignore every call
    virtual std::uint16_t port() const = 0;
    virtual void setHandler(Handler handler) = 0;
    /// Called as soon as a connection is accepted, before any byte: a hook for faults.
    virtual void setOnConnection(std::function<void(ServerConnection&)> onConnection) = 0;
    virtual std::uint64_t connectionsAccepted() const = 0;
    virtual int connectionsOpen() const = 0; ///< accepted, and ended by neither side
    virtual void stopListening() = 0;        ///< further connections are refused; those that are open go on
    virtual void closeAll() = 0;             ///< ServerConnection::close() of each
};

Result<std::unique_ptr<Server>> listen(const ServerOptions& options);

/// A key and a self-signed certificate (EC P-256, SAN localhost, 127.0.0.1, ::1, valid for 30 days), made by OpenSSL.
struct Identity {
    QSslCertificate certificate;
    QSslKey key;
    std::string certificatePem;
};
Result<Identity> makeIdentity();

} // namespace penstock::http
