#!/usr/bin/env python3
"""Recomputes the figures of a run file's settings from its attempts, independently of the engine's code.

usage: recompute_segments.py RUN.penstock

Standard library only. Exit status 0: every figure agrees with the column `figures`; 1: some do not (each is printed).
The rule: an attempt belongs to the setting under which it was admitted; a setting's window begins when the last attempt that was
admitted under an earlier one is released (or at once), and ends with the next setting or the session's last attempt. Failures are the
requests that ended in it with no success, cancelled and shed ones left out. The window is without the pauses in it.
"""
import json
import math
import sqlite3
import sys


def main():
    db = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True)
    db.row_factory = sqlite3.Row
    sessions = {row["number"]: row for row in db.execute("SELECT * FROM sessions")}
    segments = list(db.execute("SELECT * FROM segments ORDER BY session, number"))
    attempts = list(db.execute("SELECT * FROM attempts"))
    failed = list(db.execute("SELECT * FROM requests WHERE outcome NOT IN ('success', 'cancelled', 'cancelled_upstream', 'shed')"))
    ended = list(db.execute("SELECT * FROM requests WHERE outcome NOT IN ('success', 'cancelled')"))
    pauses = list(db.execute("SELECT * FROM pauses"))
    starts = {n: min(row["queued_ns"] for row in attempts if row["session"] == n) if row["first_queued_ns"] is None else row["first_queued_ns"]
              for n, row in sessions.items()}
    origin = starts[min(starts)]
    differences = checked = 0

    def check(number, name, said, value):
        nonlocal differences, checked
        checked += 1
        same = said == value or (said is not None and value is not None and math.isclose(said, value, rel_tol=1e-9, abs_tol=1e-9))
        if not same:
            differences += 1
            print("setting %d, %s: the file says %r, its attempts come to %r" % (number, name, said, value))

    for index, segment in enumerate(segments):
        session = segment["session"]
        mine = [row for row in attempts if row["session"] == session]
        first = index == 0 or segments[index - 1]["session"] != session
        last = index + 1 == len(segments) or segments[index + 1]["session"] != session
        start = starts[session] if first else segment["start_ns"]
        if last:
            end = max(max(row["completed_ns"] for row in mine), start)
        else:
            end = segments[index + 1]["start_ns"]
        older = [row["released_ns"] for row in mine if row["segment"] < segment["number"] and row["released_ns"] > start]
        settled = max(older) if older else start
        told = json.loads(segment["figures"])
        n = segment["number"]
        check(n, "start", told["start"], (start - origin) / 1e9)
        check(n, "end", told["end"], (end - origin) / 1e9)
        check(n, "settling_seconds", told["settling_seconds"], (min(settled, end) - start) / 1e9)
        def open_time(since, until):
            """Nanoseconds between the two in which nobody had paused the run."""
            since = max(since, settled)
            return max(until - since, 0) - sum(
                max(min(until, until if row["end_ns"] is None else row["end_ns"]) - max(since, row["start_ns"]), 0)
                for row in pauses if row["session"] == session)

        window = open_time(settled, end) / 1e9 if settled < end else 0
        check(n, "window_seconds", told["window_seconds"], window)
        check(n, "paused_seconds", told["paused_seconds"], (end - settled) / 1e9 - window if settled < end else 0)
        rows = [row for row in mine if row["segment"] == n and settled <= row["released_ns"] and (last or row["released_ns"] <= end)] if window else []
        good = sum(row["outcome"] == "success" for row in rows)
        bad = sum(row["session"] == session and row["segment"] == n and settled <= row["ended_ns"]
                  and (last or row["ended_ns"] <= end) for row in failed) if window else 0
        others = sum(row["session"] == session and row["segment"] == n and settled <= row["ended_ns"]
                     and (last or row["ended_ns"] <= end) for row in ended) if window else 0
        check(n, "successes", told["successes"], good)
        check(n, "ended", told["ended"], good + others)
        check(n, "failures", told["failures"], bad)
        check(n, "attempts", told["attempts"], len(rows))
        check(n, "retries", told["retries"], sum(row["attempt"] > 1 for row in rows))
        knobs = json.loads(segment["knobs"])
        if window:
            check(n, "success_rate", told["success_rate"], good / (good + others) if good + others else None)
            check(n, "successes_per_hour", told["successes_per_hour"], good * 3600 / window)
            check(n, "cost_per_success", told["cost_per_success"], knobs["cost-per-hour"] / (good * 3600 / window) if good else None)
            slots = sum(open_time(row["admitted_ns"], row["released_ns"]) for row in rows) / 1e9
            check(n, "upper_bound_per_hour", told["upper_bound_per_hour"],
                  max(knobs["max-concurrency"] / (slots / good) * 3600, good * 3600 / window) if good and slots else None)
            check(n, "gap_fraction", told["gap_fraction"], told["gap_seconds"] / window)
            # Gap and connections between the window's two ends, from the totals that stand beside what happened there.
            def totals(at, opening):
                if opening is not None:
                    return opening
                row = next(row for row in mine if row["released_ns"] == at and row["segment"] < n)
                return row["total_gap_ns"] / 1e9, row["total_connections"]
            before = totals(settled, None if older else ((0, 0) if first else (segment["gap_seconds"], segment["connections_opened"])))
            after = (sessions[session]["gap_ns"] / 1e9, sessions[session]["connections_opened"]) if last else \
                (segments[index + 1]["gap_seconds"], segments[index + 1]["connections_opened"])
            check(n, "gap_seconds", told["gap_seconds"], after[0] - before[0])
            check(n, "new_connections_per_success", told["new_connections_per_success"], (after[1] - before[1]) / good if good else None)
            first_tokens = sorted(row["first_token_ns"] - row["sent_ns"] for row in mine if row["segment"] == n and row["first_token_ns"] is not None
                                  and settled <= row["first_token_ns"] <= end)
            check(n, "t_first_token.count", told["t_first_token"]["count"], len(first_tokens))
            if first_tokens:
                exact = first_tokens[-(-len(first_tokens) * 95 // 100) - 1] / 1e9
                check(n, "t_first_token.p95", told["t_first_token"]["p95"], exact)
    if differences:
        return 1
    print("%d figures of %d settings agree with %d attempts" % (checked, len(segments), len(attempts)))
    return 0 if segments and attempts else 2


if __name__ == "__main__":
    sys.exit(main())
