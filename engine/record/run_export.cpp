#include "engine/record/run_export.h"

#include "engine/record/record_csv.h"
#include "engine/record/recorder.h"
#include "engine/record/results_file.h"
#include "engine/record/run_copy.h"
#include "engine/record/run_documents.h"
#include "engine/record/run_rows.h"
#include "engine/record/run_times.h"
#include "engine/record/spans_csv.h"
#include "engine/record/summarise.h"

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

/// A Pace of rows from one of shares.
Result<std::function<bool(std::uint64_t)>> rowsOf(const RunFile& file, const char* table, const Pace& pace) {
    const auto all = file.value(std::string("SELECT count(*) FROM ") + table);
    if (!all) return all.error();
    const auto total = std::max<std::uint64_t>(all->toULongLong(), 1);
    return std::function<bool(std::uint64_t)>([total, &pace](std::uint64_t rows) {
        return rows % stretch != 0 || pace(std::min(1.0, static_cast<double>(rows) / static_cast<double>(total)));
    });
}

/// Not over the run itself, nor over one that is being written.
Status checkPlace(const RunFile& file, const std::string& path) {
    std::error_code failed;
    if (fs::is_directory(path, failed)) return Error{"cannot write " + path + ": it is a folder; name a file in it"};
    if (fs::equivalent(file.path(), path, failed)) return Error{path + " is the run file itself; choose another name"};
    if (RunFile::isBeingWritten(path)) return Error{path + " is being written by a run that goes on; choose another name"};
    return okStatus();
}

} // namespace

Status exportDocument(RunFile& file, Document document, const std::string& path, const Pace& pace) {
    if (auto status = checkPlace(file, path); !status) return status;
    if (!pace(0)) return Error{"the export was cancelled"};
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
    if (!pace(1)) return Error{"the export was cancelled"};
    return writeWhole(path, document == Document::RecordCsv ? recordCsv(*summary) : summaryText(*summary, *windows));
}

Status exportEverything(RunFile& file, const std::string& folder, const Pace& pace) {
    std::error_code failed;
    const bool made = fs::create_directories(folder, failed);
    if (failed) return Error{"cannot make the folder " + folder + ": " + failed.message()};
    for (const auto& part : everything)
        if (fs::exists(fs::path(folder) / part.name, failed))
            return Error{"the folder " + folder + " already holds a file " + part.name + "; choose an empty one"};
    double done = 0;
    Status status = okStatus();
    std::vector<fs::path> written;
    for (const auto& part : everything) {
        const auto path = fs::path(folder) / part.name;
        status = exportDocument(file, part.document, path.string(), [&](double share) { return pace(done + share * part.share); });
        if (!status) break;
        written.push_back(path);
        done += part.share;
    }
    if (status) return status;
    for (const auto& path : written)
        fs::remove(path, failed);
    if (made) fs::remove(folder, failed);
    return status;
}

} // namespace penstock::record
