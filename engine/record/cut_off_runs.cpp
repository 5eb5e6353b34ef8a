#include "engine/record/cut_off_runs.h"

#include "engine/record/recorder.h"
#include "engine/record/run_folders.h"
#include "engine/record/run_overview.h"
#include "engine/record/run_rows.h"
#include "engine/record/run_times.h"

#include <filesystem>

namespace penstock::record {

namespace {

constexpr std::size_t mostLookedAt = 1000;

Status fill(RunFile& file, std::optional<CutOffRun>& out) {
    const ReadTransaction state(file);
    bool over = true;
    int session = 0;
    auto status = eachRow(file, "SELECT s.closed OR run.complete, s.number FROM sessions s, run ORDER BY s.number DESC LIMIT 1",
                          [&](const QSqlQuery& row) {
                              over = row.value(0).toBool();
                              session = row.value(1).toInt();
                          });
    if (!status || over) return status;
    const auto info = readRunInfo(file);
    if (!info) return info.error();
    auto label = readLabel(file);
    if (!label) return label.error();
    const auto requests = file.value("SELECT count(*) FROM requests");
    if (!requests) return requests.error();
    out = CutOffRun{file.path(), info->runId, session, std::move(*label), info->workloadName, info->startedAt, requests->toULongLong()};
    return okStatus();
}

} // namespace

std::optional<CutOffRun> readCutOff(const std::string& path) {
    // Before the look, or a run that ends just then would seem to have no writer; and after it, for one that begins.
    if (RunFile::isBeingWritten(path)) return std::nullopt;
    std::optional<CutOffRun> out;
    {
        const auto file = RunFile::openToRead(path);
        if (!file || !fill(**file, out)) return std::nullopt;
    }
    if (!out || RunFile::isBeingWritten(path)) return std::nullopt;
    return out;
}

std::vector<CutOffRun> cutOffRunsBelow(const std::vector<std::string>& folders, const std::function<bool()>& stop) {
    std::vector<CutOffRun> out;
    for (const auto& path : runFilesBelow(folders, mostLookedAt)) {
        if (stop()) break;
        if (std::filesystem::path(path).filename() != runFileName) continue;
        if (auto run = readCutOff(path)) out.push_back(std::move(*run));
    }
    return out;
}

} // namespace penstock::record
