#pragma once

#include "engine/base/result.h"

#include <QString>

namespace penstock::ui {

/// The person's data folder of this program.
QString dataFolder();

/// Where the console keeps its runs unless told otherwise: `runs` in the person's data folder.
QString defaultRunsFolder();

/// Makes a folder for a run, named after the time (`20261124-101500`), within `parent`, which is made when missing.
Result<QString> newRunFolder(const QString& parent);

/// The run file's path within a run's folder.
QString runFileIn(const QString& folder);

} // namespace penstock::ui
