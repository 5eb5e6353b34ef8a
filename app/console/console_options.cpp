#include "app/console/console_options.h"

#include "app/cli/exit_status.h"
#include "app/cli/flags.h"

#include <CLI/CLI.hpp>

#include <cstdio>

namespace penstock::console {

namespace {

int refuse(const std::string& sentence) {
    std::fprintf(stderr, "penstock: %s\n", sentence.c_str());
    return cli::exitBadInput;
}

std::optional<QSize> sizeOf(const std::string& text) {
    int width = 0, height = 0;
    char rest = 0;
    if (std::sscanf(text.c_str(), "%dx%d%c", &width, &height, &rest) != 2) return std::nullopt;
    if (width < 320 || height < 240 || width > 16384 || height > 16384) return std::nullopt;
    return QSize(width, height);
}

} // namespace

std::variant<ConsoleOptions, int> parseOptions(int argc, char** argv) {
    ConsoleOptions options;
    std::string file, screenshot, size, theme;
    cli::TargetFlags target;
    cli::WorkloadFlags workload;
    cli::KnobFlags knobs;

    CLI::App command{"The console: live charts and knobs over a run of LLM requests. Without options it opens on the built-in simulated endpoint "
                     "with a sample workload; press Start."};
    command.set_version_flag("--version", std::string("penstock " PENSTOCK_VERSION));
    command.add_option("FILE", file, "a run to open (*.penstock)");
    command.add_flag("--demo", options.demo, "start at once on the simulated endpoint: a cap of 4, and after 8 s the profile's");
    command.add_flag("--presentation", options.presentation, "figures and three charts, readable from the back of a room");
    command.add_option("--screenshot", screenshot, "write a picture of the window and end")->type_name("FILE.png");
    command.add_option("--after", options.after, "seconds of the run before the picture is taken [20]")->type_name("SECONDS")->check(CLI::Range(0.0, 86400.0));
    command.add_option("--size", size, "of the window, e.g. 1440x900")->type_name("WxH");
    command.add_option("--theme", theme, "system, light or dark")->type_name("NAME");
    command.add_option("--seed", options.seed, "of what is drawn by chance [1]")->type_name("N");
    target.addTo(command, "");
    workload.addTo(command);
    knobs.addTo(command);
    try {
        command.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return command.exit(error);
        return refuse(error.what());
    }

    options.file = QString::fromStdString(file);
    options.screenshot = QString::fromStdString(screenshot);
    if (!size.empty()) {
        options.size = sizeOf(size);
        if (!options.size) return refuse("--size must be WIDTHxHEIGHT, such as 1440x900");
    }
    if (!theme.empty()) {
        if (theme == "light") options.theme = ui::Theme::Mode::Light;
        else if (theme == "dark") options.theme = ui::Theme::Mode::Dark;
        else if (theme == "system") options.theme = ui::Theme::Mode::System;
        else return refuse("--theme must be system, light or dark");
    }
    auto set = knobs.knobs();
    if (!set) return refuse(set.error().message);
    options.knobs = std::move(*set);
    if (command.count("--target") > 0) {
        auto given = target.target();
        if (!given) return refuse(given.error().message);
        options.target = std::move(*given);
        options.targetGiven = true;
    }
    if (command.count("--workload") > 0) {
        auto given = workload.workload();
        if (!given) return refuse(given.error().message);
        if (given->path == "-") return refuse("--workload - is for penstock-cli: the console reads a file");
        options.workload = std::move(*given);
        options.workload.model = options.target.model;
        options.workloadGiven = true;
    }
    if (options.demo && options.targetGiven && !options.target.simulated) return refuse("--demo runs on the simulated endpoint alone: leave out --demo or --target");
    return options;
}

} // namespace penstock::console
