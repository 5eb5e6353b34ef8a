#pragma once

#include "engine/base/result.h"
#include "engine/simulator/options.h"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace penstock {

/// The embedded default endpoint: a simulation of a GPU server with continuous batching, on a thread of its own. It
/// says so in the Server header, in its model name, in /v1/models and in /stats. Nothing of the engine depends on it.
/// Speaks POST /v1/chat/completions (streamed and not), GET /v1/models, GET /stats.
class Simulator {
public:
    virtual ~Simulator() = default; ///< closes its connections and joins its thread
    /// http://127.0.0.1:PORT/v1
    virtual std::string baseUrl() const = 0;
    /// PEM of the certificate that was made at start-up; empty without TLS.
    virtual std::string certificatePem() const = 0;
    /// What GET /stats answers: connections, requests, live, peak_in_flight, ... Any thread but the simulator's own,
    /// whose answer it waits for.
    virtual nlohmann::json stats() const = 0;
};

/// Starts it and returns once it listens. Any thread of a program that has a QCoreApplication.
/// An error says which option cannot be, or why the address could not be had.
Result<std::unique_ptr<Simulator>> startSimulator(const SimulatorOptions& options);

} // namespace penstock
