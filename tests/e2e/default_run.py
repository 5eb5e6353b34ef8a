"""`run` with nothing but a workload answers it through the built-in simulated endpoint, and says everywhere that this is a simulation."""
import subprocess

import harness


def test(folder):
    workload = harness.ROOT / "resources/workloads/sample_prompts.jsonl"
    count = len(workload.read_text().splitlines())
    with harness.Run(folder, "--workload", workload, "--limit", 48, "--seed", 1) as run:
        run.expect(0)
    summary, printed = run.summary(), run.output()
    harness.equal((summary["requests"], summary["successes"], summary["max_concurrency"]), (48, 48, 14), "requests, successes, cap")
    harness.equal(len(run.results()), 48, "result lines")
    assert "simulat" in printed.lower(), f"does not say that it is a simulation:\n{printed}"
    assert "simulat" in (run.out / "record.csv").read_text().lower() or summary.get("simulated") is True, "the record does not say that it is a simulation"
    cost = 2.50 / summary["successes_per_hour"]
    assert abs(summary["cost_per_success"] - cost) < 1e-9 * cost, (summary["cost_per_success"], cost)
    hours = summary["window_seconds"] / 3600
    assert abs(summary["successes_per_hour"] - 48 / hours) < 1e-6 * 48 / hours, (summary["successes_per_hour"], hours)
    assert "\r" not in printed and "\x1b" not in printed, "a progress line for terminals was written to a file"
    assert count >= 200, f"the sample workload has {count} prompts"

    # The same prompts through a pipe.
    piped = subprocess.run([harness.program("penstock-cli"), "run", "--workload", "-", "--workload-format", "prompts", "--output", folder / "piped", "--seed", "1"],
                           input="".join(line + "\n" for line in workload.read_text().splitlines()[:20]), text=True, capture_output=True, timeout=60)
    assert piped.returncode == 0, f"a run from standard input ended with {piped.returncode}: {piped.stderr[-1000:]}"
    harness.equal(len((folder / "piped/results.jsonl").read_text().splitlines()), 20, "its result lines")


harness.main(test)
