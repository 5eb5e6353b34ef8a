#pragma once

#include "engine/base/pauses.h"
#include "engine/base/request_result.h"
#include "engine/base/run_info.h"
#include "engine/base/snapshot.h"
#include "engine/base/span.h"

#include <cstddef>
#include <variant>

namespace penstock::record {

/// An attempt with the session's totals as of its release.
struct ClosedAttempt {
    Span span;
    Nanos gap{0};
    std::uint64_t connectionsOpened = 0;
};

/// One thing to write down.
using Entry = std::variant<ClosedAttempt, RequestResult, Snapshot, Segment, Pause>;

/// The memory that `entry` holds while it waits, near enough for a bound.
std::size_t bytesOf(const Entry& entry);

} // namespace penstock::record
