#pragma once

#include "engine/base/clock.h"
#include "engine/base/outcome.h"
#include "engine/transport/request_form.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace penstock {

/// What one connection to the target showed, before any request.
struct ProtocolFacts {
    bool http2 = false; ///< by ALPN, or because prior knowledge was answered with SETTINGS
    /// The peer's SETTINGS_MAX_CONCURRENT_STREAMS; nullopt when it sets none. QNetworkAccessManager does not tell it.
    std::optional<std::uint32_t> maxConcurrentStreams;
    Nanos connect{0};                       ///< TCP set-up
    Nanos handshake{0};                     ///< TLS set-up; 0 without
    std::string tlsVersion, cipher, issuer; ///< empty without TLS
    std::string address;                    ///< the peer's IP address
    QByteArray sessionTicket;               ///< with which a later connection resumes the TLS session; may be empty
};

/// Opens one connection, asks for HTTP/2 where `wantHttp2`, reads the peer's SETTINGS with libnghttp2 and closes it
/// again. Belongs to its thread, which must run an event loop. Destroying it ends the probe without a call.
class ProtocolProbe {
public:
    /// `done` is called once, never from inside: the facts, or ConnectFailed, TlsFailed or ConnectTimeout.
    using Done = std::function<void(std::variant<ProtocolFacts, Outcome>)>;

    virtual ~ProtocolProbe() = default;
    /// Whether a TCP connection was established.
    virtual bool connected() const = 0;
};

/// `form`: where to, through which proxy, and whom to trust.
std::unique_ptr<ProtocolProbe> startProtocolProbe(const Clock& clock, const RequestForm& form, bool wantHttp2,
                                                  Nanos timeout, ProtocolProbe::Done done);

} // namespace penstock
