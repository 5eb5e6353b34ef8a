#pragma once

#include "engine/base/result.h"
#include "engine/base/time.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace penstock {

/// How the simulated endpoint behaves. The defaults make cost per success U-shaped over the client's cap.
struct SimulatorOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0; ///< 0: any free one
    enum class Protocol { Plain, Tls } protocol = Protocol::Plain; ///< Plain: HTTP/1.1 and h2c on one port. Tls: ALPN
    bool http2 = true;
    std::uint32_t maxConcurrentStreams = 100;

    // The model server: continuous batching
    int slots = 16;                       ///< sequences that decode together
    double prefillTokensPerSecond = 8000; ///< shared by all sequences in prefill
    Nanos stepBase = std::chrono::milliseconds{12};        ///< a decode step takes base + perSequence x active
    Nanos stepPerSequence = std::chrono::microseconds{600}; ///< and gives one token to each active sequence
    int waitingRoom = 32;                 ///< requests that wait for a slot; beyond it 429 with Retry-After
    std::int64_t kvTokens = 24'000;       ///< KV budget; exceeded, the youngest sequence is preempted and prefilled again
    int defaultOutputTokens = 64;         ///< where a request names no max_tokens; the length itself is drawn from the seed

    Nanos connectDelay{0};                ///< round trips charged to the first request of each connection
    int requestsPerMinute = 0;            ///< --rpm; 0: no limit
    std::int64_t tokensPerMinute = 0;     ///< --tpm

    // Seeded faults: the share of requests that meet each, 0..1
    std::uint64_t seed = 1;
    double fault429 = 0, fault5xx = 0, faultDrop = 0, faultCut = 0, faultStall = 0, faultErrorEvent = 0;
};

/// The embedded default endpoint: a simulation of a GPU server with continuous batching, on a thread of its own. It says
/// so in the Server header, in its model name, in /v1/models and in /stats. Nothing of the engine depends on it.
/// Speaks POST /v1/chat/completions (streamed and not), GET /v1/models, GET /stats.
class Simulator {
public:
    virtual ~Simulator() = default; ///< closes its connections and joins its thread
    /// http://127.0.0.1:PORT/v1
    virtual std::string baseUrl() const = 0;
    /// PEM of the certificate that was made at start-up; empty without TLS.
    virtual std::string certificatePem() const = 0;
    /// What GET /stats answers: connections, requests, live, peak_in_flight, ... Any thread.
    virtual nlohmann::json stats() const = 0;
};

Result<std::unique_ptr<Simulator>> startSimulator(const SimulatorOptions& options);

} // namespace penstock
