"""A stream that will not end does not hold Ctrl-C for ever: a second one cancels at once, and what had finished is kept."""
import signal
import time

import harness
from counting_server import CountingServer


def test(folder):
    workload = harness.write_prompts(folder / "w.jsonl", 30)
    with CountingServer(tokens=4, fault=lambda nth, body: "silent" if body["messages"][0]["content"].startswith("Prompt 0005") else None) as server:
        run = harness.Run(folder, "--target", server.url, "--workload", workload, "--max-concurrency", 4, "--first-token-timeout", "10m",
                          "--attempt-timeout", "10m", "--seed", 1)
        with run:
            harness.wait_until(lambda: sum(server.answered.values()) == 29, "the other 29 answers", alive=run)
            run.signal(signal.SIGINT)
            time.sleep(0.3)  # a second signal at once would be one signal
            run.signal(signal.SIGINT)
            begun = time.monotonic()
            run.expect(130)
            assert time.monotonic() - begun < 10, "the second Ctrl-C did not end the run at once"
        kept = [line["custom_id"] for line in run.results() if not line.get("error")]
        harness.equal(len(kept), 29, "results kept")


harness.main(test)
