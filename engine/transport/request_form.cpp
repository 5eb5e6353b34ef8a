#include "engine/transport/request_form.h"

#include <QFile>
#include <QSslCertificate>

#include <algorithm>
#include <cctype>

namespace penstock {

namespace {

bool isToken(const std::string& name) {
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !name.empty() && std::all_of(name.begin(), name.end(), [&](unsigned char c) {
        return std::isalnum(c) || others.find(static_cast<char>(c)) != std::string_view::npos;
    });
}

bool isFieldValue(const std::string& value) {
    return std::none_of(value.begin(), value.end(),
                        [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

QByteArray bytes(const std::string& text) {
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

/// Headers that frame the message: one that is set by hand would contradict what is sent.
bool framesMessage(const std::string& name) {
    const auto lower = QByteArray(name.data(), static_cast<qsizetype>(name.size())).toLower();
    return lower == "content-length" || lower == "transfer-encoding" || lower == "connection" ||
           lower == "accept-encoding";
}

Result<QSslConfiguration> tlsOf(const Target& target) {
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setPeerVerifyMode(QSslSocket::VerifyPeer);
    tls.setSslOption(QSsl::SslOptionDisableSessionPersistence, false);
    if (!target.caFile.empty()) {
        QFile file(QString::fromStdString(target.caFile));
        if (!file.open(QIODevice::ReadOnly)) return Error{target.caFile + ": " + file.errorString().toStdString()};
        const auto authorities = QSslCertificate::fromDevice(&file, QSsl::Pem);
        if (authorities.isEmpty()) return Error{target.caFile + ": holds no certificate in PEM form"};
        tls.addCaCertificates(authorities);
    }
    for (const auto& pem : target.caPem)
        tls.addCaCertificates(QSslCertificate::fromData(bytes(pem), QSsl::Pem));
    return tls;
}

QNetworkProxy proxyOf(const ProxyChoice& choice, const BaseUrl& url) {
    switch (choice.kind) {
    case ProxyChoice::Kind::None:
        break;
    case ProxyChoice::Kind::Http:
        return QNetworkProxy(QNetworkProxy::HttpProxy, QString::fromStdString(choice.host), choice.port);
    case ProxyChoice::Kind::System: {
        QUrl query;
        query.setScheme(url.tls ? QStringLiteral("https") : QStringLiteral("http"));
        query.setHost(QString::fromStdString(url.host));
        query.setPort(url.port);
        const auto proxies = QNetworkProxyFactory::systemProxyForQuery(QNetworkProxyQuery(query));
        if (!proxies.isEmpty()) return proxies.front();
        break;
    }
    }
    return QNetworkProxy(QNetworkProxy::NoProxy);
}

} // namespace

Result<RequestForm> RequestForm::make(const Target& target) {
    const auto url = parseBaseUrl(target.baseUrl);
    if (!url) return url.error();
    for (const auto& [name, value] : target.headers) {
        // The value is not repeated: it may be a secret.
        if (!isToken(name)) return Error{"the name of a header may hold letters, digits and dashes only"};
        if (!isFieldValue(value)) return Error{"the value of header " + name + " holds a control character"};
        if (framesMessage(name)) return Error{"header " + name + " is set by the transport itself"};
    }
    if (!isFieldValue(target.apiKey)) return Error{"the API key holds a control character (a line end, perhaps)"};
    if (target.http == HttpMode::Http2 && !url->tls)
        return Error{"--http 2 needs an https:// target; use --http h2c in the clear"};
    if (target.http == HttpMode::H2c && url->tls)
        return Error{"--http h2c is for http:// targets; use --http 2 over TLS"};
    auto tls = tlsOf(target);
    if (!tls) return tls.error();

    RequestForm form;
    form.url_ = *url;
    form.target_ = target;
    form.tls_ = *tls;
    form.proxy_ = proxyOf(target.proxy, *url);
    form.rebuild();
    return form;
}

void RequestForm::pinAddress(const std::string& address) {
    address_ = address;
    rebuild();
}

void RequestForm::setTlsTicket(const QByteArray& ticket) {
    tls_.setSessionTicket(ticket);
    rebuild();
}

void RequestForm::setCloseAfterResponse(bool close) {
    if (close_ == close) return;
    close_ = close;
    rebuild();
}

void RequestForm::rebuild() {
    shared_[0] = base(false);
    shared_[1] = base(true);
}

QUrl RequestForm::urlOf(const std::string& path, bool http2) const {
    QUrl url;
    url.setScheme(url_.tls ? QStringLiteral("https") : QStringLiteral("http"));
    url.setHost(QString::fromStdString(http2 ? url_.host : address()));
    url.setPort(url_.port);
    const auto query = path.find('?');
    url.setPath(QString::fromStdString(url_.path + path.substr(0, query)), QUrl::TolerantMode);
    if (query != std::string::npos) url.setQuery(QString::fromStdString(path.substr(query + 1)), QUrl::TolerantMode);
    return url;
}

QNetworkRequest RequestForm::base(bool http2) const {
    QNetworkRequest request;
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
    if (close_) {
        request.setAttribute(QNetworkRequest::ConnectionCacheExpiryTimeoutSecondsAttribute, 0);
        if (!http2) request.setRawHeader("Connection", "close");
    }
    request.setRawHeader("User-Agent", "penstock/" PENSTOCK_VERSION);
    // Automatic decompression buffers, and its check against bombs can be tripped by real streams.
    request.setRawHeader("Accept-Encoding", "identity");
    // Otherwise Qt tells the user's own language.
    request.setRawHeader("Accept-Language", "*");
    if (!address_.empty() && !http2) request.setRawHeader("Host", bytes(url_.authority()));
    if (!target_.apiKey.empty()) request.setRawHeader("Authorization", "Bearer " + bytes(target_.apiKey));
    for (const auto& [name, value] : target_.headers)
        request.setRawHeader(bytes(name), bytes(value));
    return request;
}

QNetworkRequest RequestForm::post(const ExchangeRequest& exchange, bool http2) const {
    QNetworkRequest request = shared_[http2];
    request.setUrl(urlOf(exchange.path, http2));
    request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArrayLiteral("application/json"));
    request.setHeader(QNetworkRequest::ContentLengthHeader, static_cast<qint64>(exchange.body->size()));
    request.setRawHeader("Accept", exchange.stream ? "text/event-stream" : "application/json");
    request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    for (const auto& [name, value] : exchange.headers)
        request.setRawHeader(bytes(name), bytes(value));
    return request;
}

QNetworkRequest RequestForm::get(const std::string& path, bool http2) const {
    QNetworkRequest request = shared_[http2];
    request.setUrl(urlOf(path, http2));
    request.setRawHeader("Accept", "application/json");
    return request;
}

QNetworkRequest RequestForm::preconnect(bool http2) const {
    QNetworkRequest request = shared_[http2];
    QUrl url = urlOf({}, http2);
    url.setScheme(url_.tls ? QStringLiteral("preconnect-https") : QStringLiteral("preconnect-http"));
    request.setUrl(url);
    // Otherwise Qt closes it at once, as idle.
    request.setAttribute(QNetworkRequest::ConnectionCacheExpiryTimeoutSecondsAttribute, QVariant());
    return request;
}

} // namespace penstock
