#pragma once

#include "engine/base/summary.h"
#include "engine/record/windows.h"

#include <string>
#include <string_view>

namespace penstock::record {

/// The content of summary.json, with the segments that recomputing its window from spans.csv takes.
std::string summaryText(const Summary& summary, const Windows& windows);

/// Replaces the file at `path`, whole or not at all.
Status writeWhole(const std::string& path, std::string_view content);

} // namespace penstock::record
