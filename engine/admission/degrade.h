#pragma once

#include "engine/base/result.h"

#include <memory>
#include <string>
#include <string_view>

namespace penstock {

/// The body in the cheaper form of queue policy `degrade`: `overrides` (JSON object text) laid over it as RFC 7396 (JSON merge
/// patch) has it: named members are replaced, null removes one, the rest stays as it was and in its order.
/// An Error when either is no JSON object.
Result<std::shared_ptr<const std::string>> degradedBody(const std::string& body, std::string_view overrides);

} // namespace penstock
