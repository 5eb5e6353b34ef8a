#include "engine/record/sample_series.h"

#include "engine/record/earlier_sessions.h"
#include "engine/record/run_rows.h"
#include "engine/record/run_times.h"
#include "engine/record/sample_rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace penstock::record {

namespace {

/// What a sample looks like to an eye on the charts.
struct Look {
    int session = 0;
    std::int64_t sequence = 0;
    double at = 0;
    std::array<double, 4> values{};
};

Result<std::vector<Look>> readLooks(const RunFile& file, const RunTimes& times) {
    std::vector<Look> out;
    auto status = eachRow(file,
                          "SELECT session, sequence, elapsed_seconds, in_flight, queue_depth, window_t_first_token_p95,"
                          " window_cost_per_success FROM samples ORDER BY session, sequence",
                          [&](const QSqlQuery& row) {
                              Look look;
                              look.session = row.value(0).toInt();
                              look.sequence = row.value(1).toLongLong();
                              const auto start = times.sessionStart.find(look.session);
                              if (start == times.sessionStart.end()) return;
                              const double elapsed = row.value(2).toDouble();
                              if (!(elapsed >= 0 && elapsed * 1e9 <= static_cast<double>(longestNs))) return;
                              look.at = times.seconds(start->second) + elapsed;
                              for (std::size_t i = 0; i < look.values.size(); ++i)
                                  look.values[i] = row.value(static_cast<int>(i) + 3).toDouble();
                              out.push_back(look);
                          });
    if (!status) return status.error();
    // So that no series outweighs another.
    for (std::size_t i = 0; i < 4; ++i) {
        double most = 0;
        for (const auto& look : out)
            most = std::max(most, std::abs(look.values[i]));
        if (most > 0)
            for (auto& look : out)
                look.values[i] /= most;
    }
    return out;
}

/// Area of the triangles that a sample makes with the one kept before it and the middle of the stretch behind it.
double sharpness(const Look& before, const Look& here, const Look& behind) {
    double sum = 0;
    for (std::size_t i = 0; i < here.values.size(); ++i)
        sum += std::abs((before.at - behind.at) * (here.values[i] - before.values[i]) -
                        (before.at - here.at) * (behind.values[i] - before.values[i]));
    return sum;
}

Look middleOf(const std::vector<Look>& looks, std::size_t from, std::size_t to) {
    Look out;
    for (auto i = from; i < to; ++i) {
        out.at += looks[i].at;
        for (std::size_t v = 0; v < out.values.size(); ++v)
            out.values[v] += looks[i].values[v];
    }
    const auto n = static_cast<double>(std::max<std::size_t>(to - from, 1));
    out.at /= n;
    for (auto& value : out.values)
        value /= n;
    return out;
}

/// Indices of what stays, ascending (largest triangle of each stretch).
std::vector<std::size_t> choose(const std::vector<Look>& looks, std::size_t points) {
    std::vector<std::size_t> kept;
    if (looks.size() <= points) {
        for (std::size_t i = 0; i < looks.size(); ++i)
            kept.push_back(i);
        return kept;
    }
    if (points == 0) return kept;
    if (points == 1) return {looks.size() - 1};
    kept.push_back(0);
    const std::size_t stretches = points - 2;
    const auto edge = [&](std::size_t stretch) { return 1 + stretch * (looks.size() - 2) / std::max<std::size_t>(stretches, 1); };
    for (std::size_t s = 0; s < stretches; ++s) {
        const auto from = edge(s), to = edge(s + 1);
        const auto behind = s + 1 < stretches ? middleOf(looks, to, edge(s + 2)) : looks.back();
        auto best = from;
        double most = -1;
        for (auto i = from; i < to; ++i)
            if (const double sharp = sharpness(looks[kept.back()], looks[i], behind); sharp > most) {
                most = sharp;
                best = i;
            }
        kept.push_back(best);
    }
    kept.push_back(looks.size() - 1);
    return kept;
}

} // namespace

Result<std::vector<Snapshot>> readSamples(RunFile& file, std::size_t points) {
    const ReadTransaction state(file);
    const auto info = readRunInfo(file);
    if (!info) return info.error();
    const auto times = readRunTimes(file);
    if (!times) return times.error();
    const auto looks = readLooks(file, *times);
    if (!looks) return looks.error();
    const auto windows = readWindows(file);
    if (!windows) return windows.error();
    const auto earlier = readEarlierSessions(file, *windows);
    if (!earlier) return earlier.error();
    std::map<std::uint32_t, std::string> currencies;
    auto status = eachRow(file, "SELECT number, CAST(currency AS BLOB) FROM segments",
                          [&](const QSqlQuery& row) { currencies[row.value(0).toUInt()] = textOf(row.value(1)); });
    if (!status) return status.error();

    auto rows = file.prepare("SELECT " + sampleColumns() + " FROM samples WHERE session = ? AND sequence = ?");
    if (!rows) return rows.error();
    const auto read = [&](const Look& look) -> Result<Snapshot> {
        rows->bindValue(0, look.session);
        rows->bindValue(1, static_cast<qint64>(look.sequence));
        if (auto ran = file.run(*rows); !ran) return ran.error();
        const auto more = file.next(*rows);
        if (!more) return more.error();
        if (!*more) return Error{"the run file " + file.path() + ": it changed while it was read"};
        return readSample(*rows, 0);
    };
    std::vector<Snapshot> out;
    for (const auto index : choose(*looks, points)) {
        auto sample = read((*looks)[index]);
        if (!sample) return sample.error();
        const int session = (*looks)[index].session;
        if (const auto before = earlier->find(session); before != earlier->end()) goOnFrom(before->second, *windows, session, *sample);
        sample->elapsedSeconds = (*looks)[index].at;
        sample->state = RunState::Running;
        sample->runId = info->runId;
        sample->simulated = info->simulated;
        if (const auto currency = currencies.find(sample->segment); currency != currencies.end()) sample->currency = currency->second;
        out.push_back(std::move(*sample));
    }
    return out;
}

} // namespace penstock::record
