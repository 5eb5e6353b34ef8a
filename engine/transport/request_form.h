#pragma once

#include "engine/base/target.h"
#include "engine/transport/base_url.h"
#include "engine/transport/transport.h"

#include <QNetworkProxy>
#include <QNetworkRequest>
#include <QSslConfiguration>

namespace penstock {

/// What every request to one target looks like: the defaults of Qt that a measuring client must turn off (redirects,
/// cookies, caches, automatic decompression, the system's proxy, a browser's name) and the target's headers and key.
class RequestForm {
public:
    /// An Error when the URL, a header or the CA file will not do.
    static Result<RequestForm> make(const Target& target);

    /// A POST of `request`, before lane and body. `http2`: whether HTTP/2 may be negotiated or, in the clear, is assumed.
    QNetworkRequest post(const ExchangeRequest& request, bool http2) const;
    /// A GET of a path below the base URL.
    QNetworkRequest get(const std::string& path, bool http2) const;
    /// Opens a connection and sends nothing.
    QNetworkRequest preconnect(bool http2) const;

    /// Connections go to this address from now on, while the host's name stays in Host and in the certificate's check.
    /// Keeps Qt from trying IPv6 and IPv4 side by side, which opens two connections and serialises the first requests.
    void pinAddress(const std::string& address) { address_ = address; }

    const BaseUrl& url() const { return url_; }
    QNetworkProxy proxy() const;
    const QSslConfiguration& tls() const { return tls_; }
    void setTlsTicket(const QByteArray& ticket) { tls_.setSessionTicket(ticket); }

private:
    QNetworkRequest common(QUrl url, bool http2) const;
    QUrl urlOf(const std::string& path) const;

    BaseUrl url_;
    std::string address_;
    Target target_;
    QSslConfiguration tls_;
};

} // namespace penstock
