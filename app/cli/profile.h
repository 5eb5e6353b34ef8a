#pragma once

#include "engine/base/result.h"

#include <nlohmann/json.hpp>

#include <string>

namespace penstock::cli {

/// The knobs of a profile that ships with the program (`baseline`, `controlled`) or of a JSON file of at most 1 MiB.
Result<nlohmann::json> loadProfile(const std::string& nameOrFile);

} // namespace penstock::cli
