#pragma once

#include "ui/history/snapshot_history.h"

#include <cmath>

namespace penstock::test {

/// A minute of a run as it may well be: a cap of 1, of 4 from second 10, of 14 from second 24; the queue drains, retries come
/// and go, a success becomes cheaper. Ten snapshots a second.
inline void fillBelievably(ui::SnapshotHistory& history, double seconds = 60) {
    std::uint64_t throttled = 0, lost = 0;
    double answered = 0;
    for (int i = 1; i <= static_cast<int>(seconds * 10); ++i) {
        auto s = std::make_shared<Snapshot>();
        const double t = i / 10.0, sway = std::sin(t * 3) * 0.03 + std::sin(t * 7.3) * 0.02;
        s->sequence = static_cast<std::uint64_t>(i);
        s->state = RunState::Running;
        s->elapsedSeconds = t;
        s->simulated = true;
        s->currency = "USD";
        s->cap = t < 10 ? 1 : t < 24 ? 4 : 14;
        s->inFlight = s->cap - (i % 47 == 0 ? 1 : 0);
        const double rate = t < 10 ? 0.35 : t < 24 ? 1.6 : 5; // successes a second
        answered += rate / 10;
        s->queueCapacity = 256;
        s->queueDepth = static_cast<int>(std::max(0.0, std::min(256.0, 256 - std::max(0.0, t - 24) * 6) + sway * 40));
        s->successes = static_cast<std::uint64_t>(answered);
        const double ttft = (t < 24 ? 0.17 : 0.22) * (1 + sway);
        s->window.tFirstToken.p50 = ttft;
        s->window.tFirstToken.p95 = ttft * (t < 24 ? 1.8 : 2.2) * (1 + sway);
        s->window.tFirstToken.p99 = ttft * (t < 24 ? 2.2 : 2.9) * (1 - sway);
        if (i % 9 == 0) throttled += t < 24 ? 2 : 1;
        if (i % 23 == 0) ++lost;
        s->retriesByCause = {{"429", throttled}, {"network", lost}};
        if (answered > 1) {
            s->window.successesPerHour = rate * 3600 * (1 + sway);
            s->window.costPerSuccess = 2.5 / *s->window.successesPerHour;
            s->window.outputTokensPerSecond = rate * 130 * (1 - sway);
            s->costPerSuccess = 2.5 / (answered / t * 3600);
            s->successesPerHour = answered / t * 3600;
        }
        history.add(std::move(s));
    }
}

} // namespace penstock::test
