#pragma once

#include "engine/base/request_result.h"
#include "engine/base/run_info.h"
#include "engine/record/run_file.h"

namespace penstock::record {

/// Reads the one row of `run`.
Result<RunInfo> readRunInfo(const RunFile& file);
/// Writes it; at creation alone.
Status writeRunInfo(const RunFile& file, const RunInfo& info);

/// A statement that yields whole results: every column that readResult() needs of `requests r` and `texts t`, followed by
/// `tail` (a WHERE or ORDER BY).
Result<QSqlQuery> selectResults(const RunFile& file, const std::string& tail);
/// The present row of selectResults(). `ended` is not restored: it belongs to another session's clock.
/// An Error when the row holds what no version of ours wrote.
Result<RequestResult> readResult(const QSqlQuery& row, const RunFile& file);

/// Tool calls as the JSON text of the column `tool_calls`.
std::string toolCallsText(const std::vector<ToolCall>& calls);

} // namespace penstock::record
