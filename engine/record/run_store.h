#pragma once

#include "engine/record/entry.h"
#include "engine/record/run_file.h"
#include "engine/record/session_totals.h"

namespace penstock::record {

/// Writes rows into an open run file for one session. Statements are prepared once. The caller frames transactions.
class RunStore {
public:
    /// `epoch` is run time 0 on the engine's clock.
    static Result<std::unique_ptr<RunStore>> make(RunFile& file, int session, Instant epoch);

    Status write(const Entry& entry);
    Status writeTotals(const SessionTotals& totals);

private:
    RunStore(RunFile& file, int session, Instant epoch)
        : file_(file)
        , session_(session)
        , epoch_(epoch) {}

    Status put(const ClosedAttempt& attempt);
    Status put(const RequestResult& result);
    Status putTexts(const RequestResult& result);
    Status put(const Snapshot& snapshot);
    Status put(const Segment& segment);
    Status put(const Pause& pause);
    QVariant stamp(const std::optional<Instant>& at) const;

    /// Of the attempt that was written last.
    struct LastAttempt {
        RequestId request = 0;
        std::optional<Nanos> firstToken, inFlight;
    };

    RunFile& file_;
    const int session_;
    const Instant epoch_;
    std::optional<LastAttempt> last_;
    QSqlQuery span_, result_, texts_, sample_, segment_, pause_, totals_, bucket_;
};

} // namespace penstock::record
