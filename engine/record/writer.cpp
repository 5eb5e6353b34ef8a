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

namespace penstock::record {

Result<std::unique_ptr<Writer>> Writer::open(const Setup& setup) {
    std::unique_ptr<Writer> writer(new Writer(setup));
    if (auto status = writer->begin(); !status) return status.error();
    return writer;
}

Status Writer::begin() {
    auto file = RunFile::open(pathOf(runFileName));
    if (!file) return file.error();
    file_ = std::move(*file);
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
    const auto session = "INSERT INTO sessions(number) VALUES(" + std::to_string(setup_.session) + ")";
    if (auto status = file_->exec(session.c_str()); !status) return status;
    auto store = RunStore::make(*file_, setup_.session, setup_.epoch);
    if (!store) return store.error();
    store_ = std::move(*store);
    auto results = ResultsFile::rewrite(pathOf("results.jsonl"), *file_, setup_.info.runId);
    if (!results) return results.error();
    results_ = std::move(*results);
    return okStatus();
}

Status Writer::commitRows(const Batch& batch) {
    if (auto status = file_->checkPresent(); !status) return status;
    if (auto status = file_->exec("BEGIN IMMEDIATE"); !status) return status;
    for (const auto& entry : batch.entries)
        if (auto status = store_->write(entry); !status) return status;
    if (batch.totals)
        if (auto status = store_->writeTotals(*batch.totals); !status) return status;
    return file_->exec("COMMIT");
}

Status Writer::write(const Batch& batch) {
    if (batch.entries.empty() && !batch.totals) return okStatus();
    if (auto status = commitRows(batch); !status) {
        // SQLite may have rolled back by itself already; then this one fails, and rightly so.
        (void)file_->exec("ROLLBACK");
        return status;
    }
    std::string lines;
    for (const auto& entry : batch.entries)
        if (const auto* result = std::get_if<RequestResult>(&entry)) lines += resultLine(setup_.info.runId, *result);
    return results_->append(lines);
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

Status Writer::markEnd(const std::string& summary, bool complete) {
    auto query = file_->prepare("UPDATE run SET complete = ?, summary = CAST(? AS TEXT)");
    if (!query) return query.error();
    query->bindValue(0, complete ? 1 : 0);
    query->bindValue(1, textValue(summary));
    return file_->run(*query);
}

Result<Summary> Writer::conclude(bool complete) {
    if (auto status = file_->checkPresent(); !status) return status.error();
    const auto closed = "UPDATE sessions SET closed = 1 WHERE number = " + std::to_string(setup_.session);
    if (auto status = file_->exec(closed.c_str()); !status) return status.error();
    const auto windows = readWindows(*file_);
    if (!windows) return windows.error();
    auto summary = summarise(*file_, setup_.info, *windows);
    if (!summary) return summary;
    const auto times = readRunTimes(*file_);
    if (!times) return times.error();
    auto figures = replaySegments(*file_, *times);
    if (!figures) return figures.error();
    const auto text = summaryText(*summary, *windows);

    if (auto status = writeSpansCsv(*file_, setup_.info, pathOf("spans.csv")); !status) return status.error();
    if (auto status = writeWhole(pathOf("record.csv"), recordCsv(recordOf(*summary))); !status) return status.error();
    if (auto status = writeWhole(pathOf("summary.json"), text); !status) return status.error();
    for (const auto& [name, column] : indexes) {
        const auto sql = std::string("CREATE INDEX IF NOT EXISTS ") + name + " ON requests(" + column + ")";
        if (auto status = file_->exec(sql.c_str()); !status) return status.error();
    }
    if (auto status = storeSegments(*file_, *figures); !status) return status.error();
    // Last, so that a run is called complete only when its whole folder is.
    if (auto status = markEnd(text, complete); !status) return status.error();
    figures_ = std::move(*figures);
    file_->settle();
    return summary;
}

} // namespace penstock::record
