#pragma once

#include "engine/base/usage.h"

#include <simdjson.h>

#include <cstdint>

namespace penstock {

/// A count above this is not one that a request can have: it is taken as not reported, so that sums cannot be poisoned.
inline constexpr std::int64_t mostCredibleTokens = 1'000'000'000'000;

/// Reads the `usage` object of the OpenAI dialects into `usage`, replacing what was there: servers that report in every
/// chunk report running totals. Returns false, and changes nothing, when it holds no credible count. The kind is Exact
/// when the output tokens were reported; a report without them leaves the kind Unknown, with the other counts kept.
bool readOpenAiUsage(const simdjson::dom::object& report, Usage& usage);

} // namespace penstock
