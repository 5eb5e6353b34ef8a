#include "engine/record/segment_replay.h"

#include "engine/base/knob_changes.h"
#include "engine/base/knobs_json.h"
#include "engine/base/segment_meter.h"
#include "engine/record/pause_rows.h"
#include "engine/record/segment_first_tokens.h"

#include <algorithm>

namespace penstock::record {

namespace {

using Totals = SegmentMeter::Totals;

struct Opening {
    std::uint32_t number = 0;
    std::int64_t startNs = 0;
    Knobs knobs;
    Totals totals;
};

struct Session {
    int number = 1;
    std::int64_t startNs = 0, endNs = 0;
    Totals end;
    std::vector<Opening> openings;
};

Result<std::vector<Session>> readSessions(const RunFile& file, const RunTimes& times) {
    std::vector<Session> sessions;
    auto status = eachRow(file,
                          "SELECT number, gap_ns, connections_opened, (SELECT max(completed_ns) FROM attempts WHERE"
                          " session = number) FROM sessions ORDER BY number",
                          [&](const QSqlQuery& row) {
                              Session session;
                              session.number = row.value(0).toInt();
                              const auto start = times.sessionStart.find(session.number);
                              if (start == times.sessionStart.end()) return;
                              session.startNs = start->second;
                              session.end = {row.value(1).toDouble() / 1e9, row.value(2).toULongLong()};
                              // As the summary has it: the last attempt ends the window.
                              session.endNs = row.value(3).isNull() ? session.startNs : row.value(3).toLongLong();
                              sessions.push_back(std::move(session));
                          });
    if (!status) return status.error();
    std::string bad;
    status = eachRow(file,
                     "SELECT number, session, start_ns, CAST(knobs AS BLOB), gap_seconds, connections_opened FROM segments"
                     " ORDER BY session, number",
                     [&](const QSqlQuery& row) {
                         Opening opening;
                         opening.number = row.value(0).toUInt();
                         opening.startNs = row.value(2).toLongLong();
                         const auto knobs = nlohmann::json::parse(textOf(row.value(3)), nullptr, false);
                         if (auto applied = applyJson(knobs, opening.knobs); !applied) bad = applied.error().message;
                         opening.totals = {row.value(4).toDouble(), row.value(5).toULongLong()};
                         const int number = row.value(1).toInt();
                         for (auto& session : sessions)
                             if (session.number == number) session.openings.push_back(std::move(opening));
                     });
    if (!status) return status.error();
    if (!bad.empty()) return Error{"the run file " + file.path() + ": it is damaged (knobs: " + bad + ")"};
    for (auto& session : sessions) {
        // A setting that was replaced before the first request was queued never ruled anything.
        auto& openings = session.openings;
        while (openings.size() > 1 && openings[1].startNs <= session.startNs)
            openings.erase(openings.begin());
        if (!openings.empty()) {
            openings.front().startNs = session.startNs;
            openings.front().totals = {};
        }
    }
    return sessions;
}

/// What a meter needs of a closed attempt, from columns `first`...: released, segment, attempt, outcome is success, gap,
/// connections, admitted.
void close(SegmentMeter& meter, const QSqlQuery& row, int first, Instant epoch) {
    Span span;
    span.stamps.released = Instant{Nanos{row.value(first).toLongLong()}};
    if (!row.value(first + 6).isNull()) span.stamps.admitted = Instant{Nanos{row.value(first + 6).toLongLong()}};
    span.segment = row.value(first + 1).toUInt();
    span.attempt = row.value(first + 2).toInt();
    span.outcome.kind = row.value(first + 3).toBool() ? OutcomeKind::Success : OutcomeKind::ServerError;
    meter.closed(span, epoch, {row.value(first + 4).toDouble() / 1e9, row.value(first + 5).toULongLong()});
}

constexpr const char* closedColumns = "released_ns, segment, attempt, outcome = 'success', total_gap_ns, total_connections, admitted_ns";

/// Requests of a session that ended, but did not succeed.
std::string unansweredOf(const Session& session) {
    return " FROM requests WHERE session = " + std::to_string(session.number) + " AND outcome != 'success' AND " + ended;
}

/// For the meter: of the kinds that are no success it tells failures from the rest.
OutcomeKind kindOf(const QVariant& failure) { return failure.toBool() ? OutcomeKind::ServerError : OutcomeKind::Shed; }

/// With one setting the order does not matter: one pass in the order of the file.
Status feedUnordered(const RunFile& file, const RunTimes& times, const Session& session, SegmentMeter& meter) {
    const Instant epoch{Nanos{times.originNs}};
    auto status = eachRow(file, std::string("SELECT segment, ended_ns, ") + endedAsFailure + unansweredOf(session), [&](const QSqlQuery& row) {
        meter.ended(row.value(0).toUInt(), kindOf(row.value(2)), times.runTime(row.value(1).toLongLong()));
    });
    if (!status) return status;
    return eachRow(file,
                   std::string("SELECT ") + closedColumns + ", first_token_ns, first_token_ns - sent_ns FROM attempts"
                       " WHERE session = " + std::to_string(session.number),
                   [&](const QSqlQuery& row) {
                       if (!row.value(8).isNull())
                           meter.firstToken(row.value(1).toUInt(), times.runTime(row.value(7).toLongLong()),
                                            Nanos{row.value(8).toLongLong()});
                       if (!row.value(0).isNull()) close(meter, row, 0, epoch);
                   });
}

/// With several, what happened goes in as it happened, and at one instant in the order that SegmentMeter asks for.
Status feedInOrder(const RunFile& file, const RunTimes& times, const Session& session, SegmentMeter& meter) {
    const Instant epoch{Nanos{times.originNs}};
    const auto of = " FROM attempts WHERE session = " + std::to_string(session.number) + " AND ";
    // One that took no time is never in flight; its end counts.
    const std::string sql =
        std::string("SELECT * FROM (SELECT first_token_ns AS at, 0 AS kind, segment AS s, first_token_ns - sent_ns AS after,") +
        " 0, 0, 0, 0, 0, 0" + of + "first_token_ns IS NOT NULL AND sent_ns IS NOT NULL" +
        " UNION ALL SELECT released_ns, 1, segment, " + closedColumns + of + "released_ns IS NOT NULL" +
        " UNION ALL SELECT ended_ns, 2, segment, " + endedAsFailure + ", 0, 0, 0, 0, 0, 0" + unansweredOf(session) +
        " UNION ALL SELECT admitted_ns, 3, segment, 0, 0, 0, 0, 0, 0, 0" + of + "released_ns > admitted_ns)" +
        " ORDER BY at, kind, s";
    auto next = session.openings.begin() + 1; // the first is open
    const auto open = [&] {
        meter.open(next->number, next->knobs, times.runTime(next->startNs), next->totals);
        ++next;
    };
    auto status = eachRow(file, sql, [&](const QSqlQuery& row) {
        const auto at = row.value(0).toLongLong();
        const int kind = row.value(1).toInt();
        const auto segment = row.value(2).toUInt();
        while (next != session.openings.end() &&
               (next->startNs < at || (next->startNs == at && kind == 3 && next->number <= segment)))
            open();
        if (kind == 0)
            meter.firstToken(segment, times.runTime(at), Nanos{row.value(3).toLongLong()});
        else if (kind == 1)
            close(meter, row, 3, epoch);
        else if (kind == 2)
            meter.ended(segment, kindOf(row.value(3)), times.runTime(at));
        else
            meter.admitted(segment);
    });
    while (next != session.openings.end())
        open();
    return status;
}

} // namespace

Result<std::vector<std::uint32_t>> settingsThatRuled(const RunFile& file, const RunTimes& times) {
    const auto sessions = readSessions(file, times);
    if (!sessions) return sessions.error();
    std::vector<std::uint32_t> out;
    for (const auto& session : *sessions)
        for (const auto& opening : session.openings)
            out.push_back(opening.number);
    return out;
}

Result<std::vector<SegmentFigures>> replaySegments(const RunFile& file, const RunTimes& times) {
    if (auto status = checkStamps(file); !status) return status.error();
    const auto sessions = readSessions(file, times);
    if (!sessions) return sessions.error();
    std::vector<SegmentFigures> out;
    for (const auto& session : *sessions) {
        if (session.openings.empty()) continue;
        SegmentMeter meter;
        auto pauses = readPauses(file, session.number, times.originNs);
        if (!pauses) return pauses.error();
        meter.setPauses(std::move(*pauses));
        const auto& first = session.openings.front();
        meter.open(first.number, first.knobs, times.runTime(first.startNs), first.totals);
        const bool one = session.openings.size() == 1;
        if (auto status = one ? feedUnordered(file, times, session, meter) : feedInOrder(file, times, session, meter); !status)
            return status.error();
        const auto end = std::max(session.endNs, session.openings.back().startNs);
        auto figures = meter.figures(times.runTime(end), session.end);
        if (!out.empty() && !figures.empty()) {
            const auto changes = changesBetween(out.back().knobs, figures.front().knobs);
            figures.front().change = changes.empty() ? "resumed" : "resumed: " + describe(changes);
        }
        for (auto& segment : figures)
            out.push_back(std::move(segment));
    }
    if (auto status = tellFirstTokensExactly(file, times, out); !status) return status.error();
    return out;
}

} // namespace penstock::record
