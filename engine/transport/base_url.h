#pragma once

#include "engine/base/result.h"

#include <QUrl>

#include <cstdint>
#include <string>

namespace penstock {

/// The parts of a target's base URL that the transport needs.
struct BaseUrl {
    bool tls = false;
    std::string host; ///< without brackets
    std::uint16_t port = 0;
    std::string path; ///< `/v1`; no trailing slash; may be empty
    /// As a Host header wants it: the port is left out when it is the scheme's own, an IPv6 literal is in brackets.
    std::string authority() const;
};

/// Only http and https, no user name, no query. The Error is one clause that says what is wrong.
Result<BaseUrl> parseBaseUrl(const std::string& text);

} // namespace penstock
