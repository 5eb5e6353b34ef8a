"""MT-Bench's 80 two-turn prompts through an HTTP/1.1 server that counts: what the run says of itself is what the server saw."""
import harness
from counting_server import CountingServer

CAP = 14


def test(folder):
    workload = harness.shared("data/mt_bench_questions.jsonl")
    with CountingServer(tokens=12, delay=0.012) as server:
        run = harness.Run(folder, "--target", server.url, "--workload", workload, "--max-concurrency", CAP, "--seed", 1)
        with run:
            run.expect(0)
        summary, results, spans = run.summary(), run.results(), run.spans()

        questions = range(81, 161)
        harness.once_each(results, [f"{question}/{turn}" for question in questions for turn in (1, 2)])
        harness.equal(harness.failures(results), [], "result lines with an error")
        harness.equal((summary["requests"], summary["successes"], summary["attempts"], summary["retries"]), (160, 160, 160, 0),
                      "requests, successes, attempts, retries")
        harness.equal((len(server.requests), set(server.seen.values())), (160, {1}), "requests at the server, each body once")
        harness.equal(len(spans), 160, "rows of spans.csv")
        harness.equal((server.peak, summary["in_flight_peak"]), (CAP, CAP), "peak in flight at the server and in the summary")
        harness.equal((server.connections, summary["connections_opened"]), (CAP, CAP), "connections at the server and in the summary")
        harness.equal(len(server.connections_used), CAP, "connections that carried a request")
        assert abs(summary["new_connections_per_success"] - CAP / 160) < 1e-9, summary["new_connections_per_success"]
        assert summary["gap_fraction"] < 0.01, f"gap_fraction {summary['gap_fraction']}"
        print(f"  gap_fraction {summary['gap_fraction']:.5f}")

        # Each second turn has the first one's answer before it, and each answer is kept as it was given.
        answers = {body["messages"][-1]["content"]: server.text_for(body) for body in server.requests}
        second = [body for body in server.requests if len(body["messages"]) > 1]
        harness.equal(len(second), 80, "second turns at the server")
        for body in second:
            user, assistant, _ = body["messages"]
            assert assistant == {"role": "assistant", "content": server.text_for({**body, "messages": [user]})}, body["messages"]
        kept = sorted(line["response"]["body"]["choices"][0]["message"]["content"] for line in results)
        harness.equal(kept == sorted(answers.values()), True, "the answers in results.jsonl are the server's")
        tokens = sum(line["response"]["body"]["usage"]["completion_tokens"] for line in results)
        harness.equal((tokens, summary["output_tokens"]), (160 * 12, 160 * 12), "output tokens in the results and in the summary")
        harness.equal({one.get("traceparent", "")[:3] for one in server.headers}, {"00-"}, "traceparent on each request")
        harness.equal(len({one["traceparent"] for one in server.headers}), 160, "different traceparents")


harness.main(test)
