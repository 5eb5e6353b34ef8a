#include "engine/record/recorder.h"
#include "engine/record/run_lock.h"
#include "engine/record/run_rows.h"
#include "engine/record/run_times.h"
#include "engine/record/schema.h"

#include <filesystem>

namespace penstock {

namespace {

using namespace record;

Error damaged(const RunFile& file, const std::string& how) {
    return {"the run file " + file.path() + ": it is damaged (" + how + ")"};
}

Status readFinished(const RunFile& file, std::vector<bool>& finished) {
    auto rows = file.prepare("SELECT request, (SELECT count(*) FROM requests), (SELECT max(request) FROM requests),"
                             " outcome IN " PENSTOCK_ASKED_AGAIN " FROM requests ORDER BY request");
    if (!rows) return rows.error();
    if (auto status = file.run(*rows); !status) return status;
    for (bool first = true;; first = false) {
        const auto more = file.next(*rows);
        if (!more) return more.error();
        if (!*more) return okStatus();
        const auto id = rows->value(0).toLongLong();
        if (first) {
            // Ids are ordinals and only what waits in memory is out of order: a file that says otherwise was not
            // written by us, and must not make us allocate by its word.
            constexpr std::int64_t mostOutOfOrder = 1 << 24;
            const auto count = rows->value(1).toLongLong();
            const auto greatest = rows->value(2).toLongLong();
            if (id < 0 || greatest > count + mostOutOfOrder) return damaged(file, "a request's number cannot be");
            finished.resize(static_cast<std::size_t>(greatest) + 1);
        }
        finished[static_cast<std::size_t>(id)] = !rows->value(3).toBool();
    }
}

Status readAttemptsMade(const RunFile& file, std::unordered_map<RequestId, int>& made) {
    auto rows =
        file.prepare("SELECT request, max(attempt) FROM attempts WHERE request NOT IN (SELECT request FROM requests"
                     " WHERE outcome NOT IN " PENSTOCK_ASKED_AGAIN ") GROUP BY request");
    if (!rows) return rows.error();
    if (auto status = file.run(*rows); !status) return status;
    for (;;) {
        const auto more = file.next(*rows);
        if (!more) return more.error();
        if (!*more) return okStatus();
        const auto id = rows->value(0).toLongLong();
        const auto attempts = rows->value(1).toLongLong();
        if (id < 0 || attempts < 1 || attempts > 1'000'000) return damaged(file, "an attempt's number cannot be");
        made[static_cast<RequestId>(id)] = static_cast<int>(attempts);
    }
}

/// A whole number that `sql` yields; 0 for NULL.
Result<std::int64_t> number(const RunFile& file, const std::string& sql) {
    const auto value = file.value(sql);
    if (!value) return value.error();
    return static_cast<std::int64_t>(value->toLongLong());
}

} // namespace

Result<ResumePoint> readResumePoint(const std::string& outputDir) {
    const auto path = outputDir + "/" + runFileName;
    std::error_code failed;
    if (!std::filesystem::exists(path, failed))
        return Error{"the folder " + outputDir + " holds no run to resume (no " + runFileName + ")"};
    const auto lock = RunLock::acquire(outputDir);
    if (!lock) return lock.error();
    auto opened = RunFile::open(path);
    if (!opened) return opened.error();
    auto& file = **opened;
    if (auto status = file.checkWhole(); !status) return status.error();

    ResumePoint point;
    auto info = readRunInfo(file);
    if (!info) return info.error();
    point.info = std::move(*info);
    const auto complete = number(file, "SELECT complete FROM run");
    if (!complete) return complete.error();
    if (*complete != 0) return Error{"the run in " + outputDir + " is complete; there is nothing to resume"};
    if (auto status = readFinished(file, point.finished); !status) return status.error();
    if (auto status = readAttemptsMade(file, point.attemptsMade); !status) return status.error();

    const auto lastSegment = number(file, "SELECT max(number) FROM segments");
    if (!lastSegment) return lastSegment.error();
    const auto session = number(file, "SELECT max(number) FROM sessions");
    if (!session) return session.error();
    const auto last =
        number(file, "SELECT max(coalesce((SELECT max(max(coalesce(completed_ns, 0), coalesce(released_ns, 0)))"
                     " FROM attempts), 0), coalesce((SELECT max(ended_ns) FROM requests), 0),"
                     " coalesce((SELECT max(start_ns) FROM segments), 0))");
    if (!last) return last.error();
    if (*lastSegment < 0 || *lastSegment >= 0x7fffffff || *session < 0 || *session >= 0x7fffffff || *last < 0 ||
        *last > longestNs)
        return damaged(file, "a number is out of all bounds");
    point.lastSegment = static_cast<std::uint32_t>(*lastSegment);
    point.session = static_cast<int>(*session) + 1;
    point.resumeAt = Nanos{*last};
    return point;
}

} // namespace penstock
