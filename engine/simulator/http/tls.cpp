#include "engine/simulator/http/tls.h"

#include <openssl/err.h>
#include <openssl/x509.h>

#include <climits>

namespace penstock::http {

namespace {

struct KeyFree {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
};

} // namespace

Result<std::unique_ptr<TlsContext>> TlsContext::make(const ServerOptions& options) {
    const QByteArray certificateDer = options.certificate.toDer();
    const QByteArray keyDer = options.key.toDer();
    auto* certificateBytes = reinterpret_cast<const unsigned char*>(certificateDer.constData());
    auto* keyBytes = reinterpret_cast<const unsigned char*>(keyDer.constData());
    const std::unique_ptr<X509, KeyFree> certificate(d2i_X509(nullptr, &certificateBytes, certificateDer.size()));
    const std::unique_ptr<EVP_PKEY, KeyFree> key(d2i_AutoPrivateKey(nullptr, &keyBytes, keyDer.size()));
    std::unique_ptr<TlsContext> made(new TlsContext(SSL_CTX_new(TLS_server_method())));
    SSL_CTX* context = made->context_.get();
    if (!certificate || !key || !context || SSL_CTX_use_certificate(context, certificate.get()) != 1 ||
        SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
        ERR_clear_error();
        return Error{
            "the server's certificate and private key cannot be used together: give a pair that belongs together"};
    }
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    if (options.http2) made->protocols_ += "\x02h2";
    if (options.http1) made->protocols_ += "\x08http/1.1";
    SSL_CTX_set_alpn_select_cb(context, &TlsContext::selectProtocol, made.get());
    return made;
}

int TlsContext::selectProtocol(SSL*, const unsigned char** out, unsigned char* outLength, const unsigned char* in,
                               unsigned int inLength, void* self) {
    const std::string& ours = static_cast<TlsContext*>(self)->protocols_;
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, outLength, reinterpret_cast<const unsigned char*>(ours.data()),
                              static_cast<unsigned int>(ours.size()), in, inLength) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

TlsSession::TlsSession(TlsContext& context)
    : session_(SSL_new(context.get()))
    , in_(BIO_new(BIO_s_mem()))
    , out_(BIO_new(BIO_s_mem())) {
    SSL_set_bio(session_.get(), in_, out_);
    SSL_set_accept_state(session_.get());
}

bool TlsSession::receive(std::string_view encrypted, std::string& plain) {
    ERR_clear_error();
    BIO_write(in_, encrypted.data(), static_cast<int>(encrypted.size()));
    if (!established_) {
        const int done = SSL_do_handshake(session_.get());
        if (done != 1) return SSL_get_error(session_.get(), done) == SSL_ERROR_WANT_READ;
        established_ = true;
        resumed_ = SSL_session_reused(session_.get());
    }
    constexpr std::size_t step = 16384; // a TLS record
    for (;;) {
        const auto before = plain.size();
        plain.resize(before + step);
        const int count = SSL_read(session_.get(), plain.data() + before, static_cast<int>(step));
        plain.resize(before + static_cast<std::size_t>(std::max(count, 0)));
        if (count > 0) continue;
        const int error = SSL_get_error(session_.get(), count);
        return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_ZERO_RETURN;
    }
}

void TlsSession::send(std::string_view plain) {
    ERR_clear_error();
    while (!plain.empty()) {
        const auto count = static_cast<int>(std::min<std::size_t>(plain.size(), INT_MAX));
        // A memory BIO takes everything, so that only a broken session writes less; its end has been noticed in
        // receive().
        const int written = SSL_write(session_.get(), plain.data(), count);
        if (written <= 0) return;
        plain.remove_prefix(static_cast<std::size_t>(written));
    }
}

void TlsSession::shutDown() {
    ERR_clear_error();
    SSL_shutdown(session_.get());
}

void TlsSession::takeOutput(std::string& encrypted) {
    char* bytes = nullptr;
    const auto count = BIO_get_mem_data(out_, &bytes);
    if (count <= 0) return;
    encrypted.append(bytes, static_cast<std::size_t>(count));
    BIO_reset(out_);
}

std::string_view TlsSession::protocol() const {
    const unsigned char* name = nullptr;
    unsigned int length = 0;
    SSL_get0_alpn_selected(session_.get(), &name, &length);
    return {reinterpret_cast<const char*>(name), length};
}

} // namespace penstock::http
