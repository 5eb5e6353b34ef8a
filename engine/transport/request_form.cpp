#include "engine/transport/request_form.h"

#include <QFile>
#include <QSslCertificate>

#include <algorithm>

namespace penstock {

namespace {

bool isToken(const std::string& name) {
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !name.empty() && std::all_of(name.begin(), name.end(), [&](unsigned char c) {
        return std::isalnum(c) || others.find(static_cast<char>(c)) != std::string_view::npos;
    });
}

bool isFieldValue(const std::string& value) {
    return std::none_of(value.begin(), value.end(), [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

QByteArray bytes(const std::string& text) { return QByteArray(text.data(), static_cast<qsizetype>(text.size())); }

} // namespace

Result<RequestForm> RequestForm::make(const Target& target) {
    const auto url = parseBaseUrl(target.baseUrl);
    if (!url) return url.error();
    RequestForm form;
    form.url_ = *url;
    form.target_ = target;
    for (const auto& [name, value] : target.headers) {
        // The value is not repeated: it may be a secret.
        if (!isToken(name)) return Error{"the name of a header may hold letters, digits and dashes only"};
        if (!isFieldValue(value)) return Error{"the value of header " + name + " holds a control character"};
    }
    if (!isFieldValue(target.apiKey)) return Error{"the API key holds a control character (a line end, perhaps)"};

    form.tls_ = QSslConfiguration::defaultConfiguration();
    form.tls_.setPeerVerifyMode(QSslSocket::VerifyPeer);
    form.tls_.setSslOption(QSsl::SslOptionDisableSessionPersistence, false);
    if (!target.caFile.empty()) {
        QFile file(QString::fromStdString(target.caFile));
        if (!file.open(QIODevice::ReadOnly)) return Error{target.caFile + ": " + file.errorString().toStdString()};
        const auto authorities = QSslCertificate::fromDevice(&file, QSsl::Pem);
        if (authorities.isEmpty()) return Error{target.caFile + ": holds no certificate in PEM form"};
        form.tls_.addCaCertificates(authorities);
    }
    for (const auto& pem : target.caPem) form.tls_.addCaCertificates(QSslCertificate::fromData(bytes(pem), QSsl::Pem));
    return form;
}

QNetworkProxy RequestForm::proxy() const {
    if (target_.proxy.kind == ProxyChoice::Kind::Http)
        return QNetworkProxy(QNetworkProxy::HttpProxy, QString::fromStdString(target_.proxy.host), target_.proxy.port);
    if (target_.proxy.kind == ProxyChoice::Kind::System) return QNetworkProxy(QNetworkProxy::DefaultProxy);
    return QNetworkProxy(QNetworkProxy::NoProxy);
}

QUrl RequestForm::urlOf(const std::string& path) const {
    QUrl url;
    url.setScheme(url_.tls ? QStringLiteral("https") : QStringLiteral("http"));
    url.setHost(QString::fromStdString(address_.empty() ? url_.host : address_));
    url.setPort(url_.port);
    url.setPath(QString::fromStdString(url_.path + path), QUrl::StrictMode);
    return url;
}

QNetworkRequest RequestForm::common(QUrl url, bool http2) const {
    QNetworkRequest request(std::move(url));
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, http2 && url_.tls);
    if (http2 && !url_.tls) request.setAttribute(QNetworkRequest::Http2DirectAttribute, true);
    if (url_.tls) {
        QSslConfiguration tls = tls_;
        QList<QByteArray> protocols;
        if (http2) protocols << QSslConfiguration::ALPNProtocolHTTP2;
        protocols << QSslConfiguration::NextProtocolHttp1_1;
        tls.setAllowedNextProtocols(protocols);
        request.setSslConfiguration(tls);
    }
    request.setRawHeader("User-Agent", "penstock/" PENSTOCK_VERSION);
    // Automatic decompression buffers, and its check against bombs can be tripped by real streams.
    request.setRawHeader("Accept-Encoding", "identity");
    if (!address_.empty() && !http2) request.setRawHeader("Host", bytes(url_.authority()));
    if (!target_.apiKey.empty()) request.setRawHeader("Authorization", "Bearer " + bytes(target_.apiKey));
    for (const auto& [name, value] : target_.headers) request.setRawHeader(bytes(name), bytes(value));
    return request;
}

QNetworkRequest RequestForm::post(const ExchangeRequest& exchange, bool http2) const {
    QNetworkRequest request = common(urlOf(exchange.path), http2);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArrayLiteral("application/json"));
    request.setHeader(QNetworkRequest::ContentLengthHeader, static_cast<qint64>(exchange.body->size()));
    request.setRawHeader("Accept", exchange.stream ? "text/event-stream" : "application/json");
    request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    for (const auto& [name, value] : exchange.headers) request.setRawHeader(bytes(name), bytes(value));
    return request;
}

QNetworkRequest RequestForm::get(const std::string& path, bool http2) const {
    QNetworkRequest request = common(urlOf(path), http2);
    request.setRawHeader("Accept", "application/json");
    return request;
}

QNetworkRequest RequestForm::preconnect(bool http2) const {
    QUrl url = urlOf({});
    url.setScheme(url_.tls ? QStringLiteral("preconnect-https") : QStringLiteral("preconnect-http"));
    return common(std::move(url), http2);
}

} // namespace penstock
