#pragma once

#include <string>
#include <string_view>

/// The small words of HTTP/1.1's grammar (RFC 9110, 5.6 and 15), for the one who reads requests and the one who writes
/// answers.
namespace penstock::http {

bool isToken(std::string_view text);
bool isFieldValue(std::string_view text);        ///< no control characters but the tab
std::string_view trimmed(std::string_view text); ///< of spaces and tabs
std::string lowered(std::string_view text);      ///< ASCII only
/// Whether a comma-separated list names `token`, in any case. `token` in lower case.
bool hasToken(std::string_view list, std::string_view token);
std::string_view reasonPhrase(int status); ///< `Unknown` for those without a name

} // namespace penstock::http
