#include "engine/record/run_overview.h"

#include "engine/base/cost.h"
#include "engine/base/utf8_cut.h"
#include "engine/record/run_rows.h"
#include "engine/record/segment_replay.h"
#include "engine/record/summarise.h"
#include "engine/record/summary_json.h"

#include <algorithm>

namespace penstock::record {

namespace {

/// Whether the last session came to its end: then what it wrote of the whole run holds.
Result<bool> wasClosed(const RunFile& file) {
    const auto closed = file.value("SELECT closed FROM sessions ORDER BY number DESC LIMIT 1");
    if (!closed) return closed.error();
    return closed->toBool();
}

Result<std::optional<Summary>> storedSummary(const RunFile& file) {
    const auto text = file.value("SELECT CAST(summary AS BLOB) FROM run");
    if (!text) return text.error();
    return text->isNull() ? std::nullopt : summaryFrom(textOf(*text));
}

Status addSummary(const RunFile& file, bool closed, Recompute recompute, RunOverview& out) {
    if (closed) {
        auto stored = storedSummary(file);
        if (!stored) return stored.error();
        out.summary = std::move(*stored);
    }
    if (out.summary || recompute == Recompute::No) return okStatus();
    const auto windows = readWindows(file);
    if (!windows) return windows.error();
    auto summary = summarise(file, out.info, *windows);
    if (!summary) return summary.error();
    out.summary = std::move(*summary);
    return okStatus();
}

Status addSegments(const RunFile& file, const RunTimes& times, bool closed, Recompute recompute, RunOverview& out) {
    if (closed) {
        auto stored = storedSegments(file);
        if (!stored) return stored.error();
        if (*stored) out.segments = std::move(**stored);
    }
    if (!out.segments.empty() || recompute == Recompute::No) return okStatus();
    auto figures = replaySegments(file, times);
    if (!figures) return figures.error();
    out.segments = std::move(*figures);
    return okStatus();
}

/// Run time at the last thing that is known.
Result<double> lengthOf(const RunFile& file, const RunTimes& times) {
    double length = 0;
    const auto ended = file.value("SELECT max(ended_ns) FROM requests");
    if (!ended) return ended.error();
    if (!ended->isNull()) length = times.seconds(ended->toLongLong());
    auto status = eachRow(file, "SELECT session, max(elapsed_seconds) FROM samples GROUP BY session", [&](const QSqlQuery& row) {
        const auto start = times.sessionStart.find(row.value(0).toInt());
        const double elapsed = row.value(1).toDouble();
        if (start == times.sessionStart.end() || !(elapsed >= 0 && elapsed * 1e9 <= static_cast<double>(longestNs))) return;
        length = std::max(length, times.seconds(start->second) + elapsed);
    });
    if (!status) return status.error();
    return std::max(length, 0.0);
}

Status fillListing(RunFile& file, RunListing& out) {
    const ReadTransaction state(file);
    const auto info = readRunInfo(file);
    if (!info) return info.error();
    auto label = readLabel(file);
    if (!label) return label.error();
    out.label = std::move(*label);
    out.runId = info->runId;
    out.targetUrl = info->targetUrl;
    out.workloadName = info->workloadName;
    out.simulated = info->simulated;
    out.startedAt = info->startedAt;
    auto status = eachRow(file, "SELECT complete, (SELECT count(*) FROM requests), (SELECT max_concurrency FROM segments ORDER BY"
                                " session DESC, number DESC LIMIT 1), (SELECT CAST(currency AS BLOB) FROM segments ORDER BY session"
                                " DESC, number DESC LIMIT 1) FROM run",
                          [&](const QSqlQuery& row) {
                              out.complete = row.value(0).toBool();
                              out.requests = row.value(1).toULongLong();
                              out.maxConcurrency = row.value(2).toInt();
                              out.currency = textOf(row.value(3));
                          });
    if (!status) return status;
    const auto closed = wasClosed(file);
    if (!closed) return closed.error();
    const auto summary = *closed ? storedSummary(file) : Result<std::optional<Summary>>(std::nullopt);
    if (!summary) return summary.error();
    if (*summary) {
        out.successes = (*summary)->successes;
        out.costPerSuccess = (*summary)->costPerSuccess;
        out.successesPerHour = (*summary)->successesPerHour;
        out.successRate = (*summary)->successRate;
        return okStatus();
    }
    // Cut off: what its last sample said would be of one session alone, so only what can be counted at once is told.
    return eachRow(file, std::string("SELECT total(outcome = 'success'), total(") + ended + ") FROM requests", [&](const QSqlQuery& row) {
        out.successes = row.value(0).toULongLong();
        out.successRate = cost::perEach(out.successes, row.value(1).toULongLong());
    });
}

} // namespace

Result<RunLabel> readLabel(const RunFile& file) {
    RunLabel label;
    auto status = eachRow(file, "SELECT CAST(name AS BLOB), CAST(note AS BLOB) FROM label", [&](const QSqlQuery& row) {
        label.name = textOf(row.value(0));
        label.note = textOf(row.value(1));
    });
    if (!status) return status.error();
    return label;
}

Result<RunLabel> writeLabel(const std::string& path, const RunLabel& label) {
    auto file = RunFile::openToAmend(path);
    if (!file) return file.error();
    RunLabel kept{std::string(utf8Head(label.name, 200)), std::string(utf8Head(label.note, 10'000))};
    auto query = (*file)->prepare("INSERT INTO label(id, name, note) VALUES(1, CAST(? AS TEXT), CAST(? AS TEXT))"
                                  " ON CONFLICT(id) DO UPDATE SET name = excluded.name, note = excluded.note");
    if (!query) return query.error();
    query->bindValue(0, textValue(kept.name));
    query->bindValue(1, textValue(kept.note));
    if (auto status = (*file)->run(*query); !status) return status.error();
    return kept;
}

Result<RunOverview> readOverview(RunFile& file, Recompute recompute) {
    const ReadTransaction state(file);
    RunOverview out;
    out.path = file.path();
    auto info = readRunInfo(file);
    if (!info) return info.error();
    out.info = std::move(*info);
    out.skippedLines = out.info.skippedLines;
    out.workloadRequests = out.info.workloadRequests;
    auto label = readLabel(file);
    if (!label) return label.error();
    out.label = std::move(*label);
    const auto complete = file.value("SELECT complete FROM run");
    if (!complete) return complete.error();
    out.complete = complete->toBool();
    const auto requests = file.value("SELECT count(*) FROM requests");
    if (!requests) return requests.error();
    out.requests = requests->toULongLong();
    const auto closed = wasClosed(file);
    if (!closed) return closed.error();
    // A run that is over may keep its lock for a moment.
    out.live = !*closed && RunFile::isBeingWritten(file.path());
    const auto times = readRunTimes(file);
    if (!times) return times.error();
    if (auto status = addSummary(file, *closed, recompute, out); !status) return status.error();
    if (auto status = addSegments(file, *times, *closed, recompute, out); !status) return status.error();
    const auto length = lengthOf(file, *times);
    if (!length) return length.error();
    out.lengthSeconds = *length;
    if (!out.segments.empty()) out.lengthSeconds = std::max(out.lengthSeconds, out.segments.back().end);
    return out;
}

RunListing readListing(const std::string& path) {
    RunListing out;
    out.path = path;
    auto file = RunFile::openToRead(path);
    const auto status = file ? fillListing(**file, out) : Status(file.error());
    if (status) return out;
    RunListing unreadable;
    unreadable.path = path;
    unreadable.problem = status.error().message;
    return unreadable;
}

} // namespace penstock::record
