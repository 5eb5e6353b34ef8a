"""Whatever a server does to a request, it ends, under its right name, and the other requests are answered."""
import collections

import harness
from counting_server import CountingServer

REQUESTS = 60
# By the number of the prompt modulo 10; the rest is answered well.
FAULTS = {1: "drop", 2: "silent", 3: "cut", 4: 500, 5: 400, 6: 429}
ENDINGS = {1: {"connection_lost", "stale_connection"}, 2: {"first_token_timeout"}, 3: {"cut_stream"}, 4: {"server_error"}, 5: {"rejected"}, 6: {"throttled"}}
RETRIED = {1, 2, 3, 4, 6}


def fault(nth, body):
    return FAULTS.get(int(body["messages"][0]["content"][7:11]) % 10)


def test(folder):
    with CountingServer(tokens=8, fault=fault) as server:
        run = harness.Run(folder, "--target", server.url, "--workload", harness.write_prompts(folder / "w.jsonl", REQUESTS), "--max-concurrency", 8,
                          "--max-attempts", 2, "--backoff-initial", "10ms", "--backoff-max", "50ms", "--first-token-timeout", "400ms",
                          "--idle-timeout", "2s", "--seed", 1)
        with run:
            run.expect(1)
        summary, spans, results = run.summary(), run.spans(), run.results()
        harness.once_each(results, [f"p{number:04d}" for number in range(REQUESTS)])
        endings = collections.defaultdict(set)
        attempts = collections.Counter()
        for span in spans:
            digit = int(span["custom_id"][1:]) % 10
            endings[digit].add(span["outcome"])
            attempts[digit] += 1
        for digit in range(10):
            expected = ENDINGS.get(digit, {"success"})
            assert endings[digit] <= expected and endings[digit], f"prompts ending in {digit} ({FAULTS.get(digit, 'no fault')}): {endings[digit]}, not {expected}"
            harness.equal(attempts[digit], REQUESTS // 10 * (2 if digit in RETRIED else 1), f"attempts where the server does {FAULTS.get(digit, 'nothing wrong')!r}")
        harness.equal(len(server.requests), len(spans), "requests at the server; rows of spans.csv")
        harness.equal((summary["successes"], summary["failures"]), (REQUESTS * 4 // 10, REQUESTS * 6 // 10), "successes, failures")
        harness.equal(sum(summary["retries_by_cause"].values()), summary["retries"], "retries by cause add up to the retries")
        cut = [line for line in results if int(line["custom_id"][1:]) % 10 == 3]
        harness.equal(all(line["error"]["partial_text"].startswith("answer-") for line in cut), True, "the text before a cut is kept")


harness.main(test)
