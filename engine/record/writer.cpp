#include "engine/record/writer.h"
#include "engine/record/schema.h"

#include "engine/record/recorder.h"
#include "engine/record/result_line.h"
#include "engine/record/run_documents.h"
#include "engine/record/run_rows.h"
#include "engine/record/segment_replay.h"
#include "engine/record/spans_csv.h"
#include "engine/record/summarise.h"
#include "engine/record/summary_record.h"

#include "engine/base/record_csv.h"

#include <spdlog/spdlog.h>

#include <thread>

namespace penstock::record {

Result<std::unique_ptr<Writer>> Writer::open(const Setup& setup) {
    std::unique_ptr<Writer> writer(new Writer(setup));
    if (auto status = writer->begin(); !status) return status.error();
    return writer;
}

Status Writer::inTransaction(const std::function<Status()>& work) {
    std::optional<Instant> since;
    for (;;) {
        Status status = file_->exec("BEGIN IMMEDIATE");
        if (status) {
            status = work();
            if (status) status = file_->exec("COMMIT");
        }
        if (status) {
            if (since) spdlog::info("the run file {} can be written again", file_->path());
            return status;
        }
        const bool busy = file_->wasBusy();
        // SQLite may have rolled back by itself already; then this one fails, and rightly so.
        (void)file_->exec("ROLLBACK");
        if (!busy) return status;
        const auto now = setup_.now();
        if (!since) {
            since = now;
            spdlog::warn("{}; waiting for it, nothing is lost", status.error().message);
        }
        if (now - *since >= patience) return status;
        // Most refusals have waited in SQLite already; some come at once.
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
}

Status Writer::begin() {
    auto file = RunFile::open(pathOf(runFileName));
    if (!file) return file.error();
    file_ = std::move(*file);
    // As one: a resume that is refused leaves the run as it was.
    if (auto status = inTransaction([this] { return openSession(); }); !status) return status;
    auto store = RunStore::make(*file_, setup_.session, setup_.epoch);
    if (!store) return store.error();
    store_ = std::move(*store);
    return rewriteResults();
}

Status Writer::openSession() {
    // First of all: it fails when what the session goes on from is no longer the file's last one.
    const auto session = "INSERT INTO sessions(number) VALUES(" + std::to_string(setup_.session) + ")";
    if (auto status = file_->exec(session.c_str()); !status) return status;
    // What is asked again has no result any more; its attempts stay what they were.
    for (const char* sql : {"DELETE FROM texts WHERE request IN (SELECT request FROM requests WHERE outcome IN "
                            PENSTOCK_ASKED_AGAIN ")",
                            "DELETE FROM requests WHERE outcome IN " PENSTOCK_ASKED_AGAIN})
        if (auto status = file_->exec(sql); !status) return status;
    // What the session before said of the whole run no longer holds.
    for (const char* sql : {"UPDATE run SET summary = NULL", "UPDATE segments SET figures = NULL"})
        if (auto status = file_->exec(sql); !status) return status;
    for (const auto& [name, column] : indexes)
        if (auto status = file_->exec((std::string("DROP INDEX IF EXISTS ") + name).c_str()); !status) return status;
    return okStatus();
}

Status Writer::rewriteResults() {
    auto results = ResultsFile::rewrite(pathOf("results.jsonl"), *file_, setup_.info.runId);
    if (!results) return results.error();
    results_ = std::move(*results);
    return okStatus();
}

Status Writer::writeRows(const Batch& batch) {
    for (const auto& entry : batch.entries)
        if (auto status = store_->write(entry); !status) return status;
    return batch.totals ? store_->writeTotals(*batch.totals) : okStatus();
}

Status Writer::commit(const Batch& batch) {
    if (batch.entries.empty() && !batch.totals) return okStatus();
    if (auto status = file_->checkPresent(); !status) return status;
    return inTransaction([&] { return writeRows(batch); });
}

Status Writer::follow(const Batch& batch) {
    std::string lines;
    for (const auto& entry : batch.entries)
        if (const auto* result = std::get_if<RequestResult>(&entry)) lines += resultLine(setup_.info.runId, *result);
    if (lines.empty()) return okStatus();
    if (results_->isIntact()) return results_->append(lines);
    spdlog::warn("{} was changed by another program; it is written anew", pathOf("results.jsonl"));
    return rewriteResults();
}

std::optional<Completion> Writer::storedAnswer(RequestId id) const {
    auto row = selectResults(*file_, "WHERE r.request = ? AND outcome = 'success'");
    if (!row) return std::nullopt;
    row->bindValue(0, static_cast<qint64>(id));
    if (!file_->run(*row)) return std::nullopt;
    const auto found = file_->next(*row);
    if (!found || !*found) return std::nullopt;
    auto result = readResult(*row, *file_);
    if (!result) return std::nullopt;
    return std::move(result->completion);
}

Status Writer::markEnd(const std::vector<SegmentFigures>& figures, const std::string& summary, bool complete) {
    for (const auto& [name, column] : indexes) {
        const auto sql = std::string("CREATE INDEX IF NOT EXISTS ") + name + " ON requests(" + column + ")";
        if (auto status = file_->exec(sql.c_str()); !status) return status;
    }
    if (auto status = storeSegments(*file_, figures); !status) return status;
    const auto closed = "UPDATE sessions SET closed = 1 WHERE number = " + std::to_string(setup_.session);
    if (auto status = file_->exec(closed.c_str()); !status) return status;
    auto query = file_->prepare("UPDATE run SET complete = ?, summary = CAST(? AS TEXT)");
    if (!query) return query.error();
    query->bindValue(0, complete ? 1 : 0);
    query->bindValue(1, textValue(summary));
    return file_->run(*query);
}

Result<Summary> Writer::conclude(bool complete) {
    if (auto status = file_->checkPresent(); !status) return status.error();
    const auto windows = readWindows(*file_);
    if (!windows) return windows.error();
    auto summary = summarise(*file_, setup_.info, *windows);
    if (!summary) return summary;
    const auto times = readRunTimes(*file_);
    if (!times) return times.error();
    auto figures = replaySegments(*file_, *times);
    if (!figures) return figures.error();
    const auto text = summaryText(*summary, *windows);

    if (!results_->isIntact())
        if (auto status = rewriteResults(); !status) return status.error();
    if (auto status = writeSpansCsv(*file_, setup_.info, pathOf("spans.csv")); !status) return status.error();
    if (auto status = writeWhole(pathOf("record.csv"), recordCsv(recordOf(*summary))); !status) return status.error();
    if (auto status = writeWhole(pathOf("summary.json"), text); !status) return status.error();
    // Last and as one, so that a run is called ended, and complete, only when its whole folder is, and no reader sees a part
    // of what the end says.
    if (auto status = inTransaction([&] { return markEnd(*figures, text, complete); }); !status) return status.error();
    figures_ = std::move(*figures);
    file_->settle();
    return summary;
}

} // namespace penstock::record
