#pragma once

#include "engine/simulator/http/server.h"

#include <openssl/ssl.h>

namespace penstock::http {

struct OpenSslFree {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* session) const { SSL_free(session); }
};

/// A server's certificate, key, tickets and protocols, shared by its connections. QSslSocket makes a context for each
/// connection, which costs more than the handshake and never resumes a session; hence OpenSSL itself.
class TlsContext {
public:
    static Result<std::unique_ptr<TlsContext>> make(const ServerOptions& options);
    SSL_CTX* get() const { return context_.get(); }

private:
    explicit TlsContext(SSL_CTX* context)
        : context_(context) {}
    static int selectProtocol(SSL*, const unsigned char** out, unsigned char* outLength, const unsigned char* in,
                              unsigned int inLength, void* self);

    std::unique_ptr<SSL_CTX, OpenSslFree> context_;
    std::string protocols_; ///< ALPN's form, ours first
};

/// One connection's TLS, from bytes to bytes.
class TlsSession {
public:
    explicit TlsSession(TlsContext& context);

    /// Appends what was decrypted. False: the peer broke the protocol, and takeOutput() has the alert that says so.
    bool receive(std::string_view encrypted, std::string& plain);
    void send(std::string_view plain);       ///< once established
    void shutDown();                         ///< close_notify
    void takeOutput(std::string& encrypted); ///< appends

    bool established() const { return established_; }
    bool resumed() const { return resumed_; }
    std::string_view protocol() const; ///< that ALPN agreed on; may be empty

private:
    std::unique_ptr<SSL, OpenSslFree> session_;
    BIO* in_;  ///< owned by session_
    BIO* out_; ///< owned by session_
    bool established_ = false;
    bool resumed_ = false;
};

} // namespace penstock::http
