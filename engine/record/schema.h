#pragma once

#include <array>
#include <utility>

namespace penstock::record {

/// "PNSK": marks a SQLite file as a run of ours (`PRAGMA application_id`; file(1) can show it).
inline constexpr int applicationId = 0x504e534b;
/// Version of the tables below (`PRAGMA user_version`). A change that an older program would misread raises it.
inline constexpr int formatVersion = 3;

/// Endings after which a resumed run asks again: a person's stop, and targets that were not reached.
#define PENSTOCK_ASKED_AGAIN "('cancelled', 'cancelled_upstream', 'connect_failed', 'tls_failed', 'connect_timeout')"

/// The run file. All `_ns` columns are nanoseconds since the run's start, or durations. NULL: not reached, not known.
inline constexpr std::array schema{
    "CREATE TABLE run(id INTEGER PRIMARY KEY CHECK(id = 1), run_id TEXT NOT NULL, program_version TEXT NOT NULL,"
    " target_url TEXT NOT NULL, api TEXT NOT NULL, model TEXT NOT NULL, http_mode TEXT NOT NULL, simulated INTEGER NOT "
    "NULL,"
    " workload_name TEXT NOT NULL, workload_path TEXT NOT NULL, workload_digest TEXT NOT NULL, workload_options TEXT NOT NULL, skipped_lines INTEGER NOT NULL,"
    " seed TEXT NOT NULL, request_headers TEXT NOT NULL,"
    " started_unix_ns INTEGER NOT NULL, complete INTEGER NOT NULL DEFAULT 0, summary TEXT)",

    // What a person says of the run.
    "CREATE TABLE label(id INTEGER PRIMARY KEY CHECK(id = 1), name TEXT NOT NULL, note TEXT NOT NULL)",

    // How many requests it has in all; no row where it has no end. A table of its own: files of before have none.
    "CREATE TABLE workload(id INTEGER PRIMARY KEY CHECK(id = 1), requests INTEGER NOT NULL)",

    // One row each time the program worked on the run: 1, and one more for each resume. Totals as of its last span.
    "CREATE TABLE sessions(number INTEGER PRIMARY KEY, closed INTEGER NOT NULL DEFAULT 0, gap_ns INTEGER NOT NULL "
    "DEFAULT 0,"
    " in_flight_integral REAL NOT NULL DEFAULT 0, in_flight_peak INTEGER NOT NULL DEFAULT 0,"
    " connections_opened INTEGER NOT NULL DEFAULT 0, moved INTEGER NOT NULL DEFAULT 0,"
    " attempts_started INTEGER NOT NULL DEFAULT 0, first_queued_ns INTEGER)",

    // Inter-token gaps of a session: gaps from low_ns up to, not including, high_ns.
    "CREATE TABLE itl(session INTEGER NOT NULL, low_ns INTEGER NOT NULL, high_ns INTEGER NOT NULL, count INTEGER NOT "
    "NULL,"
    " PRIMARY KEY(session, low_ns)) WITHOUT ROWID",

    // One row each time the knobs changed. `knobs` holds them all as JSON; what figures need stands beside it. The totals
    // are the session's at that moment. `figures` (JSON) is what the setting came to, written at the session's end.
    "CREATE TABLE segments(number INTEGER PRIMARY KEY, session INTEGER NOT NULL, start_ns INTEGER NOT NULL,"
    " max_concurrency INTEGER NOT NULL, cost_per_hour REAL NOT NULL, input_token_price REAL NOT NULL,"
    " output_token_price REAL NOT NULL, currency TEXT NOT NULL, knobs TEXT NOT NULL, gap_seconds REAL NOT NULL,"
    " connections_opened INTEGER NOT NULL, figures TEXT)",

    // One row each time a person paused the run. No end: the session ended first.
    "CREATE TABLE pauses(session INTEGER NOT NULL, start_ns INTEGER NOT NULL, end_ns INTEGER, PRIMARY KEY(session, start_ns))"
    " WITHOUT ROWID",

    // One row a finished request; the times are those of its last attempt. Small rows, so that a list of a million of them
    // can be sorted and filtered: what is long stands in `texts`.
    "CREATE TABLE requests(request INTEGER PRIMARY KEY, session INTEGER NOT NULL, custom_id TEXT NOT NULL, line "
    "INTEGER,"
    " outcome TEXT NOT NULL, status INTEGER, code TEXT NOT NULL, message TEXT NOT NULL, server_request_id TEXT NOT "
    "NULL,"
    " attempts INTEGER NOT NULL, segment INTEGER NOT NULL, degraded INTEGER NOT NULL, ended_ns INTEGER NOT NULL,"
    " t_first_token_ns INTEGER, t_in_flight_ns INTEGER,"
    " usage_kind TEXT NOT NULL, input_tokens INTEGER, output_tokens INTEGER,"
    " total_tokens INTEGER, cached_input_tokens INTEGER, reasoning_tokens INTEGER)",
    "CREATE INDEX requests_by_end ON requests(ended_ns)",

    // One row for each of `requests`. `prompt`: the beginning of the last user message, on one line. `request_body`: the
    // JSON that was sent; empty when it never was, or is longer than a mebibyte.
    "CREATE TABLE texts(request INTEGER PRIMARY KEY, prompt TEXT NOT NULL, response_id TEXT NOT NULL, model TEXT NOT NULL,"
    " tool_calls TEXT NOT NULL, finish_reason TEXT, text TEXT NOT NULL, reasoning TEXT NOT NULL, refusal TEXT NOT NULL,"
    " request_body TEXT NOT NULL)",

    // One row an attempt. A retry cause says that another attempt was planned; whether it was made, the next row tells.
    // `total_gap_ns` and `total_connections` are the session's totals when it was released.
    "CREATE TABLE attempts(request INTEGER NOT NULL, attempt INTEGER NOT NULL, session INTEGER NOT NULL,"
    " custom_id TEXT NOT NULL, span_id TEXT NOT NULL, parent_span_id TEXT NOT NULL, segment INTEGER NOT NULL,"
    " http_version TEXT NOT NULL, connection_new INTEGER NOT NULL, degraded INTEGER NOT NULL, queued_ns INTEGER,"
    " admitted_ns INTEGER, sent_ns INTEGER, first_byte_ns INTEGER, first_event_ns INTEGER, first_token_ns INTEGER,"
    " last_token_ns INTEGER, completed_ns INTEGER, released_ns INTEGER, t_conn_ns INTEGER, outcome TEXT NOT NULL,"
    " status INTEGER, retry_after_ns INTEGER, code TEXT NOT NULL, message TEXT NOT NULL, retry_cause TEXT NOT NULL,"
    " usage_kind TEXT NOT NULL, input_tokens INTEGER, output_tokens INTEGER, total_tokens INTEGER,"
    " cached_input_tokens INTEGER, reasoning_tokens INTEGER, wasted_tokens INTEGER NOT NULL, bytes_received INTEGER "
    "NOT NULL,"
    " content_events INTEGER NOT NULL, longest_gap_ns INTEGER NOT NULL, total_gap_ns INTEGER NOT NULL,"
    " total_connections INTEGER NOT NULL, PRIMARY KEY(request, attempt)) WITHOUT ROWID",

    // The console's time series: two rows a second, and one of the session's end. Counts, gaps, and what is not of the
    // `window` are the session's since its start, from which `elapsed_seconds` counts too.
    "CREATE TABLE samples(session INTEGER NOT NULL, sequence INTEGER NOT NULL, elapsed_seconds REAL NOT NULL,"
    " segment INTEGER NOT NULL, requests_seen INTEGER NOT NULL, successes INTEGER NOT NULL, failures INTEGER NOT NULL,"
    " ended INTEGER NOT NULL, paused_seconds REAL NOT NULL, cancelled INTEGER NOT NULL, shed INTEGER NOT NULL, attempts INTEGER NOT NULL, retries INTEGER NOT NULL,"
    " retries_by_cause TEXT NOT NULL, moved INTEGER NOT NULL, degraded INTEGER NOT NULL,"
    " in_flight INTEGER NOT NULL, cap INTEGER NOT NULL, in_flight_peak INTEGER NOT NULL, in_flight_mean REAL NOT NULL,"
    " queue_depth INTEGER NOT NULL, queue_capacity INTEGER NOT NULL, backing_off INTEGER NOT NULL,"
    " gap_seconds REAL NOT NULL, connections_opened INTEGER NOT NULL, connections_open INTEGER NOT NULL,"
    " content_events INTEGER NOT NULL, input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,"
    " wasted_tokens INTEGER NOT NULL, t_first_token_p50 REAL, t_first_token_p95 REAL, t_first_token_p99 REAL,"
    " t_queue_p50 REAL, t_queue_p95 REAL, t_queue_p99 REAL, successes_per_hour REAL, cost_per_success REAL,"
    " upper_bound_per_hour REAL, avoidable_cost REAL, window_seconds REAL NOT NULL, window_successes INTEGER NOT NULL,"
    " window_successes_per_hour REAL, window_cost_per_success REAL, window_output_tokens_per_second REAL,"
    " window_t_first_token_p50 REAL, window_t_first_token_p95 REAL, window_t_first_token_p99 REAL,"
    " longest_turn_seconds REAL, engine_load REAL NOT NULL, PRIMARY KEY(session, sequence)) WITHOUT ROWID",

    "CREATE TABLE skipped_lines(line INTEGER NOT NULL, reason TEXT NOT NULL)",
};

/// Made when a session ends, dropped when the next begins: a list of a million requests shows its first page at once in any
/// order, and the writer pays nothing for it while the run goes on.
inline constexpr std::array indexes{
    std::pair{"requests_by_id", "custom_id"},
    std::pair{"requests_by_outcome", "outcome"},
    std::pair{"requests_by_first_token", "t_first_token_ns"},
    std::pair{"requests_by_in_flight", "t_in_flight_ns"},
    std::pair{"requests_by_tokens", "output_tokens"},
    std::pair{"requests_by_attempts", "attempts"},
};

} // namespace penstock::record
