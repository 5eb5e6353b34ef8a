"""A key and a secret header go to the target and nowhere else: not into a file of the output, not onto the terminal, wrong or right,
whatever the server says about them."""
import json

import harness
from counting_server import CountingServer

KEY, HEADER = "sk-penstock-4c1f9a7e5d2b", "hush-77aa31"


def found_in(folder):
    """The files below `folder` that hold the key or the header's value, in any of the forms a file may hold them."""
    return [str(path) for path in folder.rglob("*") if path.is_file() and path.name != "w.jsonl"
            and any(secret.encode() in path.read_bytes() for secret in (KEY, HEADER))]


def run_with(folder, server, status):
    arguments = ["--target", server.url, "--workload", harness.write_prompts(folder / "w.jsonl", 6), "--max-attempts", 1,
                 "--header", f"X-Team-Token: {HEADER}", "--seed", 1]
    with harness.Run(folder, *arguments, key=KEY) as run:
        run.expect(status)
    return run


def test(folder):
    right, wrong, echo = folder / "right", folder / "wrong", folder / "echo"
    for room in (right, wrong, echo):
        room.mkdir()
    with CountingServer(api_key=KEY) as server:
        run = run_with(right, server, 0)
        harness.equal(({one["authorization"] for one in server.headers}, {one["x-team-token"] for one in server.headers}), ({f"Bearer {KEY}"}, {HEADER}),
                      "what the server was given")
        harness.equal(run.summary()["successes"], 6, "successes with the right key")
    with CountingServer(api_key="another") as server:
        run = run_with(wrong, server, 1)
        harness.equal({line["response"]["status_code"] for line in run.results()}, {401}, "statuses with the wrong key")
        harness.equal(len(server.requests), 6, "requests: a refusal is not asked again")
    with CountingServer(fault=lambda nth, body: 401) as server:
        def tell(handler, status, value, reply=server.reply):
            reply(handler, status, {"error": {"message": f"Incorrect API key provided: {handler.headers.get('Authorization')} "
                                              f"{handler.headers.get('X-Team-Token')}", "code": "invalid_api_key"}} if status == 401 else value)
        server.reply = tell
        run = run_with(echo, server, 1)
        harness.equal("Incorrect API key" in json.dumps(run.results()), True, "the server's reason is kept")
    harness.equal(found_in(folder), [], "files that hold a secret")


harness.main(test)
