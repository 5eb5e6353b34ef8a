#include "engine/record/run_export.h"

#include "engine/record/recorder.h"
#include "engine/record/results_file.h"
#include "engine/record/run_copy.h"
#include "engine/record/run_documents.h"
#include "engine/record/run_rows.h"
#include "engine/record/run_times.h"
#include "engine/record/spans_csv.h"
#include "engine/record/summarise.h"
#include "engine/record/summary_record.h"

#include "engine/base/record_csv.h"

#include <array>
#include <filesystem>

namespace penstock::record {

namespace fs = std::filesystem;

namespace {

/// Rows between two calls of a Pace.
constexpr std::uint64_t stretch = 2'000;

struct Part {
    Document document;
    const char* name; ///< in a run's folder
    double share;     ///< of the time that everything takes, roughly
};

constexpr std::array everything{Part{Document::RunFile, runFileName, 0.4}, Part{Document::ResultsJsonl, "results.jsonl", 0.25},
                                Part{Document::SpansCsv, "spans.csv", 0.25}, Part{Document::RecordCsv, "record.csv", 0.05},
                                Part{Document::SummaryJson, "summary.json", 0.05}};

Error cancelled() { return {"the export was cancelled"}; }

/// A Pace of rows from one of shares.
Result<std::function<bool(std::uint64_t)>> rowsOf(const RunFile& file, const char* table, const Pace& pace) {
    const auto all = file.value(std::string("SELECT count(*) FROM ") + table);
    if (!all) return all.error();
    const auto total = std::max<std::uint64_t>(all->toULongLong(), 1);
    return std::function<bool(std::uint64_t)>([total, &pace](std::uint64_t rows) {
        return rows % stretch != 0 || pace(std::min(1.0, static_cast<double>(rows) / static_cast<double>(total)));
    });
}

/// Not over a run that is being written.
Status checkPlace(const std::string& path) {
    std::error_code failed;
    if (fs::is_directory(path, failed)) return Error{"cannot write " + path + ": it is a folder; name a file in it"};
    // Its results.jsonl is appended to in place; the other documents are written at its end.
    if (RunFile::isInRunningFolder(path)) return Error{path + " is in the folder of a run that goes on; choose another folder"};
    return okStatus();
}

Status writeRecord(const std::string& run, const std::string& path, const RecordOf& record, const Pace& pace) {
    if (!pace(0)) return cancelled();
    const auto made = record(run);
    if (!made) return made.error();
    if (!pace(1)) return cancelled();
    return writeWhole(path, recordCsv(*made));
}

} // namespace

Status exportDocument(RunFile& file, Document document, const std::string& path, const Pace& pace) {
    std::error_code failed;
    if (fs::equivalent(file.path(), path, failed)) return Error{path + " is the run file itself; choose another name"};
    if (auto status = checkPlace(path); !status) return status;
    if (!pace(0)) return cancelled();
    if (document == Document::RunFile) return copyRunFile(file, path, pace);

    const ReadTransaction state(file);
    const auto info = readRunInfo(file);
    if (!info) return info.error();
    if (document == Document::ResultsJsonl) {
        const auto rows = rowsOf(file, "requests", pace);
        if (!rows) return rows.error();
        const auto written = ResultsFile::rewrite(path, file, info->runId, *rows);
        return written ? okStatus() : Status(written.error());
    }
    if (document == Document::SpansCsv) {
        const auto rows = rowsOf(file, "attempts", pace);
        if (!rows) return rows.error();
        return writeSpansCsv(file, *info, path, *rows);
    }
    const auto windows = readWindows(file);
    if (!windows) return windows.error();
    const auto summary = summarise(file, *info, *windows);
    if (!summary) return summary.error();
    if (!pace(1)) return cancelled();
    return writeWhole(path, document == Document::RecordCsv ? recordCsv(recordOf(*summary)) : summaryText(*summary, *windows));
}

Status exportText(const std::string& text, const std::string& path) {
    if (auto status = checkPlace(path); !status) return status;
    return writeWhole(path, text);
}

Status exportEverything(RunFile& file, const std::string& folder, const Pace& pace, const RecordOf& record) {
    std::error_code failed;
    for (const auto& part : everything)
        if (fs::exists(fs::path(folder) / part.name, failed))
            return Error{"the folder " + folder + " already holds a file " + part.name + "; choose an empty one"};
    std::vector<fs::path> made; // innermost first
    for (auto at = fs::absolute(folder, failed).lexically_normal(); !at.empty() && !fs::exists(at, failed); at = at.parent_path())
        if (at.has_filename()) made.push_back(at);
    fs::create_directories(folder, failed);
    auto status = failed ? Status(Error{"cannot make the folder " + folder + ": " + failed.message()}) : okStatus();

    std::vector<fs::path> written;
    // The run file comes first; the others are written from that copy of it, so that all are of one moment.
    std::unique_ptr<RunFile> copy;
    double done = 0;
    for (const auto& part : everything) {
        if (!status) break;
        const auto path = fs::path(folder) / part.name;
        const Pace within = [&](double share) { return pace(done + share * part.share); };
        if (part.document == Document::RecordCsv && record) status = writeRecord(copy->path(), path.string(), record, within);
        else status = exportDocument(copy ? *copy : file, part.document, path.string(), within);
        if (!status) break;
        written.push_back(path);
        done += part.share;
        if (copy) continue;
        auto opened = RunFile::openToRead(path.string());
        if (opened) copy = std::move(*opened);
        else status = opened.error();
    }
    copy.reset();
    if (status) return status;
    for (const auto& path : written)
        fs::remove(path, failed);
    for (const auto& path : made)
        fs::remove(path, failed); // of those that are empty
    return status;
}

} // namespace penstock::record
