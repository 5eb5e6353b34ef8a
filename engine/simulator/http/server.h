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
    std::string body;         ///< whole; bounded by ServerOptions::maxBodyBytes
    std::string httpVersion;  ///< `1.1` or `2`
    std::string_view header(std::string_view name) const; ///< empty when absent
};

/// One connection as its server sees it. Its faults have names. Valid while any of its exchanges is.
class ServerConnection {
public:
    virtual ~ServerConnection() = default;
    virtual std::uint64_t id() const = 0;             ///< from 1, in the order of accepting
    virtual std::uint64_t requestsReceived() const = 0;
    virtual void close() = 0;   ///< FIN after what was written
    virtual void reset() = 0;   ///< RST at once
    virtual void goAway() = 0;  ///< HTTP/2: GOAWAY, NO_ERROR, no further streams accepted. HTTP/1.1: nothing
    virtual void stopReading() = 0; ///< goes silent: reads nothing more, keeps the connection open
};

/// One request and the answer under way. Lives until finished, reset or gone; every call after that is ignored.
class ServerExchange {
public:
    virtual ~ServerExchange() = default;
    virtual const ServerRequest& request() const = 0;
    virtual ServerConnection& connection() = 0;

    /// Without `content-length` an HTTP/1.1 answer is chunked.
    virtual void head(int status, const Headers& headers) = 0;
    virtual void write(std::string_view bytes) = 0;
    virtual void finish() = 0;
    /// HTTP/2: RST_STREAM with `errorCode` (7 is REFUSED_STREAM). HTTP/1.1: RST of the connection.
    virtual void reset(std::uint32_t errorCode) = 0;
    /// Called once when the client went away, or reset the stream, before the answer was finished.
    virtual void setOnGone(std::function<void()> onGone) = 0;
    /// Bytes accepted by write() that the network has not taken yet.
    virtual std::size_t pendingBytes() const = 0;
};

struct ServerOptions {
    std::uint16_t port = 0; ///< 0: any free one
    std::string address = "127.0.0.1";
    bool tls = false;
    QSslCertificate certificate;
    QSslKey key;
    bool http1 = true;
    bool http2 = true;              ///< ALPN `h2` over TLS; in the clear by its preface (prior knowledge)
    std::uint32_t maxConcurrentStreams = 100; ///< advertised in SETTINGS and enforced with REFUSED_STREAM
    std::size_t maxBodyBytes = 64u << 20;
    std::uint64_t keepAliveRequests = 0; ///< HTTP/1.1: `connection: close` on the n-th answer of a connection; 0: never
};

/// A small HTTP server on Qt's sockets and libnghttp2, one port for HTTP/1.1 and HTTP/2. Belongs to the thread that made it.
/// Built for an endpoint that streams, and for tests that need faults; not for the open internet.
class Server {
public:
    /// Called for each request once its body is complete. The handler keeps the pointer for as long as it answers.
    using Handler = std::function<void(std::shared_ptr<ServerExchange>)>;

    virtual ~Server() = default;
    virtual std::uint16_t port() const = 0;
    virtual void setHandler(Handler handler) = 0;
    /// Called as soon as a connection is accepted, before any byte: a hook for faults.
    virtual void setOnConnection(std::function<void(ServerConnection&)> onConnection) = 0;
    virtual std::uint64_t connectionsAccepted() const = 0;
    virtual int connectionsOpen() const = 0;
    virtual void stopListening() = 0; ///< further connections are refused; those that are open go on
    virtual void closeAll() = 0;
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
