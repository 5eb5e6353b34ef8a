"""kill -9 at twenty random moments, --resume after each: every request ends exactly once, and what was finished is not sent again."""
import collections
import json
import random
import signal
import time

import harness
from counting_server import CountingServer

KILLS, QUESTIONS, CAP = 20, 260, 8


def write_dialogues(path):
    """Two-turn dialogues: the hard case, for a second turn needs the first one's stored answer."""
    with open(path, "w", encoding="utf-8") as out:
        for number in range(QUESTIONS):
            out.write(json.dumps({"question_id": number, "category": "test", "turns": [f"Question {number}: begin.", f"Question {number}: go on."]}) + "\n")
    return path


def identity(body):
    number = body["messages"][-1]["content"].split(":")[0].split()[1]
    return f"{number}/{(len(body['messages']) + 1) // 2}"


def finished_lines(run):
    """The custom ids of the whole lines in results.jsonl: what a reader may take as done."""
    try:
        text = (run.out / "results.jsonl").read_bytes()
    except FileNotFoundError:
        return set()
    whole = text[:text.rfind(b"\n") + 1].splitlines()
    return {line["custom_id"] for line in map(json.loads, whole) if not line.get("error")}


def sent_again(server, before, done):
    again = sorted({identity(body) for body in server.requests[before:]} & done)
    assert not again, f"had a whole result line when the run was killed, and were sent again: {again[:10]}"


def test(folder):
    chance = random.Random(20)
    workload = write_dialogues(folder / "dialogues.jsonl")
    everything = [f"{number}/{turn}" for number in range(QUESTIONS) for turn in (1, 2)]
    with CountingServer(tokens=6, delay=0.004) as server:
        arguments = ["--target", server.url, "--workload", workload, "--workload-format", "mt-bench", "--max-concurrency", CAP, "--seed", 1]
        resume, already_done, moments = [], set(), collections.Counter()
        for kill in range(KILLS):
            before = len(server.requests)
            run = harness.Run(folder, *arguments, *resume, name=f"run{kill:02d}")
            with run:
                # By progress, so that a slow machine meets the same moments: while starting, on a request, on a result.
                moment = chance.choice(["start", "request", "request", "result", "result"]) if kill else "request"
                moments[moment] += 1
                if moment == "start":
                    time.sleep(chance.uniform(0, 0.25))
                elif moment == "request":
                    wanted = before + chance.randint(1, 24)
                    harness.wait_until(lambda: len(server.requests) >= wanted, f"request {wanted}", alive=run)
                else:
                    wanted = run.results_so_far() + chance.randint(1, 20)
                    harness.wait_until(lambda: run.results_so_far() >= wanted, f"result {wanted}", alive=run)
                time.sleep(chance.choice([0, chance.uniform(0, 0.02)]))
                assert run.poll() is None, f"ended with {run.poll()} before kill {kill} at '{moment}':\n{run.output()[-2000:]}"
                run.signal(signal.SIGKILL)
                harness.equal(run.wait(), -signal.SIGKILL, f"kill {kill + 1} at '{moment}', {len(server.requests)} requests seen; ended by signal")
            harness.wait_until(lambda: server.live == 0, "the server to notice the killed client")
            sent_again(server, before, already_done)
            already_done |= finished_lines(run)
            resume = ["--resume"]
        before = len(server.requests)
        run = harness.Run(folder, *arguments, "--resume", name="last")
        with run:
            run.expect(0, 120)
        sent_again(server, before, already_done)

        summary, results = run.summary(), run.results()
        harness.once_each(results, everything)
        harness.equal(harness.failures(results), [], "result lines with an error")
        harness.equal((summary["requests"], summary["successes"], summary["failures"]), (2 * QUESTIONS, 2 * QUESTIONS, 0), "requests, successes, failures")
        texts = {identity(body): server.text_for(body) for body in server.requests}
        wrong = [line["custom_id"] for line in results if line["response"]["body"]["choices"][0]["message"]["content"] != texts[line["custom_id"]]]
        harness.equal(wrong, [], "results that are not what the server answered")
        extra = len(server.requests) - 2 * QUESTIONS
        # What a kill can cost is what was in flight, or answered in the instant before and not yet committed.
        assert extra <= KILLS * 3 * CAP, f"{extra} requests were sent again after {KILLS} kills at a cap of {CAP}"
        print(f"  {KILLS} kills at {dict(moments)}: {extra} requests sent again, all of them unfinished")


harness.main(test)
