#include "engine/record/windows.h"

#include "engine/record/pause_rows.h"
#include "engine/record/run_times.h"

#include <algorithm>
#include <limits>

namespace penstock::record {

namespace {

Status readSegments(const RunFile& file, std::vector<SegmentFacts>& out) {
    auto rows = file.prepare("SELECT number, session, start_ns, max_concurrency, cost_per_hour, input_token_price,"
                             " output_token_price, CAST(currency AS BLOB) FROM segments ORDER BY session, number");
    if (!rows) return rows.error();
    if (auto status = file.run(*rows); !status) return status;
    for (;;) {
        const auto more = file.next(*rows);
        if (!more) return more.error();
        if (!*more) return okStatus();
        out.push_back({rows->value(0).toUInt(), rows->value(1).toInt(), rows->value(2).toLongLong(),
                       rows->value(3).toInt(), rows->value(4).toDouble(), rows->value(5).toDouble(),
                       rows->value(6).toDouble(), textOf(rows->value(7))});
    }
}

Status readSessions(const RunFile& file, std::vector<Window>& out) {
    auto rows = file.prepare("SELECT session, min(queued_ns), max(completed_ns) FROM attempts"
                             " GROUP BY session HAVING max(completed_ns) > min(queued_ns) ORDER BY session");
    if (!rows) return rows.error();
    if (auto status = file.run(*rows); !status) return status;
    for (;;) {
        const auto more = file.next(*rows);
        if (!more) return more.error();
        if (!*more) return okStatus();
        out.push_back({rows->value(0).toInt(), rows->value(1).toLongLong(), rows->value(2).toLongLong()});
    }
}

/// The part of `window` in which segment `i` ruled: until the session's next segment; the first one from the beginning.
std::int64_t ruledNs(const std::vector<SegmentFacts>& segments, std::size_t i, const Window& window) {
    const bool first = i == 0 || segments[i - 1].session != segments[i].session;
    const bool last = i + 1 == segments.size() || segments[i + 1].session != segments[i].session;
    const auto from = first ? window.startNs : std::max(window.startNs, segments[i].startNs);
    const auto to = last ? window.endNs : std::min(window.endNs, segments[i + 1].startNs);
    return std::max<std::int64_t>(to - from, 0);
}

} // namespace

double meanOverTime(const Windows& windows, double (*valueOf)(const SegmentFacts&)) {
    const auto& segments = windows.segments;
    if (segments.empty()) return 0;
    if (std::all_of(segments.begin(), segments.end(),
                    [&](const auto& segment) { return valueOf(segment) == valueOf(segments.front()); }))
        return valueOf(segments.front());
    double weighted = 0, time = 0;
    for (const auto& window : windows.sessions)
        for (std::size_t i = 0; i < segments.size(); ++i) {
            if (segments[i].session != window.session) continue;
            const auto ruled = static_cast<double>(ruledNs(segments, i, window));
            weighted += valueOf(segments[i]) * ruled;
            time += ruled;
        }
    return time > 0 ? weighted / time : 0;
}

Result<Windows> readWindows(const RunFile& file) {
    Windows windows;
    if (auto status = readSegments(file, windows.segments); !status) return status.error();
    if (auto status = readSessions(file, windows.sessions); !status) return status.error();
    // Sums of what cannot be would go beyond all numbers.
    const auto bad = [](std::int64_t ns) { return ns < 0 || ns > longestNs; };
    for (const auto& segment : windows.segments)
        if (bad(segment.startNs)) return Error{"the run file " + file.path() + ": it is damaged (a time in it cannot be)"};
    for (const auto& window : windows.sessions)
        if (bad(window.startNs) || bad(window.endNs)) return Error{"the run file " + file.path() + ": it is damaged (a time in it cannot be)"};
    for (const auto& window : windows.sessions) {
        windows.lengthNs += window.endNs - window.startNs;
        const auto pauses = readPauses(file, window.session, window.startNs);
        if (!pauses) return pauses.error();
        windows.pausedNs += pauses->between(Nanos{0}, Nanos{window.endNs - window.startNs}).count();
    }
    windows.costPerHour = meanOverTime(windows, [](const SegmentFacts& s) { return s.costPerHour; });
    windows.cap = meanOverTime(windows, [](const SegmentFacts& s) { return static_cast<double>(s.maxConcurrency); });
    return windows;
}

} // namespace penstock::record
