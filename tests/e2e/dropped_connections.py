"""A server that ends every connection before the headers sees each attempt once: nothing is sent again behind the engine's back."""
import harness
from counting_server import CountingServer

REQUESTS, ATTEMPTS = 24, 2


def test(folder):
    for fault in ("drop", "reset"):
        room = folder / fault
        room.mkdir()
        with CountingServer(fault=lambda nth, body, fault=fault: fault) as server:
            run = harness.Run(room, "--target", server.url, "--workload", harness.write_prompts(room / "w.jsonl", REQUESTS), "--max-concurrency", 6,
                              "--max-attempts", ATTEMPTS, "--backoff-initial", "10ms", "--backoff-max", "50ms", "--seed", 1)
            with run:
                run.expect(1)
            summary, spans, results = run.summary(), run.spans(), run.results()
            print(f"  {fault}: endings {sorted({span['outcome'] for span in spans})}")
            harness.equal(len(server.requests), len(spans), "requests at the server; rows of spans.csv")
            harness.equal(len(spans), REQUESTS * ATTEMPTS, "attempts")
            harness.equal((summary["attempts"], summary["retries"]), (REQUESTS * ATTEMPTS, REQUESTS * (ATTEMPTS - 1)), "attempts, retries in the summary")
            causes = {cause: count for cause, count in summary["retries_by_cause"].items() if count}
            # A pre-warmed connection that ends before it brought a byte may have been closed for its age.
            assert set(causes) <= {"network", "stale_connection"} and sum(causes.values()) == summary["retries"], causes
            harness.equal(set(server.seen.values()), {ATTEMPTS}, "times that the server saw each body")
            harness.equal(server.connections, summary["connections_opened"], "connections opened")
            harness.equal((summary["successes"], summary["failures"]), (0, REQUESTS), "successes, failures")
            harness.once_each(results, [f"p{number:04d}" for number in range(REQUESTS)])
            harness.equal(len(harness.failures(results)), REQUESTS, "result lines with an error")


harness.main(test)
