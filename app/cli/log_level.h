#pragma once

#include "engine/base/result.h"

#include <string>

namespace penstock::cli {

/// Sends the program's log to standard error, from `word` upwards: trace, debug, info, warning, error, off. No message holds
/// a key or a header's value.
Status setLogLevel(const std::string& word);

} // namespace penstock::cli
