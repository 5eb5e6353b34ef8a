#!/usr/bin/env python3
"""Recomputes the figures of a run file's settings from its attempts, independently of the engine's code.

usage: recompute_segments.py RUN.penstock

Standard library only. Exit status 0: every figure agrees with the column `figures`; 1: some do not (each is printed).
The rule: an attempt belongs to the setting under which it was admitted; a setting's window begins when the last attempt that was
admitted under an earlier one is released (or at once), and ends with the next setting or the session.
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
            elapsed = db.execute("SELECT max(elapsed_seconds) FROM samples WHERE session = ?", (session,)).fetchone()[0] or 0
            end = max(max(row["released_ns"] for row in mine), starts[session] + round(elapsed * 1e9))
        else:
            end = segments[index + 1]["start_ns"]
        older = [row["released_ns"] for row in mine if row["segment"] < segment["number"] and row["released_ns"] > start]
        settled = max(older) if older else start
        told = json.loads(segment["figures"])
        n = segment["number"]
        check(n, "start", told["start"], (start - origin) / 1e9)
        check(n, "end", told["end"], (end - origin) / 1e9)
        check(n, "settling_seconds", told["settling_seconds"], (min(settled, end) - start) / 1e9)
        window = (end - settled) / 1e9 if settled < end else 0
        check(n, "window_seconds", told["window_seconds"], window)
        rows = [row for row in mine if row["segment"] == n and settled <= row["released_ns"] <= end] if window else []
        good = sum(row["outcome"] == "success" for row in rows)
        bad = sum(row["outcome"] != "success" and row["retry_cause"] == "" for row in rows)
        check(n, "successes", told["successes"], good)
        check(n, "failures", told["failures"], bad)
        check(n, "attempts", told["attempts"], len(rows))
        check(n, "retries", told["retries"], sum(row["attempt"] > 1 for row in rows))
        knobs = json.loads(segment["knobs"])
        if window:
            check(n, "success_rate", told["success_rate"], good / (good + bad) if good + bad else None)
            check(n, "successes_per_hour", told["successes_per_hour"], good * 3600 / window)
            check(n, "cost_per_success", told["cost_per_success"], knobs["cost-per-hour"] / (good * 3600 / window) if good else None)
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
                checked += 1
                if not math.isclose(told["t_first_token"]["p95"], exact, rel_tol=1 / 128):  # told from a histogram
                    differences += 1
                    print("setting %d, t_first_token.p95: %r, its attempts come to %r" % (n, told["t_first_token"]["p95"], exact))
    if differences:
        return 1
    print("%d figures of %d settings agree with %d attempts" % (checked, len(segments), len(attempts)))
    return 0 if segments and attempts else 2


if __name__ == "__main__":
    sys.exit(main())
