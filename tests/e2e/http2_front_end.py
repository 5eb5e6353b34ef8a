"""http2_front_end.py nginx|nghttpx: a real HTTP/2 front end with a stream limit of 8 before the simulated endpoint, at a cap of 14. in_flight is
what the endpoint sees, on as many connections as the limit forces and no more."""
import sys

import front_ends
import harness

CAP, REQUESTS = 14, 112


def test(folder):
    with front_ends.simulator(folder) as endpoint:
        make = {"nginx": front_ends.Nginx, "nghttpx": front_ends.Nghttpx}[sys.argv[1]]
        with make(folder, endpoint.port) as front:
            run = harness.Run(folder, "--target", front.url, "--ca-file", front.ca, "--workload", harness.write_prompts(folder / "w.jsonl", REQUESTS, 16),
                              "--max-concurrency", CAP, "--seed", 1)
            with run:
                run.expect(0)
            summary, spans = run.summary(), run.spans()
            harness.wait_until(lambda: len(front.posts()) >= REQUESTS, "the access log to be complete")
            posts, stats = front.posts(), endpoint.stats()
            harness.once_each(run.results(), [f"p{number:04d}" for number in range(REQUESTS)])
            harness.equal((summary["requests"], summary["successes"], summary["attempts"]), (REQUESTS,) * 3, "requests, successes, attempts")
            harness.equal({span["http_version"] for span in spans}, {"2"}, "HTTP version")
            harness.equal((len(posts), {status for _, _, status in posts}), (REQUESTS, {200}), "requests at the front end, and their statuses")
            harness.equal((stats["peak_in_flight"], summary["in_flight_peak"]), (CAP, CAP), "peak at the endpoint and in the summary")
            used = len({connection for connection, _, _ in posts})
            harness.equal(used, -(-CAP // front_ends.STREAMS), "connections that carried requests")
            if hasattr(front, "accepted"):
                harness.equal(front.accepted(), summary["connections_opened"], "connections at nginx, which are those of the summary")
            assert used <= summary["connections_opened"] <= used + 1, f"{summary['connections_opened']} opened (one more may ask what the server speaks)"
            assert summary["gap_fraction"] < 0.01, f"gap_fraction {summary['gap_fraction']}"


harness.main(test)
