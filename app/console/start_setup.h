#pragma once

#include "app/console/console_options.h"
#include "ui/session/run_session.h"

#include <functional>

namespace penstock::console {

struct StartSetup {
    ui::RunSetup run;
    QString keyAccount; ///< what the keychain calls the key that `run` awaits; empty when it awaits none
    QString problem;    ///< why something that was remembered is not used; for the window to say
};

/// What the flags name, and where they name nothing, what was chosen last time. `simulated` gives the built-in
/// endpoint, which is the safe choice where there is nothing else. What was remembered and cannot be used is a problem
/// to tell in the window, and no reason for it not to open. An Error is one sentence.
Result<StartSetup> startSetup(const ConsoleOptions& options, const std::function<Result<Target>()>& simulated,
                              const QString& dataFolder);

} // namespace penstock::console
