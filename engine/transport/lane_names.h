#pragma once

#include <QString>

#include <cstdint>
#include <optional>
#include <string>

namespace penstock {

/// Names for QNetworkRequest::setPeerVerifyName(), which is part of the key of Qt's connection cache: requests with
/// different names never share a connection, those with the same name always do.
///
/// Without TLS any text will do. With TLS the name is what the certificate is checked against, and what the server is
/// told as SNI, so each is another spelling of the real one: another case of a host name's letters (SNI and check
/// ignore case), another way to write the numbers of an IPv4 or IPv6 address (no SNI is sent for those). nullopt when
/// there is no further spelling: a host name with n letters has 2^n, an IPv4 address 4096, an IPv6 address 256 at
/// least. A further QNetworkAccessManager is needed then.
std::optional<QString> laneName(const std::string& host, bool tls, std::uint64_t index);

} // namespace penstock
