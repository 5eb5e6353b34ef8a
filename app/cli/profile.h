#pragma once

#include "engine/base/knobs.h"
#include "engine/base/result.h"

#include <string>

namespace penstock::cli {

/// Lays over `knobs` a profile that ships with the program (`baseline`, `controlled`) or a JSON file of at most 1 MiB.
Status loadProfile(const std::string& nameOrFile, Knobs& knobs);

} // namespace penstock::cli
