#pragma once

#include "engine/base/snapshot.h"
#include "engine/record/windows.h"

#include <map>

namespace penstock::record {

/// What the sessions before one came to, by their attempts and results: what a kill took from the time series is in it, and a
/// request that was asked again later is not.
struct EarlierSessions {
    Snapshot counts;            ///< the counters alone; requestsSeen are those that kept their result
    double inFlightIntegral = 0; ///< request-seconds
    double slotSeconds = 0;      ///< sum of t_in_flight of the attempts
};

/// By session, for each but the first.
Result<std::map<int, EarlierSessions>> readEarlierSessions(const RunFile& file, const Windows& windows);

/// Makes the sample of a session one of the whole run: adds what was before, and works the rates, means and fractions out
/// anew from the sums. `windows` are the run's; `session` is the one whose sample it is.
void goOnFrom(const EarlierSessions& before, const Windows& windows, int session, Snapshot& sample);

} // namespace penstock::record
