#include "engine/record/run_times.h"

#include <algorithm>

namespace penstock::record {

namespace {

Error damagedTimes(const RunFile& file) {
    return {"the run file " + file.path() + ": it is damaged (a time in it cannot be)"};
}

} // namespace

Result<RunTimes> readRunTimes(const RunFile& file) {
    RunTimes out;
    // A session whose totals were never written down begins with the first request that left an attempt.
    auto status = eachRow(file,
                          "SELECT number, coalesce(first_queued_ns, (SELECT min(queued_ns) FROM attempts WHERE session ="
                          " number)) FROM sessions ORDER BY number",
                          [&](const QSqlQuery& row) {
                              if (!row.value(1).isNull())
                                  out.sessionStart[row.value(0).toInt()] = row.value(1).toLongLong();
                          });
    if (!status) return status.error();
    for (const auto& [session, start] : out.sessionStart)
        if (start < 0 || start > longestNs) return damagedTimes(file);
    if (!out.sessionStart.empty()) out.originNs = out.sessionStart.begin()->second;
    return out;
}

Status checkStamps(const RunFile& file) {
    const auto most = std::to_string(longestNs);
    // Text and the like, which sorts above every number, is caught as well.
    const auto outside = [&](std::initializer_list<const char*> columns) {
        std::string all = "0";
        for (const char* column : columns)
            all += std::string(", coalesce(") + column + ", 0)";
        return "min(" + all + ") < 0 OR max(" + all + ") > " + most;
    };
    const auto found =
        file.value("SELECT EXISTS(SELECT 1 FROM attempts WHERE " +
                   outside({"queued_ns", "admitted_ns", "sent_ns", "first_byte_ns", "first_event_ns", "first_token_ns", "last_token_ns",
                            "completed_ns", "released_ns", "t_conn_ns", "total_gap_ns"}) +
                   ") OR EXISTS(SELECT 1 FROM requests WHERE " + outside({"ended_ns"}) + ") OR EXISTS(SELECT 1 FROM segments WHERE " +
                   outside({"start_ns", "gap_seconds * 1e9"}) + ") OR EXISTS(SELECT 1 FROM sessions WHERE " +
                   outside({"gap_ns", "first_queued_ns"}) + ") OR EXISTS(SELECT 1 FROM pauses WHERE " + outside({"start_ns", "end_ns"}) + ") OR EXISTS(SELECT 1 FROM itl WHERE " + outside({"low_ns", "high_ns"}) + ")");
    if (!found) return found.error();
    return found->toBool() ? Status(damagedTimes(file)) : okStatus();
}

} // namespace penstock::record
