#pragma once

#include "engine/base/request_result.h"

#include <string>

namespace penstock::record {

/// The line of results.jsonl, with its line feed, in the shape of OpenAI's Batch output:
/// `id, custom_id, response{status_code, request_id, body}, error{code, message}`.
/// Success: `body` is the non-streaming chat completion. Its `usage` is what the server reported, null when it reported
/// none (an estimate of ours is not passed off as the server's word). Failure: `error` with the outcome's word as its
/// code, the server's own code where it gave one, and the partial text and reasoning that were kept; `response` is null
/// unless a status came. Text that is not UTF-8 is mended with U+FFFD, never refused.
std::string resultLine(const std::string& runId, const RequestResult& result);

} // namespace penstock::record
