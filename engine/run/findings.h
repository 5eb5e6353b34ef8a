#pragma once

#include "engine/base/knobs.h"
#include "engine/base/summary.h"
#include "engine/transport/transport.h"

#include <string>
#include <vector>

namespace penstock {

/// What the figures of a run say about its target, each one sentence or two in plain words, with the figures behind it:
/// that the server closes each connection after a response, that it refused streams, that the connections were too few.
/// Empty when there is nothing to say.
std::vector<std::string> findingsOf(const Knobs& knobs, const TransportStats& stats, const Summary& summary);

} // namespace penstock
