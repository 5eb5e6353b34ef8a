#include "engine/record/results_file.h"

#include "engine/record/result_line.h"
#include "engine/record/run_rows.h"

#include <fcntl.h>

namespace penstock::record {

Result<ResultsFile> ResultsFile::rewrite(const std::string& path, const RunFile& file, const std::string& runId,
                                         const std::function<bool(std::uint64_t)>& onRow) {
    auto target = AtomicFile::open(path);
    if (!target) return target.error();
    auto rows = selectResults(file, "ORDER BY r.request");
    if (!rows) return rows.error();
    if (auto status = file.run(*rows); !status) return status.error();
    for (std::uint64_t written = 0;; ++written) {
        if (onRow && !onRow(written)) return Error{"the export was cancelled"};
        const auto more = file.next(*rows);
        if (!more) return more.error();
        if (!*more) break;
        const auto result = readResult(*rows, file);
        if (!result) return result.error();
        if (auto status = target->write(resultLine(runId, *result)); !status) return status.error();
    }
    if (auto status = target->commit(); !status) return status.error();
    Descriptor descriptor(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    if (!descriptor.isOpen()) return systemError("open", path);
    return ResultsFile(path, std::move(descriptor));
}

Status ResultsFile::append(std::string_view lines) {
    return writeAll(file_.get(), lines, path_);
}

} // namespace penstock::record
