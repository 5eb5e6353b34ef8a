#pragma once

#include "engine/simulator/options.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace penstock::cli {

/// What the command line of the simulated endpoint says.
struct SimulateSettings {
    SimulatorOptions options;
    std::string caFile; ///< where the certificate's PEM is written; empty: nowhere
};

/// Adds the simulator's flags to `command`; parsing fills the settings, which live as long as what holds the pointer.
std::shared_ptr<SimulateSettings> addSimulateOptions(CLI::App& command);

/// Runs the endpoint until SIGINT or SIGTERM. Prints `simulated endpoint: URL` as the first line of stdout, and what it
/// has seen as one line on stderr at the end. Returns the exit status. Only on the main thread, before there are other
/// threads.
int simulate(const SimulateSettings& settings);

} // namespace penstock::cli
