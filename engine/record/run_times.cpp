#include "engine/record/run_times.h"

#include <algorithm>

namespace penstock::record {

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
    if (!out.sessionStart.empty()) out.originNs = out.sessionStart.begin()->second;
    return out;
}

} // namespace penstock::record
