#pragma once

#include <QList>
#include <QSsl>
#include <QSslError>

#include <optional>
#include <string>

namespace penstock {

/// Why a server's certificate does not prove who it is.
struct CertificateFault {
    /// `certificate_untrusted`, `certificate_host`, `certificate_time` (expired, or not valid yet), or `certificate`.
    std::string code;
    std::string words; ///< completes "TLS with HOST failed: "; what a certificate says in it is bounded and printable
};

/// The gravest of what Qt found; nullopt when it found nothing.
std::optional<CertificateFault> certificateFault(const QList<QSslError>& errors);

/// `TLS 1.3`, `TLS 1.2`, `older than TLS 1.2`; empty for one that Qt does not name.
std::string tlsVersionName(QSsl::SslProtocol protocol);

} // namespace penstock
