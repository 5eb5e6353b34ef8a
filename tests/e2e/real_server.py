"""real_server.py [nginx]: MT-Bench at a cap of 14 on a real inference server, which PENSTOCK_REAL_SERVER names (its base URL) and whose own
log PENSTOCK_REAL_SERVER_LOG names. .ci/run starts llama.cpp's. Behind nginx its connections can be reused."""
import collections
import os
import re
import sys
import urllib.parse

import front_ends
import harness

CAP = 14


def launched(log, start):
    """The tasks that llama.cpp's server began after offset `start` of its log: one for each request that it took."""
    with open(log, "rb") as text:
        text.seek(start)
        return re.findall(rb"launch_slot_: .*?\| task (\d+) \| processing task", text.read())


def test(folder):
    target = os.environ.get("PENSTOCK_REAL_SERVER") or harness.skip("PENSTOCK_REAL_SERVER names no server")
    workload = harness.shared("data/mt_bench_questions.jsonl")
    log = os.environ.get("PENSTOCK_REAL_SERVER_LOG")
    start = os.path.getsize(log) if log else 0
    front = None
    if "nginx" in sys.argv[1:]:
        front = front_ends.Nginx(folder, urllib.parse.urlsplit(target).port, tls=False, keep_upstream=False)
        target = front.url
    try:
        run = harness.Run(folder, "--target", target, "--workload", workload, "--max-concurrency", CAP, "--max-tokens", 64, "--seed", 1)
        with run:
            run.expect(0, 240)
        summary, spans, printed = run.summary(), run.spans(), run.output()
        harness.once_each(run.results(), [f"{question}/{turn}" for question in range(81, 161) for turn in (1, 2)])
        harness.equal((summary["requests"], summary["successes"]), (160, 160), "requests, successes")
        harness.equal(summary["in_flight_peak"], CAP, "peak in flight")
        # An attempt on a connection that the server had already closed never reached it.
        reached = sum(span["outcome"] != "stale_connection" for span in spans)
        harness.equal(reached, 160, "attempts that reached the server")
        if log:
            tasks = launched(log, start)
            harness.equal((len(tasks), len(set(tasks))), (160, 160), "requests in the server's own log, all different")
        else:
            print("  PENSTOCK_REAL_SERVER_LOG names no log: not compared with the server's own count")
        says_so = re.search(r"clos\w+[^.]{0,80}connection[^.]{0,160}reus", printed, re.IGNORECASE | re.DOTALL)
        if front:
            harness.wait_until(lambda: len(front.posts()) >= 160, "nginx's access log to be complete")
            harness.equal(collections.Counter(status for _, _, status in front.posts()), {200: 160}, "statuses in nginx's log")
            accepted = front.accepted()
            assert accepted <= CAP, f"nginx saw {accepted} connections"
            harness.equal((accepted, summary["connections_opened"]), (accepted, accepted), "connections at nginx and in the summary")
            assert not says_so, f"blames a server that keeps its connections:\n{printed[-2000:]}"
        else:
            assert summary["connections_opened"] >= 160, f"{summary['connections_opened']} connections to a server that closes each after a stream"
            assert says_so, f"does not say that this server closes each connection, so that reuse cannot happen:\n{printed[-3000:]}"
            print("  " + " ".join(printed[says_so.start():says_so.end() + 40].split()))
    finally:
        if front:
            front.stop()


harness.main(test)
