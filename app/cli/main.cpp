#include "app/cli/commands.h"
#include "app/cli/exit_status.h"

#include <QCoreApplication>
#include <QLoggingCategory>

#include <array>
#include <cstdio>
#include <vector>

namespace penstock::cli {

namespace {

/// Every command, in the order in which help lists them.
constexpr std::array<Runner (*)(CLI::App&), 5> commands{addRunCommand, addProbeCommand, addExportCommand, addDecodeCommand, addSimulateCommand};

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("penstock-cli"));
    // Qt warns of each stream that a server resets; the run counts and tells them.
    QLoggingCategory::setFilterRules(QStringLiteral("qt.network.http2.warning=false"));
    QCoreApplication::setApplicationVersion(QStringLiteral(PENSTOCK_VERSION));

    CLI::App root("Runs a workload of LLM requests under an in-flight cap, and says what a success cost.", "penstock-cli");
    root.set_version_flag("--version", "penstock-cli " PENSTOCK_VERSION);
    root.require_subcommand(1);
    std::vector<std::pair<CLI::App*, Runner>> runners;
    for (const auto add : commands) {
        Runner runner = add(root);
        runners.emplace_back(root.get_subcommands([](CLI::App*) { return true; }).back(), std::move(runner));
    }

    for (const auto* name : {"compare", "sweep", "audit", "memo", "merge"}) {
        auto* later = root.add_subcommand(name)->group("")->allow_extras();
        later->parse_complete_callback([name] { throw CLI::ValidationError(std::string(name) + " is not built yet"); });
    }

    try {
        root.parse(argc, argv);
    } catch (const CLI::Success& request) {
        return root.exit(request); // --help, --version
    } catch (const CLI::ParseError& problem) {
        const bool named = argc > 1 && argv[1][0] != '-'
                           && root.get_subcommands([&](CLI::App* known) { return known->check_name(argv[1]); }).empty();
        if (named) std::fprintf(stderr, "penstock-cli: there is no command %s; see penstock-cli --help\n", argv[1]);
        else if (argc < 2) std::fprintf(stderr, "penstock-cli: a command is needed; see penstock-cli --help\n");
        else std::fprintf(stderr, "penstock-cli: %s\n", problem.what());
        return exitBadInput;
    }
    for (const auto& [command, runner] : runners)
        if (command->parsed()) return runner();
    return exitBadInput;
}

} // namespace

} // namespace penstock::cli

int main(int argc, char** argv) { return penstock::cli::main(argc, argv); }
