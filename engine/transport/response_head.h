#pragma once

#include "engine/base/time.h"
#include "engine/transport/transport.h"

#include <chrono>
#include <optional>
#include <string_view>

class QNetworkReply;

namespace penstock {

/// How long a server asks to wait: `retry-after-ms` before Retry-After, which is seconds or an HTTP date. A date in the
/// past is 0. nullopt when neither can be understood.
std::optional<Nanos> parseRetryAfter(std::string_view retryAfterMs, std::string_view retryAfter,
                                     std::chrono::system_clock::time_point wallNow);

/// The head of `reply`, whose status has arrived.
ResponseHead readHead(const QNetworkReply& reply, std::chrono::system_clock::time_point wallNow);

/// Whether the body has neither a length nor chunks, so that only the end of the connection delimits it.
bool endsWithConnection(const QNetworkReply& reply);

/// Why a redirect ends the exchange: one sentence with its status and the host it points to.
std::string redirectMessage(const QNetworkReply& reply);

} // namespace penstock
