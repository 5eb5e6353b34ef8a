#pragma once

#include "engine/base/active_request.h"
#include "engine/base/run_document.h"

#include <QString>

namespace penstock::ui {

/// The columns of the table of requests.
enum class RequestColumn { Request, Prompt, Outcome, Status, FirstToken, InFlight, Tokens, Attempts, Waterfall };
inline constexpr int requestColumns = 9;

// The words and figures of one cell. What is not known is a dash.

QString requestHeading(RequestColumn column);    ///< of the column, with its unit
QString requestDefinition(RequestColumn column); ///< what it means, for its tooltip
QString requestCell(const RequestRow& row, RequestColumn column);
/// `now` in seconds of run time. An ended one waits for its result to be written.
QString requestCell(const ActiveRequest& row, bool ended, RequestColumn column, double now);

/// Every part of the waterfall with its exact length, a line each.
QString waterfallWords(const RequestRow& row);
QString waterfallWords(const ActiveRequest& row, double now);

/// Seconds with three decimals: `0.212`; a dash when there is none.
QString secondsCell(std::optional<double> seconds);

} // namespace penstock::ui
