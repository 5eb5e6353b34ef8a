#include "engine/record/earlier_sessions.h"

#include "engine/base/cost.h"
#include "engine/base/outcome.h"
#include "engine/record/pause_rows.h"
#include "engine/record/run_times.h"

#include <algorithm>

namespace penstock::record {

namespace {

using Sessions = std::map<int, EarlierSessions>; // here by itself, not what was before it

Status addResults(const RunFile& file, Sessions& out) {
    // What a later session asked again is no row of an earlier one any more.
    return eachRow(file, "SELECT session, CAST(outcome AS BLOB), count(*), sum(degraded) FROM requests GROUP BY session, outcome",
                   [&](const QSqlQuery& row) {
                       auto& counts = out[row.value(0).toInt()].counts;
                       const auto number = row.value(2).toULongLong();
                       counts.requestsSeen += number;
                       counts.degraded += row.value(3).toULongLong();
                       const auto kind = outcomeKindFromString(textOf(row.value(1)));
                       if (kind != OutcomeKind::CancelledByUser) counts.ended += number;
                       if (kind == OutcomeKind::Success) counts.successes += number;
                       else if (kind == OutcomeKind::CancelledByUser || kind == OutcomeKind::CancelledUpstream) counts.cancelled += number;
                       else if (kind == OutcomeKind::Shed) counts.shed += number;
                       else counts.failures += number;
                   });
}

Status addAttempts(const RunFile& file, Sessions& out) {
    auto status = eachRow(file,
                          "SELECT session, count(*), sum(attempt > 1), sum(content_events), sum(wasted_tokens),"
                          " sum(CASE outcome WHEN 'success' THEN input_tokens END), sum(CASE outcome WHEN 'success' THEN output_tokens END),"
                          " total(released_ns - admitted_ns) FROM attempts GROUP BY session",
                          [&](const QSqlQuery& row) {
                              auto& session = out[row.value(0).toInt()];
                              session.counts.attempts = row.value(1).toULongLong();
                              session.counts.retries = row.value(2).toULongLong();
                              session.counts.contentEvents = row.value(3).toULongLong();
                              session.counts.wastedTokens = row.value(4).toLongLong();
                              session.counts.inputTokens = row.value(5).toLongLong();
                              session.counts.outputTokens = row.value(6).toLongLong();
                              session.slotSeconds = row.value(7).toDouble() / 1e9;
                          });
    if (!status) return status;
    status = eachRow(file,
                     "SELECT n.session, CASE a.retry_cause WHEN '' THEN 'restart' ELSE a.retry_cause END AS cause, count(*)"
                     " FROM attempts n JOIN attempts a ON a.request = n.request AND a.attempt = n.attempt - 1 GROUP BY 1, 2",
                     [&](const QSqlQuery& row) {
                         out[row.value(0).toInt()].counts.retriesByCause[row.value(1).toString().toStdString()] = row.value(2).toULongLong();
                     });
    if (!status) return status;
    return eachRow(file,
                   "SELECT attempts.session, sum(wasted_tokens), output_token_price FROM attempts"
                   " JOIN segments ON segments.number = attempts.segment WHERE output_token_price > 0 GROUP BY 1, 3",
                   [&](const QSqlQuery& row) {
                       auto& cost = out[row.value(0).toInt()].counts.avoidableCost;
                       cost = cost.value_or(0) + cost::avoidableCost(row.value(1).toLongLong(), row.value(2).toDouble()).value_or(0);
                   });
}

Status addTotals(const RunFile& file, Sessions& out) {
    return eachRow(file, "SELECT number, gap_ns, in_flight_integral, in_flight_peak, connections_opened, moved FROM sessions",
                   [&](const QSqlQuery& row) {
                       auto& session = out[row.value(0).toInt()];
                       session.counts.gapSeconds = static_cast<double>(row.value(1).toLongLong()) / 1e9;
                       session.inFlightIntegral = row.value(2).toDouble() / 1e9;
                       session.counts.inFlightPeak = row.value(3).toInt();
                       session.counts.connectionsOpened = row.value(4).toULongLong();
                       session.counts.moved = row.value(5).toULongLong();
                   });
}

void addCounts(Snapshot& s, const Snapshot& more) {
    s.requestsSeen += more.requestsSeen;
    s.successes += more.successes;
    s.failures += more.failures;
    s.ended += more.ended;
    s.pausedSeconds += more.pausedSeconds;
    s.cancelled += more.cancelled;
    s.shed += more.shed;
    s.attempts += more.attempts;
    s.retries += more.retries;
    s.moved += more.moved;
    s.degraded += more.degraded;
    for (const auto& [cause, count] : more.retriesByCause)
        s.retriesByCause[cause] += count;
    s.inFlightPeak = std::max(s.inFlightPeak, more.inFlightPeak);
    s.gapSeconds += more.gapSeconds;
    s.connectionsOpened += more.connectionsOpened;
    s.contentEvents += more.contentEvents;
    s.inputTokens += more.inputTokens;
    s.outputTokens += more.outputTokens;
    s.wastedTokens += more.wastedTokens;
    if (more.avoidableCost) s.avoidableCost = s.avoidableCost.value_or(0) + *more.avoidableCost;
}

double capOf(const SegmentFacts& segment) { return static_cast<double>(segment.maxConcurrency); }
double costOf(const SegmentFacts& segment) { return segment.costPerHour; }

} // namespace

Result<Sessions> readEarlierSessions(const RunFile& file, const Windows& windows) {
    const auto sessions = file.value("SELECT count(*) FROM sessions");
    if (!sessions) return sessions.error();
    Sessions out;
    if (sessions->toULongLong() < 2) return out; // nothing was before, and the attempts need no look
    Sessions own;
    for (const auto add : {addResults, addAttempts, addTotals})
        if (auto status = add(file, own); !status) return status.error();
    for (const auto& window : windows.sessions) {
        const auto pauses = readPauses(file, window.session, window.startNs);
        if (!pauses) return pauses.error();
        own[window.session].counts.pausedSeconds = toSeconds(pauses->between(Nanos{0}, Nanos{window.endNs - window.startNs}));
    }
    EarlierSessions sum;
    for (const auto& [number, session] : own) {
        if (number != own.begin()->first) out[number] = sum;
        addCounts(sum.counts, session.counts);
        sum.inFlightIntegral += session.inFlightIntegral;
        sum.slotSeconds += session.slotSeconds;
    }
    return out;
}

void goOnFrom(const EarlierSessions& before, const Windows& windows, int session, Snapshot& s) {
    // The windows as they were at this moment: those before whole, the present one so far.
    Windows present, sofar;
    present.segments = sofar.segments = windows.segments;
    double seconds = 0;
    for (const auto& window : windows.sessions) {
        if (window.session > session) continue;
        Window part = window;
        if (window.session == session) {
            // It ends with its last attempt; what came after (a pause, the wait for a stop) is no part of it.
            part.endNs = std::min(part.endNs, part.startNs + fromSeconds(s.elapsedSeconds).count());
            present.sessions = {part};
        }
        sofar.sessions.push_back(part);
        seconds += static_cast<double>(part.endNs - part.startNs) / 1e9;
    }
    // Of the session alone, from what its sample says of it.
    const double ownIntegral = s.inFlightMean * s.elapsedSeconds;
    const double ownSlots = s.upperBoundPerHour && *s.upperBoundPerHour > 0
                                ? meanOverTime(present, capOf) * 3600 * static_cast<double>(s.successes) / *s.upperBoundPerHour
                                : ownIntegral;
    const double integral = before.inFlightIntegral + ownIntegral;

    addCounts(s, before.counts);
    s.successesPerHour = cost::successesPerHour(s.successes, seconds);
    s.costPerSuccess = cost::costPerSuccess(meanOverTime(sofar, costOf), s.successesPerHour);
    s.inFlightMean = seconds > 0 ? integral / seconds : 0;
    s.gapFraction = cost::gapFraction(s.gapSeconds, seconds, s.pausedSeconds).value_or(0);
    s.upperBoundPerHour = cost::upperBoundPerHour(meanOverTime(sofar, capOf), before.slotSeconds + ownSlots, s.successes, seconds);
}

} // namespace penstock::record
