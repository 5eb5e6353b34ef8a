"""What cannot be is refused before anything is sent: exit 2 with the file, line and reason or the flag's name; exit 3 where no target answers."""
import json

import harness
from counting_server import CountingServer

GOOD = json.dumps({"prompt": "good", "custom_id": "a"})
MALFORMED = {
    "broken JSON": ("prompts", [GOOD, '{"prompt": "bad", '], 2),
    "no prompt": ("prompts", [GOOD, '{"custom_id": "b"}'], 2),
    "not an object": ("prompts", [GOOD, "[1, 2]"], 2),
    "a custom id twice": ("prompts", [GOOD, json.dumps({"prompt": "x", "custom_id": "b"}), GOOD], 3),
    "a batch line without a body": ("openai-batch", ['{"custom_id": "a", "method": "POST", "url": "/v1/chat/completions"}'], 1),
    "a question without turns": ("mt-bench", ['{"question_id": 81, "turns": ["x"]}', '{"question_id": 82}'], 2),
    "torn UTF-8": ("prompts", [GOOD, b'{"prompt": "\xff\xfe"}'], 2),
}
# Words of the contract that later issues build. A flag that is built leaves this list.
UNBUILT = {
    "--adaptive": "aimd", "--transport": "curl", "--prometheus": "127.0.0.1:9100", "--otlp": "http://127.0.0.1:4318", "--salvage": "continue",
    "--retry-budget": "0.1", "--requests-per-minute": "60", "--tokens-per-minute": "1000", "--arrival": "poisson", "--request-rate": "5",
    "--goodput": "ttft:500ms",
}
NONSENSE = [("--max-concurrency", "0"), ("--max-concurrency", "many"), ("--queue-policy", "perhaps"), ("--first-token-timeout", "-1s"),
            ("--no-such-flag", "1"), ("--http", "3"), ("--api", "telepathy"), ("--target", "ftp://127.0.0.1/v1"), ("--cost-per-hour", "-2")]


def refused(folder, name, status, arguments, says):
    room = folder / name
    room.mkdir()
    with harness.Run(room, *arguments) as run:
        run.expect(status)
    printed = run.output()
    for part in says:
        assert part in printed, f"{name}: '{part}' is not in what it printed:\n{printed[-2000:]}"
    # Shell-friendly: one short message, not a page of help or a trace.
    assert len(printed.strip().splitlines()) <= 6, f"{name}: a message of many lines:\n{printed}"
    print(f"  {printed.strip().splitlines()[0][-150:]}")


def test(folder):
    with CountingServer() as server:
        for number, (title, (form, lines, line)) in enumerate(MALFORMED.items()):
            path = folder / f"malformed{number}.jsonl"
            path.write_bytes(b"".join((text if isinstance(text, bytes) else text.encode()) + b"\n" for text in lines))
            refused(folder, f"malformed-{number}", 2, ["--target", server.url, "--workload", path, "--workload-format", form], [f"{path}:{line}: "])
        good = folder / "good.jsonl"
        good.write_text(GOOD + "\n")
        refused(folder, "lost", 2, ["--target", server.url, "--workload", folder / "lost.jsonl"], [str(folder / "lost.jsonl")])
        for number, (flag, value) in enumerate([*UNBUILT.items(), *NONSENSE]):
            refused(folder, f"flag-{number}", 2, ["--target", server.url, "--workload", good, flag, value], [flag])
        refused(folder, "nothing-to-resume", 2, ["--target", server.url, "--workload", good, "--resume"], ["nothing-to-resume"])
        harness.equal(len(server.requests), 0, "requests sent")

        with harness.Run(folder, "--target", server.url, "--workload", good, "--seed", 1) as run:
            run.expect(0)
        harness.equal(len(server.requests), 1, "requests sent by the good run")
        with harness.Run(folder, "--target", server.url, "--workload", good, "--seed", 1, name="again") as again:
            again.expect(2)
        assert "--resume" in again.output(), f"a folder that holds a run is refused without a word of --resume:\n{again.output()}"
        harness.equal((len(server.requests), len(run.results())), (1, 1), "requests and result lines after a second run into the same folder")

    refused(folder, "refused", 3, ["--target", f"http://127.0.0.1:{harness.free_port()}/v1", "--workload", good], ["127.0.0.1"])
    refused(folder, "nowhere", 3, ["--target", "http://no-such-host.invalid/v1", "--workload", good], ["no-such-host.invalid"])


harness.main(test)
