#include "engine/transport/base_url.h"

#include <algorithm>

namespace penstock {

std::string BaseUrl::authority() const {
    std::string text = host.find(':') == std::string::npos ? host : '[' + host + ']';
    if (port != (tls ? 443 : 80)) text += ':' + std::to_string(port);
    return text;
}

Result<BaseUrl> parseBaseUrl(const std::string& text) {
    const auto authorityEnd = text.find_first_of("/?#", std::min(text.size(), text.find("://") + 3));
    // The text is not repeated here: it holds a password.
    if (text.substr(0, authorityEnd).find('@') != std::string::npos)
        return Error{"the target's URL must not hold a user name or password; use --header or --api-key-env"};
    const auto quoted = "'" + text + "'";
    const QUrl url(QString::fromStdString(text), QUrl::StrictMode);
    if (!text.starts_with("http://") && !text.starts_with("https://"))
        return Error{quoted + " must begin with http:// or https://"};
    if (!url.isValid()) return Error{quoted + " is not a URL"};
    if (url.host().isEmpty()) return Error{quoted + " names no host"};
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
