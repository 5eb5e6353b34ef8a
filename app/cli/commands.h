#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace penstock::cli {

/// Runs a command after its options were parsed; returns the exit status (see exit_status.h).
using Runner = std::function<int()>;

/// Each adds one command with its options to `root` and returns what runs it. One file a command.
Runner addDecodeCommand(CLI::App& root);
Runner addSimulateCommand(CLI::App& root);
Runner addProbeCommand(CLI::App& root);
Runner addRunCommand(CLI::App& root);
Runner addExportCommand(CLI::App& root);

} // namespace penstock::cli
