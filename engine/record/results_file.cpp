#include "engine/record/results_file.h"

#include "engine/record/result_line.h"
#include "engine/record/run_rows.h"

#include <fcntl.h>
#include <sys/stat.h>

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
    struct stat facts {};
    if (::fstat(descriptor.get(), &facts) != 0) return systemError("open", path);
    ResultsFile out(path, std::move(descriptor));
    out.length_ = static_cast<std::uint64_t>(facts.st_size);
    return out;
}

Status ResultsFile::append(std::string_view lines) {
    auto status = writeAll(file_.get(), lines, path_);
    if (status) length_ += lines.size();
    return status;
}

bool ResultsFile::isIntact() const {
    struct stat ours {
    }, present{};
    return ::fstat(file_.get(), &ours) == 0 && ::stat(path_.c_str(), &present) == 0 && ours.st_ino == present.st_ino &&
           ours.st_dev == present.st_dev && static_cast<std::uint64_t>(present.st_size) == length_;
}

} // namespace penstock::record
