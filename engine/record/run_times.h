#pragma once

#include "engine/base/time.h"
#include "engine/record/run_file.h"

#include <algorithm>
#include <map>

namespace penstock::record {

/// Ten years, in nanoseconds: no stamp of a run is greater, and none is below 0. A file that says otherwise was not written
/// by us.
inline constexpr std::int64_t longestNs = std::int64_t{10} * 365 * 24 * 3600 * 1'000'000'000;

/// Where a reader's run time begins in a file whose `_ns` columns count from the run's start.
struct RunTimes {
    std::int64_t originNs = 0;                ///< when the run's first request was queued: run time 0
    std::map<int, std::int64_t> sessionStart; ///< by session: when its own first request was queued

    // A stamp that cannot be counts as the nearest one that can, or as one that was not reached.
    double seconds(std::int64_t ns) const { return static_cast<double>(runTime(ns).count()) / 1e9; }
    std::optional<double> seconds(const QVariant& ns) const {
        const auto at = ns.toLongLong();
        return ns.isNull() || at < 0 || at > longestNs ? std::nullopt : std::optional<double>(seconds(at));
    }
    Nanos runTime(std::int64_t ns) const { return Nanos{std::clamp(ns, std::int64_t{0}, longestNs) - originNs}; }
};

/// An Error when a session starts at no time that can be.
Result<RunTimes> readRunTimes(const RunFile& file);

/// Looks at every stamp that figures are worked out from. An Error when one cannot be.
Status checkStamps(const RunFile& file);

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
