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

    /// A POST of `request`, before lane and body. `http2`: whether HTTP/2 may be negotiated or, in the clear, is
    /// assumed.
    QNetworkRequest post(const ExchangeRequest& request, bool http2) const;
    /// A GET of a path below the base URL.
    QNetworkRequest get(const std::string& path, bool http2) const;
    /// Opens a connection and sends nothing.
    QNetworkRequest preconnect(bool http2) const;

    /// HTTP/1.1 connections go to this address from now on, while the host's name stays in Host, in SNI and in the
    /// certificate's check. Keeps Qt from trying IPv6 and IPv4 side by side, which opens two connections and holds back
    /// the first requests. Empty: to the name. HTTP/2 goes to the name all the same: Qt takes its :authority from the
    /// URL alone, and opens one connection at a time there.
    void pinAddress(const std::string& address);
    /// The address to connect to: the pinned one, else the host.
    const std::string& address() const { return address_.empty() ? url_.host : address_; }

    /// Sessions of this ticket are resumed from now on.
    void setTlsTicket(const QByteArray& ticket);
    /// One request a connection: asks the server to close (HTTP/1.1), and has Qt close an idle connection at once.
    void setCloseAfterResponse(bool close);

    const BaseUrl& url() const { return url_; }
    HttpMode mode() const { return target_.http; }
    /// Whether HTTP/2 is to be asked for.
    bool mayBeHttp2() const {
        return mode() == HttpMode::Http2 || mode() == HttpMode::H2c || (mode() == HttpMode::Auto && url_.tls);
    }
    /// The system's is resolved when this is made, so that it is one choice for the whole run.
    const QNetworkProxy& proxy() const { return proxy_; }
    bool proxied() const { return proxy_.type() != QNetworkProxy::NoProxy; }
    /// For a connection of one's own: authorities and checks as the requests have them.
    const QSslConfiguration& tls() const { return tls_; }

private:
    void rebuild();
    QNetworkRequest base(bool http2) const;
    QUrl urlOf(const std::string& path, bool http2) const;

    BaseUrl url_;
    std::string address_;
    Target target_;
    QNetworkProxy proxy_{QNetworkProxy::NoProxy};
    QSslConfiguration tls_;
    bool close_ = false;
    /// What all requests share, by http2: built once, as each costs a copy of the TLS configuration.
    QNetworkRequest shared_[2];
};

} // namespace penstock
