#include "app/cli/report.h"

#include "app/cli/format.h"

#include <sstream>

namespace penstock::cli {

namespace {

void row(std::ostream& out, const std::string& name, const std::string& value, const std::string& note = {}) {
    out << "  " << name << std::string(name.size() < 26 ? 26 - name.size() : 1, ' ') << value;
    if (!note.empty()) out << std::string(value.size() < 18 ? 18 - value.size() : 1, ' ') << note;
    out << '\n';
}

std::string pair(const Percentiles& p) { return duration(p.p50) + " / " + duration(p.p95); }

std::string causes(const Summary& s) {
    std::string text;
    for (const auto& [cause, n] : s.retriesByCause) text += (text.empty() ? "" : ", ") + cause + " " + count(n);
    return text;
}

std::string endings(const Summary& s) {
    std::string text;
    for (const auto& [word, n] : s.endings)
        if (word != "success") text += (text.empty() ? "" : ", ") + word + " " + count(n);
    return text;
}

} // namespace

std::string report(const RunEnd& end, double costPerHour, const std::string& outputDir) {
    std::ostringstream out;
    if (!end.summary) return {};
    const auto& s = *end.summary;
    const bool many = s.successes != 1;
    out << '\n'
        << "Cost per success  " << money(s.costPerSuccess, s.currency) << "  at " << money(costPerHour, s.currency)
        << " an hour (--cost-per-hour)" << (s.simulated ? "  (simulated endpoint)" : "") << '\n';
    row(out, "requests", count(s.requests), count(s.successes) + (many ? " successes" : " success") + (endings(s).empty() ? "" : "; " + endings(s)));
    row(out, "success rate", percent(s.successRate));
    row(out, "successes an hour", number(s.successesPerHour), "upper bound " + number(s.upperBoundSuccessesPerHour));
    row(out, "window", duration(s.windowSeconds), "first queued to last completed" + (s.pausedSeconds > 0 ? "; paused for " + duration(s.pausedSeconds) : std::string()));
    row(out, "in flight", std::to_string(s.inFlightPeak) + " / " + std::to_string(s.maxConcurrency), "peak / cap; mean " + number(s.inFlightMean));
    row(out, "gap", percent(s.gapFraction), duration(s.gapSeconds) + " with work queued and a slot free");
    row(out, "queue wait p50 / p95", pair(s.tQueue));
    row(out, "TTFT p50 / p95", pair(s.tFirstToken), "sent to first token");
    row(out, "stream p50 / p95", pair(s.tStream));
    row(out, "in flight p50 / p95", pair(s.tInFlight));
    // In the races that end so, Qt may open a connection and tell nobody.
    const bool lowerBound = s.retriesByCause.contains("stale_connection") || s.endings.contains("stale_connection");
    row(out, "connections opened", (lowerBound ? "at least " : "") + count(s.connectionsOpened), number(s.newConnectionsPerSuccess) + " per success" + (s.httpVersion.empty() ? "" : "; HTTP/" + s.httpVersion));
    row(out, "attempts", count(s.attempts), count(s.retries) + (s.retries == 1 ? " retry" : " retries") + (causes(s).empty() ? "" : ": " + causes(s)));
    row(out, "output tokens", s.outputTokens ? count(static_cast<std::uint64_t>(*s.outputTokens)) : "-",
        std::string(toString(s.usageKind)) + "; wasted " + (s.wastedAtLeast ? "at least " : "") + count(static_cast<std::uint64_t>(s.wastedTokens)));
    if (s.attemptsLost > 0) row(out, "attempts lost", count(s.attemptsLost), "in flight when an earlier session was killed; what they cost is not known");
    if (s.avoidableCost) row(out, "avoidable cost", money(s.avoidableCost, s.currency));
    if (s.degraded > 0) row(out, "degraded", count(s.degraded), "sent in the cheaper form of the queue policy");
    if (s.skippedLines > 0) row(out, "lines left out", count(s.skippedLines), "of the workload; kept in the run file");
    for (const auto& finding : end.findings) out << '\n' << finding << '\n';
    out << '\n' << outputDir << ": run.penstock, results.jsonl, spans.csv, record.csv, summary.json\n";
    return out.str();
}

} // namespace penstock::cli
