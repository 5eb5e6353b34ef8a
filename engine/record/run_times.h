#pragma once

#include "engine/base/time.h"
#include "engine/record/run_file.h"

#include <map>

namespace penstock::record {

/// Where a reader's run time begins in a file whose `_ns` columns count from the run's start.
struct RunTimes {
    std::int64_t originNs = 0;                ///< when the run's first request was queued: run time 0
    std::map<int, std::int64_t> sessionStart; ///< by session: when its own first request was queued

    double seconds(std::int64_t ns) const { return static_cast<double>(ns - originNs) / 1e9; }
    std::optional<double> seconds(const QVariant& ns) const {
        return ns.isNull() ? std::nullopt : std::optional<double>(seconds(ns.toLongLong()));
    }
    Nanos runTime(std::int64_t ns) const { return Nanos{ns - originNs}; }
};

Result<RunTimes> readRunTimes(const RunFile& file);

/// One state of the file for several statements: what a writer commits meanwhile is not seen. Keep it short: while it is
/// held the writer's log cannot be folded into the file.
class ReadTransaction {
public:
    explicit ReadTransaction(RunFile& file)
        : file_(file) {
        (void)file_.exec("BEGIN");
    }
    ~ReadTransaction() { (void)file_.exec("COMMIT"); }
    ReadTransaction(const ReadTransaction&) = delete;
    ReadTransaction& operator=(const ReadTransaction&) = delete;

private:
    RunFile& file_;
};

/// Calls `visit(row)` for each row of `sql`.
template <typename Visit>
Status eachRow(const RunFile& file, const std::string& sql, Visit&& visit) {
    auto rows = file.prepare(sql);
    if (!rows) return rows.error();
    if (auto status = file.run(*rows); !status) return status;
    for (;;) {
        const auto more = file.next(*rows);
        if (!more) return more.error();
        if (!*more) return okStatus();
        visit(std::as_const(*rows));
    }
}

} // namespace penstock::record
