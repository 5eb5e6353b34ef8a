"""What `decode` makes of the 51 event-stream cases and of the recorded chat streams, whole and in pieces of every size."""
import base64
import json
import subprocess

import harness


def decode(protocol, path, chunk):
    command = [harness.program("penstock-cli"), "decode", "--protocol", protocol, str(path), "--json"]
    if chunk:
        command += ["--chunk", str(chunk)]
    done = subprocess.run(command, capture_output=True, timeout=60, text=True)
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise AssertionError(f"decode --chunk {chunk} {path.name} ended with {done.returncode} and printed no JSON: {done.stdout[:500]}{done.stderr[:500]}") from None


def differences(actual, expected, names):
    return {name: (actual.get(name), expected[name]) for name in names if actual.get(name) != expected[name]}


def sse_cases(folder):
    cases = json.loads(harness.shared("data/sse_cases.json").read_text())
    for number, case in enumerate(cases):
        path = folder / f"case{number}.sse"
        path.write_bytes(base64.b64decode(case["input_base64"]))
        for chunk in (None, 1, 3):
            actual = decode("sse", path, chunk)
            wrong = differences(actual, {**case, "events": case["expected"]}, ("events", "retry", "last_event_id", "comments", "incomplete_at_eof"))
            assert not wrong, f"case {case['name']}, pieces of {chunk or 'any size'}: {wrong}"
    harness.equal(len(cases), 51, "event-stream cases, each whole and in pieces of 1 and 3 bytes")


def chat_streams():
    folder = harness.shared("data/streams/index.json").parent
    streams = [one for one in json.loads((folder / "index.json").read_text())["streams"] if one["protocol"] == "openai-chat"]
    for stream in streams:
        expected = stream["expected"]
        for chunk in (None, 1, 7, 1000):
            actual = decode("openai-chat", folder / stream["file"], chunk)
            wrong = differences(actual, expected, ("text", "reasoning", "refusal", "finish_reason", "usage", "terminal", "first_token_event", "first_text_event"))
            calls = [{name: call[name] for name in ("id", "name", "arguments")} for call in actual["tool_calls"]]
            if calls != expected["tool_calls"]:
                wrong["tool_calls"] = (calls, expected["tool_calls"])
            said, meant = actual["error"], expected["error"]
            if (said is None) != (meant is None) or (meant and (str(said["code"]), said["message"]) != (str(meant["code"]), meant["message"])):
                wrong["error"] = (said, meant)
            if actual["success"] != (expected["terminal"] == "[DONE]" and meant is None):
                wrong["success"] = actual["success"]
            assert not wrong, f"{stream['file']}, pieces of {chunk or 'any size'}: {wrong}"
    harness.equal(len(streams), 6, "recorded chat streams, each whole and in pieces of 1, 7 and 1000 bytes")


def test(folder):
    sse_cases(folder)
    chat_streams()


harness.main(test)
