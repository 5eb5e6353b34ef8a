#include "engine/record/spans_csv.h"

#include "engine/record/atomic_file.h"
#include "engine/base/csv_line.h"
#include "engine/record/summarise.h"

#include <array>

namespace penstock::record {

namespace {

enum class Kind { RunId, Text, Number, YesNo, Stage, Target };

struct Column {
    const char* name;
    Kind kind;
    const char* expression; ///< in SQL, of `attempts a`
};

/// The order is a promise to the outside.
constexpr std::array columns{
    Column{"run_id", Kind::RunId, nullptr},
    Column{"request_id", Kind::Number, "request"},
    Column{"custom_id", Kind::Text, "custom_id"},
    Column{"span_id", Kind::Text, "span_id"},
    Column{"parent_span_id", Kind::Text, "parent_span_id"},
    Column{"stage", Kind::Stage, nullptr},
    Column{"attempt", Kind::Number, "attempt"},
    Column{"segment", Kind::Number, "segment"},
    Column{"target", Kind::Target, nullptr},
    Column{"http_version", Kind::Text, "http_version"},
    Column{"connection_new", Kind::YesNo, "connection_new"},
    Column{"queued_ns", Kind::Number, "queued_ns"},
    Column{"admitted_ns", Kind::Number, "admitted_ns"},
    Column{"sent_ns", Kind::Number, "sent_ns"},
    Column{"first_byte_ns", Kind::Number, "first_byte_ns"},
    Column{"first_event_ns", Kind::Number, "first_event_ns"},
    Column{"first_token_ns", Kind::Number, "first_token_ns"},
    Column{"last_token_ns", Kind::Number, "last_token_ns"},
    Column{"completed_ns", Kind::Number, "completed_ns"},
    Column{"released_ns", Kind::Number, "released_ns"},
    Column{"t_conn_ns", Kind::Number, "t_conn_ns"},
    Column{"outcome", Kind::Text, "outcome"},
    Column{"retry_cause", Kind::Text, followedBecause},
    Column{"status_code", Kind::Number, "status"},
    Column{"input_tokens", Kind::Number, "input_tokens"},
    Column{"output_tokens", Kind::Number, "output_tokens"},
    Column{"usage_kind", Kind::Text, "usage_kind"},
    Column{"wasted_tokens", Kind::Number, "wasted_tokens"},
    Column{"bytes_received", Kind::Number, "bytes_received"},
};

std::string selectStatement() {
    std::string names;
    for (const auto& column : columns) {
        if (column.expression == nullptr) continue;
        names += names.empty() ? "" : ", ";
        names += column.kind == Kind::Text ? "CAST(" + std::string(column.expression) + " AS BLOB)" : column.expression;
    }
    return "SELECT " + names + " FROM attempts a ORDER BY request, attempt";
}

} // namespace

Status writeSpansCsv(const RunFile& file, const RunInfo& info, const std::string& path,
                     const std::function<bool(std::uint64_t)>& onRow) {
    auto target = AtomicFile::open(path);
    if (!target) return target.error();
    CsvLine line;
    for (const auto& column : columns)
        line.text(column.name);
    if (auto status = target->write(line.finish()); !status) return status;

    auto rows = file.prepare(selectStatement());
    if (!rows) return rows.error();
    if (auto status = file.run(*rows); !status) return status;
    for (std::uint64_t written = 0;; ++written) {
        if (onRow && !onRow(written)) return Error{"the export was cancelled"};
        const auto more = file.next(*rows);
        if (!more) return more.error();
        if (!*more) break;
        int index = 0;
        for (const auto& column : columns) {
            switch (column.kind) {
            case Kind::RunId:
                line.text(info.runId);
                break;
            case Kind::Target:
                line.text(info.targetUrl);
                break;
            // The attempts on the model are the one stage there is; tools and validation will be others.
            case Kind::Stage:
                line.text("model");
                break;
            case Kind::Text:
                line.text(textOf(rows->value(index++)));
                break;
            case Kind::YesNo:
                line.text(rows->value(index++).toBool() ? "true" : "false");
                break;
            case Kind::Number:
                line.number(optionalOf(rows->value(index++)));
                break;
            }
        }
        if (auto status = target->write(line.finish()); !status) return status;
    }
    return target->commit();
}

} // namespace penstock::record
