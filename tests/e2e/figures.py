"""summary.json against a recomputation from spans.csv that shares no code with the engine, on a run with faults and retries."""
import subprocess
import sys

import front_ends
import harness


def test(folder):
    recompute = harness.ROOT / "tests/record/recompute.py"
    assert recompute.is_file(), f"{recompute} is missing"
    with front_ends.simulator(folder, "--seed", 3, "--fault-5xx", 0.05, "--fault-drop", 0.05, "--fault-cut", 0.05) as endpoint:
        run = harness.Run(folder, "--target", endpoint.url, "--workload", harness.write_prompts(folder / "w.jsonl", 150, 12), "--max-concurrency", 14,
                          "--max-attempts", 4, "--backoff-initial", "20ms", "--backoff-max", "100ms", "--seed", 1)
        with run:
            assert run.wait() in (0, 1), run.output()[-3000:]
        summary, stats = run.summary(), endpoint.stats()
    assert summary["retries"] > 0, "no retry, so the figures were not put to the test"
    harness.equal((len(run.spans()), stats["requests"]), (summary["attempts"],) * 2, "attempts in spans.csv, and requests at the endpoint")
    harness.equal(stats["peak_in_flight"], summary["in_flight_peak"], "peak in flight at the endpoint and in the summary")
    done = subprocess.run([sys.executable, "-B", recompute, run.out], capture_output=True, text=True, timeout=60)
    print(done.stdout + done.stderr)
    harness.equal(done.returncode, 0, "exit status of the recomputation")


harness.main(test)
