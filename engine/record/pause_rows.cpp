#include "engine/record/pause_rows.h"

#include "engine/record/run_times.h"

namespace penstock::record {

Result<Pauses> readPauses(const RunFile& file, int session, std::int64_t originNs) {
    Pauses out;
    auto status = eachRow(file, "SELECT start_ns, end_ns FROM pauses WHERE session = " + std::to_string(session) + " ORDER BY start_ns",
                          [&](const QSqlQuery& row) {
                              out.begin(Nanos{row.value(0).toLongLong() - originNs});
                              if (!row.value(1).isNull()) out.end(Nanos{row.value(1).toLongLong() - originNs});
                          });
    if (!status) return status.error();
    return out;
}

} // namespace penstock::record
