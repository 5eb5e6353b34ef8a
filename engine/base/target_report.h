#pragma once

#include "engine/base/outcome.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace penstock {

/// What a target says of itself when it is asked: the answer of `penstock-cli probe` and of the console's *Test connection*.
struct TargetReport {
    /// Why it cannot be used: ConnectFailed, TlsFailed or ConnectTimeout. nullopt: it can be reached.
    std::optional<Outcome> problem;
    std::string address;                               ///< the IP address that answered
    std::string httpVersion;                           ///< `1.1` or `2`: what requests would use
    std::optional<std::uint32_t> maxConcurrentStreams; ///< HTTP/2, where the server sets a limit
    std::string tlsVersion, cipher, issuer;            ///< empty without TLS
    Nanos connect{0};                                  ///< TCP set-up
    Nanos handshake{0};                                ///< TLS set-up; 0 without

    int modelsStatus = 0;            ///< of GET {base}/models; 0: no answer
    std::vector<std::string> models; ///< their names, at most 1000
    std::string modelsProblem;       ///< why there is no list; empty when there is one
    std::optional<Nanos> roundTrip;  ///< that GET on an open connection -> response head
};

} // namespace penstock
