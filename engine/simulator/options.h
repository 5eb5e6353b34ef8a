#pragma once

#include "engine/base/result.h"
#include "engine/base/time.h"

#include <cstdint>
#include <string>

namespace penstock {

/// How the simulated endpoint behaves. The defaults make cost per success U-shaped over the client's cap, for prompts
/// of some hundred bytes: up to 14 or so a wider batch uses a step better; above 20 the KV budget makes sequences lose
/// their place and be prefilled again, and beyond slots + waiting room (56) requests are turned away.
struct SimulatorOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;                                        ///< 0: any free one
    enum class Protocol { Plain, Tls } protocol = Protocol::Plain; ///< Plain: HTTP/1.1 and h2c on one port. Tls: ALPN
    bool http2 = true;
    std::uint32_t maxConcurrentStreams = 100;

    // The model server: continuous batching
    int slots = 32;                                         ///< sequences that may be in prefill or decode together
    double prefillTokensPerSecond = 1200;                   ///< shared by all sequences in prefill
    Nanos stepBase = std::chrono::milliseconds{6};          ///< a decode step takes base + perSequence x active
    Nanos stepPerSequence = std::chrono::microseconds{300}; ///< and gives one token to each active sequence
    int waitingRoom = 24;          ///< requests that wait for a slot; beyond it 429 with Retry-After
    std::int64_t kvTokens = 3600;  ///< KV budget; exceeded, the youngest sequence is preempted and prefilled again
    int defaultOutputTokens = 128; ///< mean of the lengths drawn from seed and prompt; a request's max_tokens cuts them

    Nanos connectDelay{0};            ///< round trips charged to the first request of each connection
    int requestsPerMinute = 0;        ///< --rpm; 0: no limit
    std::int64_t tokensPerMinute = 0; ///< --tpm; counts prompt tokens and the tokens that will be answered; 0: no limit

    // Seeded faults: the share of requests that meet each, 0..1; together at most 1
    std::uint64_t seed = 1;
    double fault429 = 0, fault5xx = 0, faultDrop = 0, faultCut = 0, faultStall = 0, faultErrorEvent = 0;
};

/// The first thing that cannot be, named by its command-line flag.
Status validate(const SimulatorOptions& options);

} // namespace penstock
