#include "app/cli/commands.h"
#include "app/sim/simulate.h"

namespace penstock::cli {

Runner addSimulateCommand(CLI::App& root) {
    auto* command = root.add_subcommand("simulate", "Runs the simulated endpoint (also as penstock-sim)");
    return [settings = addSimulateOptions(*command)] { return simulate(*settings); };
}

} // namespace penstock::cli
