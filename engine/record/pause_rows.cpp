#include "engine/record/pause_rows.h"

#include "engine/record/run_times.h"

#include <algorithm>

namespace penstock::record {

Result<Pauses> readPauses(const RunFile& file, int session, std::int64_t originNs) {
    Pauses out;
    auto status = eachRow(file, "SELECT start_ns, end_ns FROM pauses WHERE session = " + std::to_string(session) + " ORDER BY start_ns",
                          [&](const QSqlQuery& row) {
                              // A file from elsewhere may say anything.
                              const auto start = std::clamp(row.value(0).toLongLong(), 0ll, qint64{longestNs});
                              const auto end = std::clamp(row.value(1).toLongLong(), start, qint64{longestNs});
                              out.begin(Nanos{start - originNs});
                              if (!row.value(1).isNull()) out.end(Nanos{end - originNs});
                          });
    if (!status) return status.error();
    return out;
}

} // namespace penstock::record
