#include "engine/transport/base_url.h"

namespace penstock {

std::string BaseUrl::authority() const {
    std::string text = host.find(':') == std::string::npos ? host : '[' + host + ']';
    if (port != (tls ? 443 : 80)) text += ':' + std::to_string(port);
    return text;
}

Result<BaseUrl> parseBaseUrl(const std::string& text) {
    const QUrl url(QString::fromStdString(text), QUrl::StrictMode);
    const auto quoted = "'" + text + "'";
    if (!url.isValid()) return Error{quoted + " is not a URL: " + url.errorString().toStdString()};
    if (url.scheme() != QLatin1String("http") && url.scheme() != QLatin1String("https"))
        return Error{quoted + " must begin with http:// or https://"};
    if (url.host().isEmpty()) return Error{quoted + " names no host"};
    // The text is not repeated here: it holds a password.
    if (!url.userInfo().isEmpty())
        return Error{"the target's URL must not hold a user name or password; use --header or --api-key-env"};
    if (url.hasQuery() || url.hasFragment()) return Error{quoted + " must end with its path, e.g. /v1"};

    BaseUrl base;
    base.tls = url.scheme() == QLatin1String("https");
    base.host = url.host(QUrl::FullyEncoded).toStdString();
    base.port = static_cast<std::uint16_t>(url.port(base.tls ? 443 : 80));
    base.path = url.path(QUrl::FullyEncoded).toStdString();
    while (!base.path.empty() && base.path.back() == '/')
        base.path.pop_back();
    return base;
}

} // namespace penstock
