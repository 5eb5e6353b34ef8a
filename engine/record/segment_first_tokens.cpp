#include "engine/record/segment_first_tokens.h"

#include "engine/base/percentile.h"

#include <limits>
#include <unordered_map>

namespace penstock::record {

namespace {

struct Window {
    SegmentFigures* figures = nullptr;
    std::int64_t startNs = 0, endNs = 0;
    std::uint64_t count = 0, rank = 0;
    double sum = 0;

    bool holds(std::int64_t ns) const { return startNs <= ns && ns <= endNs; }
};

/// By segment; those that never settled have no window. The last of a session ends with it.
Result<std::unordered_map<std::uint32_t, Window>> windowsOf(const RunFile& file, const RunTimes& times, std::vector<SegmentFigures>& figures) {
    std::unordered_map<std::uint32_t, Window> out;
    for (auto& f : figures) {
        if (f.tFirstToken.count == 0) continue;
        const auto ns = [&](double seconds) { return times.originNs + fromSeconds(seconds).count(); };
        out[f.number] = {&f, ns(f.start + f.settlingSeconds), ns(f.end)};
        f.tFirstToken = {};
    }
    auto status = eachRow(file, "SELECT max(number) FROM segments GROUP BY session", [&](const QSqlQuery& row) {
        if (const auto last = out.find(row.value(0).toUInt()); last != out.end()) last->second.endNs = std::numeric_limits<std::int64_t>::max();
    });
    if (!status) return status.error();
    return out;
}

} // namespace

Status tellFirstTokensExactly(const RunFile& file, const RunTimes& times, std::vector<SegmentFigures>& figures) {
    auto windows = windowsOf(file, times, figures);
    if (!windows) return windows.error();
    if (windows->empty()) return okStatus();
    const auto each = [&](const std::string& tail, auto&& visit) {
        return eachRow(file, "SELECT segment, first_token_ns, first_token_ns - sent_ns AS v FROM attempts WHERE v IS NOT NULL" + tail,
                       [&](const QSqlQuery& row) {
                           const auto found = windows->find(row.value(0).toUInt());
                           if (found != windows->end() && found->second.holds(row.value(1).toLongLong())) visit(found->second, row.value(2).toLongLong());
                       });
    };
    auto status = each("", [](Window& window, std::int64_t ns) {
        ++window.count;
        window.sum += static_cast<double>(ns);
    });
    if (!status) return status;
    for (auto& [number, window] : *windows) {
        auto& out = window.figures->tFirstToken;
        out.count = window.count;
        if (window.count > 0) out.mean = window.sum / static_cast<double>(window.count) / 1e9;
    }
    return each(" ORDER BY v", [](Window& window, std::int64_t ns) {
        ++window.rank;
        auto& out = window.figures->tFirstToken;
        for (const auto& [percent, place] : {std::pair{50u, &out.p50}, {95u, &out.p95}, {99u, &out.p99}})
            if (window.rank == nearestRank(window.count, percent)) *place = static_cast<double>(ns) / 1e9;
    });
}

} // namespace penstock::record
