#include "engine/transport/tls_facts.h"

#include <QSslCertificate>
#include <QStringList>

namespace penstock {

namespace {

enum class Kind { Untrusted, Host, Time, Other };

Kind kindOf(QSslError::SslError error) {
    switch (error) {
    case QSslError::SelfSignedCertificate:
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::CertificateUntrusted:
        return Kind::Untrusted;
    case QSslError::HostNameMismatch:
        return Kind::Host;
    case QSslError::CertificateExpired:
    case QSslError::CertificateNotYetValid:
        return Kind::Time;
    default:
        return Kind::Other;
    }
}

/// The server wrote it: one line, no longer than a name is.
QString presented(const QString& text) {
    constexpr int longest = 80;
    QString out = text.left(longest);
    for (QChar& c : out)
        if (!c.isPrint()) c = QLatin1Char('?');
    return out;
}

QString namesOf(const QSslCertificate& certificate) {
    constexpr int most = 3;
    QStringList names;
    for (const auto& name : certificate.subjectAlternativeNames()) {
        if (names.size() == most) break;
        names << presented(name);
    }
    if (names.isEmpty())
        names << presented(certificate.subjectInfo(QSslCertificate::CommonName).join(QLatin1Char(' ')));
    return names.join(QStringLiteral(", "));
}

CertificateFault faultOf(const QSslError& error) {
    const auto certificate = error.certificate();
    switch (kindOf(error.error())) {
    case Kind::Untrusted: {
        const auto issuer = presented(certificate.issuerInfo(QSslCertificate::CommonName).join(QLatin1Char(' ')));
        const bool own = certificate.isSelfSigned();
        return {"certificate_untrusted", own ? "its certificate is self-signed, and nobody trusted here vouches for it"
                                             : "its certificate was issued by " +
                                                   (issuer.isEmpty() ? "somebody" : issuer.toStdString()) +
                                                   ", who is not trusted here"};
    }
    case Kind::Host:
        return {"certificate_host", "its certificate is for another name (" + namesOf(certificate).toStdString() + ")"};
    case Kind::Time: {
        const bool expired = error.error() == QSslError::CertificateExpired;
        const auto date = (expired ? certificate.expiryDate() : certificate.effectiveDate()).toUTC().date();
        return {"certificate_time", (expired ? "its certificate expired on " : "its certificate is not valid before ") +
                                        date.toString(Qt::ISODate).toStdString()};
    }
    case Kind::Other:
        break;
    }
    return {"certificate", error.errorString().toStdString()};
}

} // namespace

std::optional<CertificateFault> certificateFault(const QList<QSslError>& errors) {
    for (const Kind kind : {Kind::Untrusted, Kind::Host, Kind::Time, Kind::Other})
        for (const auto& error : errors)
            if (error.error() != QSslError::NoError && kindOf(error.error()) == kind) return faultOf(error);
    return std::nullopt;
}

std::string tlsVersionName(QSsl::SslProtocol protocol) {
    switch (protocol) {
    case QSsl::TlsV1_3:
        return "TLS 1.3";
    case QSsl::TlsV1_2:
        return "TLS 1.2";
    case QSsl::UnknownProtocol:
        return {};
    default:
        return "older than TLS 1.2";
    }
}

} // namespace penstock
