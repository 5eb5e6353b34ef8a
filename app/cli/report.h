#pragma once

#include "engine/base/run_end.h"

#include <string>

namespace penstock::cli {

/// The end of a run for a person: what a success cost, the figures behind it, and what they say about the target.
/// `costPerHour` is the last setting, told beside the cost that follows from it.
std::string report(const RunEnd& end, double costPerHour, const std::string& outputDir);

} // namespace penstock::cli
