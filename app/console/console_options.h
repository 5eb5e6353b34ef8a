#pragma once

#include "engine/base/knobs.h"
#include "engine/base/target.h"
#include "engine/base/workload_options.h"
#include "ui/theme/theme.h"

#include <QSize>
#include <QString>

#include <optional>
#include <variant>

namespace penstock::console {

/// What the command line asked of the console.
struct ConsoleOptions {
    QString file; ///< a run to open
    bool demo = false, presentation = false;
    bool targetGiven = false, workloadGiven = false;
    Target target;
    WorkloadOptions workload;
    Knobs knobs;
    std::uint64_t seed = 1;
    QString screenshot;
    double after = 20; ///< seconds
    std::optional<QSize> size;
    std::optional<ui::Theme::Mode> theme;
};

/// The options, or the status with which the program ends (help was printed, or what is wrong).
std::variant<ConsoleOptions, int> parseOptions(int argc, char** argv);

} // namespace penstock::console
