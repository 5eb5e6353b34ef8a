#include "ui/session/past_sessions.h"

namespace penstock::ui {

Snapshot onTheRunsAxis(const Snapshot& session, const PastSessions& past, double start) {
    Snapshot out = session;
    out.elapsedSeconds += start;
    auto segments = past.segments;
    if (session.segments)
        for (auto segment : *session.segments) {
            if (!segments.empty() && segment.number <= segments.back().number) continue;
            segment.start += start;
            segment.end += start;
            segments.push_back(std::move(segment));
        }
    out.segments = std::make_shared<const std::vector<SegmentFigures>>(std::move(segments));
    if (session.active) {
        auto active = *session.active;
        for (auto& request : active) {
            request.queued += start;
            for (auto* at : {&request.admitted, &request.sent, &request.firstToken, &request.retryAt})
                if (*at) **at += start;
        }
        out.active = std::make_shared<const std::vector<ActiveRequest>>(std::move(active));
    }
    return out;
}

Snapshot inTheRunsSeries(Snapshot s, const PastSessions& past) {
    const Snapshot& before = past.counts;
    s.requestsSeen += before.requestsSeen;
    s.successes += before.successes;
    s.failures += before.failures;
    s.cancelled += before.cancelled;
    s.shed += before.shed;
    s.attempts += before.attempts;
    s.retries += before.retries;
    s.moved += before.moved;
    s.degraded += before.degraded;
    for (const auto& [cause, count] : before.retriesByCause) s.retriesByCause[cause] += count;
    s.gapSeconds += before.gapSeconds;
    s.connectionsOpened += before.connectionsOpened;
    s.contentEvents += before.contentEvents;
    s.inputTokens += before.inputTokens;
    s.outputTokens += before.outputTokens;
    s.wastedTokens += before.wastedTokens;
    return s;
}

} // namespace penstock::ui
