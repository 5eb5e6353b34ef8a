#!/usr/bin/env python3
"""Recomputes the figures of a run's summary.json from its spans.csv, independently of the engine's code.

usage: recompute.py FOLDER

Standard library only. Exit status 0: every figure agrees; 1: some do not (each is printed); 2: the folder cannot be read.
The knobs (cap, hourly cost, prices) and the segments' sessions come from summary.json; what only the engine knows
(gap, pauses, in_flight, connections) cannot be recomputed from spans, but for what must follow from it.
"""
import csv
import json
import math
import sys


def nearest_rank(values, percent):
    ordered = sorted(values)
    return ordered[-(-len(ordered) * percent // 100) - 1]


def whole(cell):
    return int(cell) if cell else None


def minus(row, later, earlier):
    if row[later] is None or row[earlier] is None:
        return None
    return row[later] - row[earlier]


def read_spans(path):
    rows = []
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for name in row:
                if name.endswith("_ns") or name in ("attempt", "segment", "status_code", "input_tokens", "output_tokens",
                                                    "wasted_tokens", "bytes_received", "request_id"):
                    row[name] = whole(row[name])
            rows.append(row)
    return rows


def distribution(values):
    values = [value for value in values if value is not None]
    out = {"count": len(values), "p50": None, "p95": None, "p99": None, "mean": None}
    if values:
        for percent in (50, 95, 99):
            out["p%d" % percent] = nearest_rank(values, percent) / 1e9
        out["mean"] = math.fsum(values) / len(values) / 1e9
    return out


def mean_over_time(segments, windows, name):
    """The value when all segments agree, else its mean over the windows' time."""
    if len({segment[name] for segment in segments}) == 1:
        return segments[0][name]
    weighted = time = 0
    for session, (start, end) in windows.items():
        mine = [segment for segment in segments if segment["session"] == session]
        for index, segment in enumerate(mine):
            begin = start if index == 0 else max(start, round(segment["start_seconds"] * 1e9))
            stop = end if index + 1 == len(mine) else min(end, round(mine[index + 1]["start_seconds"] * 1e9))
            weighted += segment[name] * max(stop - begin, 0)
            time += max(stop - begin, 0)
    return weighted / time if time else 0


def recompute(rows, told):
    session_of = {segment["segment"]: segment["session"] for segment in told["segments"]}
    price_of = {segment["segment"]: segment["output_token_price"] for segment in told["segments"]}
    windows = {}
    for row in rows:
        if row["queued_ns"] is None or row["completed_ns"] is None:
            continue
        start, end = windows.get(session_of[row["segment"]], (row["queued_ns"], row["completed_ns"]))
        windows[session_of[row["segment"]]] = (min(start, row["queued_ns"]), max(end, row["completed_ns"]))
    window = sum(end - start for start, end in windows.values()) / 1e9

    good = [row for row in rows if row["outcome"] == "success"]
    attempts = {}
    for row in rows:
        attempts.setdefault(row["request_id"], []).append(row["attempt"])
    causes = {}
    for row in rows:
        if row["retry_cause"]:
            causes[row["retry_cause"]] = causes.get(row["retry_cause"], 0) + 1

    out = {"window_seconds": window, "successes": len(good), "attempts": len(rows),
           "retries": len(rows) - len(attempts), "retries_by_cause": causes,
           "wasted_tokens": sum(row["wasted_tokens"] for row in rows)}
    inputs = [row["input_tokens"] for row in good if row["input_tokens"] is not None]
    outputs = [row["output_tokens"] for row in good if row["output_tokens"] is not None]
    out["input_tokens"] = sum(inputs) if inputs else None
    out["output_tokens"] = sum(outputs) if outputs else None

    for name, values in {
            "t_queue": [minus(row, "admitted_ns", "queued_ns") for row in rows],
            "t_conn": [row["t_conn_ns"] for row in rows],
            "t_first_token": [minus(row, "first_token_ns", "sent_ns") for row in rows],
            "t_stream": [minus(row, "last_token_ns", "first_token_ns") for row in rows],
            "t_post": [minus(row, "completed_ns", "last_token_ns") for row in rows],
            "t_in_flight": [minus(row, "released_ns", "admitted_ns") for row in rows],
            "tpot": [minus(row, "last_token_ns", "first_token_ns") // (row["output_tokens"] - 1)
                     for row in rows if (row["output_tokens"] or 0) > 1 and (minus(row, "last_token_ns", "first_token_ns") or 0) > 0]}.items():
        for key, value in distribution(values).items():
            out[name + "." + key] = value

    per_hour = len(good) / (window / 3600) if window else None
    c_hour = mean_over_time(told["segments"], windows, "cost_per_hour")
    cap = mean_over_time(told["segments"], windows, "max_concurrency")
    known = good and len(outputs) == len(good) and all(row["usage_kind"] != "unknown" for row in good)
    # What a success takes of the slots: the slot time of all attempts over the successes.
    slots = sum(minus(row, "released_ns", "admitted_ns") or 0 for row in rows) / 1e9
    out["successes_per_hour"] = per_hour
    out["cost_per_success"] = c_hour / per_hour if per_hour and c_hour else None
    out["cost_per_million_output_tokens"] = \
        c_hour * window / 3600 / sum(outputs) * 1e6 if known and c_hour and sum(outputs) and window else None
    out["upper_bound_successes_per_hour"] = \
        max(cap / (slots / len(good)) * 3600, per_hour) if good and slots and per_hour else None
    out["avoidable_cost"] = sum(row["wasted_tokens"] * price_of[row["segment"]] for row in rows) / 1e6 \
        if any(price_of.values()) else None
    out["success_rate"] = len(good) / told["ended"] if told["ended"] else None
    out["ended"] = told["requests"] - told["endings"].get("cancelled", 0)
    out["gap_fraction"] = told["gap_seconds"] / (window - told["paused_seconds"]) if window > told["paused_seconds"] else None
    out["new_connections_per_success"] = told["connections_opened"] / len(good) if good else None
    return out


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    folder = sys.argv[1]
    try:
        rows = read_spans(folder + "/spans.csv")
        with open(folder + "/summary.json", encoding="utf-8") as file:
            told = json.load(file)
    except (OSError, ValueError) as reason:
        print("cannot read %s: %s" % (folder, reason), file=sys.stderr)
        return 2

    differences = 0
    figures = recompute(rows, told)
    for name, value in figures.items():
        said = told
        for part in name.split("."):
            said = said[part]
        same = said == value
        if not same and isinstance(said, (int, float)) and isinstance(value, (int, float)):
            same = math.isclose(said, value, rel_tol=1e-9)
        if not same:
            differences += 1
            print("%s: summary.json says %r, the spans come to %r" % (name, said, value))
    attempts = {}
    for row in rows:
        attempts.setdefault(row["request_id"], []).append(row["attempt"])
    for request, numbers in attempts.items():
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            differences += 1
            print("request %d: its attempts are numbered %s" % (request, sorted(numbers)))
    if differences:
        return 1
    print("%d figures agree with %d spans" % (len(figures), len(rows)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
