#pragma once

#include "engine/base/summary.h"

#include <nlohmann/json.hpp>

namespace penstock {

/// The content of summary.json, in the order in which people read it; times in seconds. What is not known is null.
nlohmann::ordered_json summaryJson(const Summary& summary);

} // namespace penstock
