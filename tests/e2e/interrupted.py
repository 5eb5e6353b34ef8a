"""Ctrl-C: streams under way may finish, nothing new starts, exit 130; the run goes on with --resume and sends nothing twice."""
import signal

import harness
from counting_server import CountingServer

REQUESTS, CAP = 160, 8


def test(folder):
    workload = harness.write_prompts(folder / "w.jsonl", REQUESTS)
    everything = [f"p{number:04d}" for number in range(REQUESTS)]
    with CountingServer(tokens=10, delay=0.01) as server:
        arguments = ["--target", server.url, "--workload", workload, "--max-concurrency", CAP, "--seed", 1]
        run = harness.Run(folder, *arguments, name="interrupted")
        with run:
            harness.wait_until(lambda: len(server.requests) >= 40, "request 40", alive=run)
            run.signal(signal.SIGINT)
            run.expect(130)
        seen = len(server.requests)
        kept = [line["custom_id"] for line in run.results() if not line.get("error")]
        assert 40 <= seen < REQUESTS, f"{seen} requests were sent before the interruption"
        harness.equal((len(kept), sum(server.answered.values())), (seen, seen), f"of {seen} requests sent: kept, and answered by the server to the end")
        harness.equal(server.peak, CAP, "peak in flight")

        run = harness.Run(folder, *arguments, "--resume", name="resumed")
        with run:
            run.expect(0)
        summary, results = run.summary(), run.results()
        harness.once_each(results, everything)
        harness.equal(harness.failures(results), [], "result lines with an error")
        harness.equal((len(server.requests), set(server.seen.values())), (REQUESTS, {1}), "requests at the server in both sessions, each once")
        harness.equal((summary["requests"], summary["successes"], summary["attempts"]), (REQUESTS,) * 3, "requests, successes, attempts of both sessions")
        harness.equal(len(run.spans()), REQUESTS, "rows of spans.csv of both sessions")


harness.main(test)
