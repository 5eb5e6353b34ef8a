#include "engine/record/summarise.h"

#include "engine/base/cost.h"
#include "engine/base/outcome.h"
#include "engine/record/distribution.h"
#include "engine/record/run_times.h"

#include <algorithm>

namespace penstock::record {

namespace {

Status countRequests(const RunFile& file, Summary& out) {
    auto status = eachRow(file, "SELECT CAST(outcome AS BLOB), count(*), sum(degraded) FROM requests GROUP BY outcome",
                          [&](const QSqlQuery& row) {
                              const auto word = textOf(row.value(0));
                              const auto count = row.value(1).toULongLong();
                              out.endings[word] = count;
                              out.requests += count;
                              if (word != toString(OutcomeKind::CancelledByUser)) out.ended += count;
                              out.degraded += row.value(2).toULongLong();
                              const auto kind = outcomeKindFromString(word);
                              if (kind == OutcomeKind::Success)
                                  out.successes += count;
                              else if (kind == OutcomeKind::CancelledByUser || kind == OutcomeKind::CancelledUpstream)
                                  out.cancelled += count;
                              else if (kind == OutcomeKind::Shed)
                                  out.shed += count;
                              else
                                  out.failures += count;
                          });
    if (!status) return status;
    // The last session's share of those seen; what sessions before it answered for good it did not look at again.
    const auto seen = file.value("SELECT (SELECT count(*) FROM requests WHERE session < (SELECT max(number) FROM sessions))"
                                 " + (SELECT requests_seen FROM samples WHERE session = (SELECT max(number) FROM sessions)"
                                 " ORDER BY sequence DESC LIMIT 1)");
    if (!seen) return seen.error();
    const auto begun = file.value("SELECT count(DISTINCT request) FROM attempts WHERE request NOT IN (SELECT request FROM requests)");
    if (!begun) return begun.error();
    const auto complete = file.value("SELECT complete FROM run");
    if (!complete) return complete.error();
    // A killed session's last sample is older than its last attempts.
    out.unfinished = begun->toULongLong();
    const auto left = seen->toLongLong() - static_cast<std::int64_t>(out.requests);
    if (left > 0) out.unfinished = std::max(*out.unfinished, static_cast<std::uint64_t>(left));
    if (complete->toBool()) out.unfinished = 0;
    const auto skipped = file.value("SELECT skipped_lines FROM run");
    if (!skipped) return skipped.error();
    out.skippedLines = skipped->toULongLong();
    return okStatus();
}

Status countAttempts(const RunFile& file, Summary& out) {
    auto status = eachRow(file,
                          "SELECT count(*), count(*) - count(DISTINCT request), coalesce(sum(wasted_tokens), 0),"
                          // A failed attempt that may have made the server generate, and whose count nobody knows. A
                          // status other than 2xx, and an exchange that the server never took up, generated nothing.
                          " coalesce(max(outcome != 'success' AND sent_ns IS NOT NULL AND output_tokens IS NULL"
                          "  AND coalesce(status, 200) BETWEEN 200 AND 299"
                          "  AND outcome NOT IN ('connect_failed', 'tls_failed', 'stale_connection', 'refused_stream',"
                          "   'connect_timeout')), 0)"
                          " FROM attempts",
                          [&](const QSqlQuery& row) {
                              out.attempts = row.value(0).toULongLong();
                              out.retries = row.value(1).toULongLong();
                              out.wastedTokens = row.value(2).toLongLong();
                              out.wastedAtLeast = row.value(3).toBool();
                          });
    if (!status) return status;
    status = eachRow(file,
                     std::string("SELECT cause, count(*) FROM (SELECT ") + followedBecause +
                         " AS cause FROM attempts a) WHERE cause != '' GROUP BY cause",
                     [&](const QSqlQuery& row) {
                         out.retriesByCause[row.value(0).toString().toStdString()] = row.value(1).toULongLong();
                     });
    if (!status) return status;
    return eachRow(file, "SELECT DISTINCT http_version FROM attempts WHERE http_version != '' ORDER BY 1",
                   [&](const QSqlQuery& row) {
                       out.httpVersion += out.httpVersion.empty() ? "" : ", ";
                       out.httpVersion += row.value(0).toString().toStdString();
                   });
}

/// Of successes. One success without a count makes the kind unknown: the sums are then of the others alone.
Status countTokens(const RunFile& file, Summary& out) {
    return eachRow(file,
                   "SELECT sum(input_tokens), sum(output_tokens), sum(usage_kind = 'estimated'),"
                   " sum(usage_kind = 'unknown' OR output_tokens IS NULL) FROM attempts WHERE outcome = 'success'",
                   [&](const QSqlQuery& row) {
                       out.inputTokens = optionalOf(row.value(0));
                       out.outputTokens = optionalOf(row.value(1));
                       if (out.successes == 0 || row.value(3).toULongLong() > 0)
                           out.usageKind = UsageKind::Unknown;
                       else if (row.value(2).toULongLong() > 0)
                           out.usageKind = UsageKind::Estimated;
                       else
                           out.usageKind = UsageKind::Exact;
                   });
}

Status addSessions(const RunFile& file, const Windows& windows, Summary& out) {
    double integral = 0;
    std::int64_t gapNs = 0;
    auto status =
        eachRow(file,
                "SELECT gap_ns, in_flight_integral, in_flight_peak, connections_opened, moved,"
                " max(attempts_started - (SELECT count(*) FROM attempts WHERE session = number), 0) FROM sessions",
                [&](const QSqlQuery& row) {
                    gapNs += row.value(0).toLongLong();
                    integral += row.value(1).toDouble();
                    out.inFlightPeak = std::max(out.inFlightPeak, row.value(2).toInt());
                    out.connectionsOpened += row.value(3).toULongLong();
                    out.moved += row.value(4).toULongLong();
                    out.attemptsLost += row.value(5).toULongLong();
                    // What a kill cut off was generated in part, and nobody counted it.
                    if (out.attemptsLost > 0) out.wastedAtLeast = true;
                });
    if (!status) return status;
    out.windowSeconds = static_cast<double>(windows.lengthNs) / 1e9;
    out.pausedSeconds = static_cast<double>(windows.pausedNs) / 1e9;
    out.gapSeconds = static_cast<double>(gapNs) / 1e9;
    if (windows.lengthNs > 0) {
        out.gapFraction = cost::gapFraction(out.gapSeconds, out.windowSeconds, out.pausedSeconds).value_or(0);
        out.inFlightMean = integral / static_cast<double>(windows.lengthNs);
    }
    return okStatus();
}

Status measure(const RunFile& file, Summary& out) {
    // An answer that came whole (--stream off, or one read) has no time between its tokens: not measured, rather than 0.
    const std::pair<Percentiles*, const char*> metrics[] = {
        {&out.tQueue, "admitted_ns - queued_ns"},
        {&out.tConn, "t_conn_ns"},
        {&out.tFirstToken, "first_token_ns - sent_ns"},
        {&out.tStream, "last_token_ns - first_token_ns"},
        {&out.tPost, "completed_ns - last_token_ns"},
        {&out.tInFlight, "released_ns - admitted_ns"},
        {&out.tpot, "CASE WHEN output_tokens > 1 AND last_token_ns > first_token_ns THEN (last_token_ns - first_token_ns) / (output_tokens - 1) END"},
    };
    for (const auto& [place, expression] : metrics) {
        auto measured = distributionOf(file, expression);
        if (!measured) return measured.error();
        *place = *measured;
    }
    auto itl = interTokenGaps(file);
    if (!itl) return itl.error();
    out.itl = *itl;
    return okStatus();
}

/// Tokens wasted, each at the price of the segment in which its attempt ran.
Status addAvoidableCost(const RunFile& file, const Windows& windows, Summary& out) {
    const auto& segments = windows.segments;
    const auto priced = [](const SegmentFacts& segment) { return segment.outputTokenPrice > 0; };
    if (std::none_of(segments.begin(), segments.end(), priced)) return okStatus();
    double sum = 0;
    auto status = eachRow(file,
                          "SELECT sum(wasted_tokens), output_token_price FROM attempts"
                          " JOIN segments ON segments.number = attempts.segment GROUP BY output_token_price"
                          " ORDER BY output_token_price",
                          [&](const QSqlQuery& row) {
                              sum +=
                                  cost::avoidableCost(row.value(0).toLongLong(), row.value(1).toDouble()).value_or(0);
                          });
    out.avoidableCost = sum;
    return status;
}

} // namespace

Result<Summary> summarise(const RunFile& file, const RunInfo& info, const Windows& windows) {
    if (auto status = checkStamps(file); !status) return status.error();
    Summary out;
    out.runId = info.runId;
    out.simulated = info.simulated;
    out.targetUrl = info.targetUrl;
    for (const auto& segment : windows.segments) {
        out.maxConcurrency = std::max(out.maxConcurrency, segment.maxConcurrency);
        out.currency = segment.currency;
    }
    if (auto status = countRequests(file, out); !status) return status.error();
    if (auto status = countAttempts(file, out); !status) return status.error();
    if (auto status = countTokens(file, out); !status) return status.error();
    if (auto status = addSessions(file, windows, out); !status) return status.error();
    if (auto status = measure(file, out); !status) return status.error();

    out.successRate = cost::perEach(out.successes, out.ended);
    if (out.successes > 0)
        out.newConnectionsPerSuccess = static_cast<double>(out.connectionsOpened) / static_cast<double>(out.successes);
    out.successesPerHour = cost::successesPerHour(out.successes, out.windowSeconds);
    out.costPerSuccess = cost::costPerSuccess(windows.costPerHour, out.successesPerHour);
    const auto slots = file.value("SELECT coalesce(sum(released_ns - admitted_ns), 0) FROM attempts");
    if (!slots) return slots.error();
    out.upperBoundSuccessesPerHour =
        cost::upperBoundPerHour(windows.cap, slots->toDouble() / 1e9, out.successes, out.windowSeconds);
    // With successes that have no count, the price of the others' tokens would come out too high.
    if (out.usageKind != UsageKind::Unknown)
        out.costPerMillionOutputTokens =
            cost::costPerMillionOutputTokens(windows.costPerHour, out.windowSeconds, out.outputTokens);
    if (auto status = addAvoidableCost(file, windows, out); !status) return status.error();
    return out;
}

} // namespace penstock::record
