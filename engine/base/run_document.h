#pragma once

#include "engine/base/run_info.h"
#include "engine/base/segment_figures.h"
#include "engine/base/snapshot.h"
#include "engine/base/span.h"
#include "engine/base/summary.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace penstock {

/// What a person says of a run: kept in its run file.
struct RunLabel {
    std::string name; ///< empty: none was given
    std::string note;
};

/// A run file, read: everything but its requests, which come in pages.
struct RunOverview {
    std::string path;
    RunInfo info;
    RunLabel label;
    bool complete = false;           ///< every request has its result; otherwise it can be resumed
    bool live = false;               ///< some process is writing it now
    std::uint64_t requests = 0;      ///< that have their result
    std::optional<std::uint64_t> workloadRequests; ///< of the whole workload; nullopt where it has no end, or was not recorded
    std::uint64_t skippedLines = 0;
    std::optional<Summary> summary;  ///< recomputed from the spans when the run was cut off
    std::vector<SegmentFigures> segments;
    double lengthSeconds = 0;        ///< of run time
};

/// An attempt as the waterfall draws it: seconds of run time; what was not reached has no value.
struct AttemptBar {
    int attempt = 1;
    std::optional<double> queued, admitted, sent, firstToken, lastToken, completed, released;
    double connect = 0; ///< t_conn, in seconds
    OutcomeKind outcome = OutcomeKind::Success;
    int status = 0;
    std::string retryCause; ///< empty when it was the last
    std::string message;    ///< of its outcome; empty on success
};

/// A request that has its result: a row of the table.
struct RequestRow {
    RequestId id = 0;
    std::string customId;
    std::string prompt; ///< the beginning of the last user message, one line, at most 200 bytes of UTF-8
    OutcomeKind outcome = OutcomeKind::Success;
    int status = 0;
    std::uint32_t segment = 0;
    std::optional<double> tFirstToken, tInFlight; ///< of its last attempt, in seconds
    std::optional<std::int64_t> outputTokens;
    UsageKind usageKind = UsageKind::Unknown;
    std::int64_t wastedTokens = 0; ///< of all attempts
    double ended = 0;              ///< seconds of run time
    std::vector<AttemptBar> attempts;
};

/// Which requests, in which order.
struct RequestQuery {
    enum class Order { Ended, CustomId, Outcome, FirstToken, InFlight, Tokens, Attempts };
    Order order = Order::Ended;
    bool descending = true;
    std::string text;    ///< part of the custom id, the prompt, the answer or the error; empty: all
    enum class Which { All, Succeeded, Failed, Retried } which = Which::All;
    std::optional<std::uint32_t> segment;
    std::optional<double> endedBefore; ///< seconds of run time: as the run stood then
    std::uint64_t offset = 0;
    std::uint32_t limit = 200; ///< at most 1000
};

struct RequestPage {
    std::uint64_t total = 0; ///< requests that the query matches
    std::uint64_t offset = 0;
    std::vector<RequestRow> rows;
};

/// All that is kept of one request.
struct RequestDetail {
    RequestRow row;
    std::string requestBody;  ///< the JSON that was sent; empty when it was too long to be kept (1 MiB)
    std::string text, reasoning, refusal, toolCalls, finishReason; ///< the answer, or the part that was kept
    std::string message;      ///< why it failed
    std::string serverRequestId, model, httpVersion;
    Usage usage;
    /// Headers that were sent, `name: value`; secret values read `(hidden)`.
    std::vector<std::string> requestHeaders;
    std::vector<Span> attempts; ///< stamps are since Instant{}, which stands for run time 0
};

/// An earlier run, as the list of runs shows it.
struct RunListing {
    std::string path;
    RunLabel label;
    std::string runId, targetUrl, workloadName;
    bool simulated = false, complete = false;
    std::chrono::system_clock::time_point startedAt;
    std::uint64_t requests = 0, successes = 0;
    std::optional<double> costPerSuccess, successesPerHour, successRate;
    std::string currency;
    int maxConcurrency = 0; ///< of the last setting
    std::string problem;    ///< why it cannot be read; the other fields are then empty
};

/// A run that a crash cut off: its last session never came to its end, and no process is writing it.
struct CutOffRun {
    std::string path, runId;
    int session = 1; ///< the one that was cut off
    RunLabel label;
    std::string workloadName;
    std::chrono::system_clock::time_point startedAt;
    std::uint64_t requests = 0; ///< that have their result
};

/// A row of the result record, baseline against controlled: the seed's table.
struct RecordRow {
    std::string metric, unit;
    std::optional<double> baseline, controlled, ratio;
    std::optional<Interval> interval; ///< of the ratio
    std::string interpretation;
};

/// Two settings compared, with the checkpoint's verdict.
struct ResultRecord {
    std::string baselineName, controlledName;
    bool simulated = false;
    std::vector<RecordRow> rows;
    enum class Verdict { None, TooFewSamples, Improved, SurfaceOnly, Regressed } verdict = Verdict::None;
    std::string verdictText; ///< one or two sentences, with the figures behind them
};

} // namespace penstock
