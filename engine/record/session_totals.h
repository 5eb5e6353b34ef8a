#pragma once

#include "engine/base/percentile.h"
#include "engine/base/time.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace penstock {

/// What only the engine knows of the session that runs: running totals since its start. A value; crosses threads.
struct SessionTotals {
    Nanos gap{0};                ///< GapMeter::gap()
    double inFlightIntegral = 0; ///< GapMeter::inFlightIntegral(), request-nanoseconds
    int inFlightPeak = 0;
    std::uint64_t connectionsOpened = 0;
    std::uint64_t moved = 0;           ///< exchanges taken to another connection unprocessed
    std::uint64_t attemptsStarted = 0; ///< attempts admitted; against the spans it tells what a kill took away
    std::optional<Instant> firstQueued; ///< of the session: its second 0
    /// Inter-token gaps of the whole session (Aggregates::interTokenGaps().buckets()); null: as last given.
    std::shared_ptr<const std::vector<Bucket>> itl;
};

} // namespace penstock
