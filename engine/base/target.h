#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace penstock {

enum class Api { OpenAiChat };

enum class HttpMode {
    Auto, ///< ALPN over TLS, HTTP/1.1 in the clear
    Http11,
    Http2, ///< HTTP/2 over TLS, or nothing
    H2c,   ///< HTTP/2 in the clear, with prior knowledge
};

/// How a proxy is chosen. The default is none: a benchmark must not go through a proxy that nobody named.
struct ProxyChoice {
    enum class Kind { None, System, Http } kind = Kind::None;
    std::string host; ///< Kind::Http only
    std::uint16_t port = 0;
};

/// Whom the requests are for. Fixed for a run. Holds the key in memory alone: it is never written or logged.
struct Target {
    std::string baseUrl; ///< e.g. http://127.0.0.1:8000/v1; no trailing slash
    Api api = Api::OpenAiChat;
    std::string model;   ///< sent where a body names none; empty: the server's own choice
    HttpMode http = HttpMode::Auto;
    std::vector<std::pair<std::string, std::string>> headers; ///< added to each request; values may be secret
    std::string apiKey;                                       ///< sent as Authorization: Bearer; may be empty
    std::string caFile;                                       ///< PEM file with further authorities; empty: the system's
    std::vector<std::string> caPem;                           ///< PEM text with further authorities (the simulator's own)
    ProxyChoice proxy;
    bool simulated = false; ///< the built-in simulator: its figures are labelled wherever they appear
};

} // namespace penstock
