#include "app/cli/exit_status.h"
#include "app/sim/simulate.h"

#include <QCoreApplication>

int main(int argc, char** argv) {
    using namespace penstock::cli;
    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("penstock-sim"));
    QCoreApplication::setApplicationVersion(QStringLiteral(PENSTOCK_VERSION));

    CLI::App root("A simulated LLM endpoint: a GPU server with continuous batching, without the GPU.", "penstock-sim");
    root.set_version_flag("--version", "penstock-sim " PENSTOCK_VERSION);
    const auto settings = addSimulateOptions(root);
    try {
        root.parse(argc, argv);
    } catch (const CLI::Success& request) {
        return root.exit(request); // --help, --version
    } catch (const CLI::ParseError& problem) {
        std::fprintf(stderr, "penstock-sim: %s\n", problem.what());
        return exitBadInput;
    }
    return simulate(*settings);
}
