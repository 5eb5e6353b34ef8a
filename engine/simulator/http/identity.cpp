#include "engine/simulator/http/server.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace penstock::http {

namespace {

struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
    void operator()(BIO* bio) const { BIO_free(bio); }
};

constexpr long validSeconds = 30L * 24 * 3600;
constexpr long clockSkewSeconds = 3600;

bool addExtension(X509* certificate, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, Free> extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

std::string text(BIO* bio) {
    char* bytes = nullptr;
    const auto count = BIO_get_mem_data(bio, &bytes);
    return count > 0 ? std::string(bytes, static_cast<std::size_t>(count)) : std::string();
}

} // namespace

Result<Identity> makeIdentity() {
    const Error failed{"OpenSSL could not make a key and a certificate for the simulated endpoint"};
    const std::unique_ptr<EVP_PKEY, Free> key(EVP_EC_gen("P-256"));
    const std::unique_ptr<X509, Free> certificate(X509_new());
    std::uint64_t serial = 0;
    if (!key || !certificate || RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1)
        return failed;
    X509* c = certificate.get();
    X509_set_version(c, X509_VERSION_3);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(c), serial >> 1);
    X509_gmtime_adj(X509_getm_notBefore(c), -clockSkewSeconds);
    X509_gmtime_adj(X509_getm_notAfter(c), validSeconds);
    X509_set_pubkey(c, key.get());
    X509_NAME* name = X509_get_subject_name(c);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>("localhost"), -1, -1,
                               0);
    X509_set_issuer_name(c, name);
    if (!addExtension(c, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1") ||
        !addExtension(c, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
        !addExtension(c, NID_key_usage, "critical,digitalSignature,keyCertSign") ||
        !addExtension(c, NID_ext_key_usage, "serverAuth") || !addExtension(c, NID_subject_key_identifier, "hash") ||
        X509_sign(c, key.get(), EVP_sha256()) == 0)
        return failed;
    const std::unique_ptr<BIO, Free> certificateText(BIO_new(BIO_s_mem()));
    const std::unique_ptr<BIO, Free> keyText(BIO_new(BIO_s_mem()));
    if (!certificateText || !keyText || PEM_write_bio_X509(certificateText.get(), c) != 1 ||
        PEM_write_bio_PrivateKey(keyText.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return failed;
    Identity identity;
    identity.certificatePem = text(certificateText.get());
    identity.certificate = QSslCertificate(QByteArray::fromStdString(identity.certificatePem), QSsl::Pem);
    identity.key = QSslKey(QByteArray::fromStdString(text(keyText.get())), QSsl::Ec, QSsl::Pem);
    if (identity.certificate.isNull() || identity.key.isNull())
        return Error{"Qt cannot read the certificate that OpenSSL made: is Qt's TLS plugin for OpenSSL installed?"};
    return identity;
}

} // namespace penstock::http
