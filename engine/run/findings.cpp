#include "engine/run/findings.h"

namespace penstock {

std::vector<std::string> findingsOf(const Knobs& knobs, const TransportStats& stats, const Summary& summary) {
    std::vector<std::string> findings;
    const auto text = [](std::uint64_t n) { return std::to_string(n); };

    // Half of the answers: below it some other reason (an idle bound, a bound on requests a connection) explains it as well.
    if (knobs.connectionReuse == ConnectionReuse::Pooled && stats.closedAfterResponse > 1
        && stats.closedAfterResponse * 2 >= stats.responses) {
        findings.push_back("The server closes its connection after a response (seen after " + text(stats.closedAfterResponse) + " of "
                           + text(stats.responses)
                           + " responses), so that connections cannot be reused: " + text(summary.connectionsOpened)
                           + " were opened for " + text(summary.attempts)
                           + " attempts. A proxy in front of it that keeps connections (nginx, HAProxy) restores reuse.");
    }
    if (stats.moved > 0) {
        findings.push_back(text(stats.moved)
                           + (stats.moved == 1 ? " request was" : " requests were")
                           + " taken to another connection because the server had not processed "
                           + (stats.moved == 1 ? "it" : "them") + " on the first; no attempt was counted and nothing was paid twice.");
    }
    if (knobs.maxConnections > 0 && knobs.maxConnections < knobs.maxConcurrency && summary.inFlightPeak < knobs.maxConcurrency
        && summary.gapSeconds > 0 && stats.httpVersion == "1.1") {
        findings.push_back("max-connections " + std::to_string(knobs.maxConnections) + " kept in_flight below max-concurrency "
                           + std::to_string(knobs.maxConcurrency) + ": over HTTP/1.1 each request in flight needs a connection.");
    }
    return findings;
}

} // namespace penstock
