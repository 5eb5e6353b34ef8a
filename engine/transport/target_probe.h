#pragma once

#include "engine/base/clock.h"
#include "engine/base/outcome.h"
#include "engine/base/result.h"
#include "engine/base/target.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace penstock {

/// What `penstock-cli probe` tells of a target.
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

/// Asks a target what it is: one connection for what it speaks, then GET {base}/models, of which at most 1 MiB is read.
/// Belongs to its thread, which must run an event loop. Destroying it ends the asking without a call.
class TargetProbe {
public:
    using Done = std::function<void(const TargetReport&)>;

    virtual ~TargetProbe() = default;
};

/// `done` is called once, never from inside, within `timeout` for each of the two steps. An Error when the target is
/// none (URL, headers, CA file). The clock must outlive the probe.
Result<std::unique_ptr<TargetProbe>> startTargetProbe(const Clock& clock, const Target& target, Nanos timeout,
                                                      TargetProbe::Done done);

/// The names in an answer to GET /models, of OpenAI's form (`data[].id`) or Ollama's (`models[].name`): at most 1000,
/// each cut to 200 bytes, control characters replaced. An Error when it is neither.
Result<std::vector<std::string>> parseModels(std::string_view json);

} // namespace penstock
