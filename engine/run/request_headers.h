#pragma once

#include "engine/base/target.h"

#include <string>
#include <vector>

namespace penstock {

/// The headers that go with each request to `target`, `name: value`, for the run's record. Values that were given in
/// confidence read `(hidden)`: the key, and every header that a person added, whatever its name.
std::vector<std::string> requestHeaders(const Target& target, bool stream);

} // namespace penstock
