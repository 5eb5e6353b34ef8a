#pragma once

#include "engine/base/run_document.h"

namespace penstock {

/// The result record of a single run: it fills the side `controlled`; what takes two settings is empty. The seed's seven metrics
/// come first, then the cost.
ResultRecord recordOf(const Summary& summary);

} // namespace penstock
