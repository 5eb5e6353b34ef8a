#pragma once

#include "engine/base/summary.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace penstock {

/// The content of summary.json, in the order in which people read it; times in seconds. What is not known is null.
nlohmann::ordered_json summaryJson(const Summary& summary);

/// The inverse, of its text; nullopt when that lacks a field.
std::optional<Summary> summaryFrom(const std::string& text);

} // namespace penstock
