#pragma once

#include "engine/base/outcome.h"

namespace penstock {

// What an outcome says of the target itself, and not of the one request.

/// Endings in which the target was not reached at all.
inline bool isUnreached(OutcomeKind kind) {
    return kind == OutcomeKind::ConnectFailed || kind == OutcomeKind::TlsFailed || kind == OutcomeKind::ConnectTimeout;
}

/// RFC 9110, 15.5.2 and 15.5.4: without a key that will do, or with one that may not.
inline bool refusesKey(const Outcome& outcome) {
    return outcome.kind == OutcomeKind::Rejected && (outcome.status == 401 || outcome.status == 403);
}

} // namespace penstock
