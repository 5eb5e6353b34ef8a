#pragma once

#include "engine/base/request_result.h"
#include "engine/base/snapshot.h"
#include "engine/base/span.h"
#include "engine/measure/histogram.h"

namespace penstock {

/// The running totals and distributions that the Snapshot shows. Constant memory, whatever the number of requests.
/// The figures of summary.json are not made here: record/ computes them from the spans, exactly.
class Aggregates {
public:
    void queued(Instant at);
    void attempt(const Span& span);
    void result(const RequestResult& result);
    /// A gap between two consecutive content events of one stream.
    void interTokenGap(Nanos gap) { itl_.add(gap); }

    /// Fills the counters, percentiles, cost and rates of `out`; the pipeline fills what only it knows.
    void fill(Snapshot& out, Instant now, double costPerHour, int cap) const;
};

} // namespace penstock
