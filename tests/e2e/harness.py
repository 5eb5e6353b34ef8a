"""What every end-to-end test needs: the built programs, other programs started and ended by their own process, the output
folder of a run read back, and a way to skip with a reason. Python's standard library alone."""
import contextlib
import csv
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

SKIPPED = 77  # ctest's SKIP_RETURN_CODE
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PATIENCE = float(os.environ.get("PENSTOCK_E2E_PATIENCE", "60"))  # seconds until something awaited counts as lost


def skip(reason):
    print(f"SKIPPED: {reason}", flush=True)
    sys.exit(SKIPPED)


def program(name):
    """The path of one of the project's programs; a test that names one that was not built has failed."""
    path = pathlib.Path(os.environ.get("PENSTOCK_BIN", ROOT / "build/dev/bin")) / name
    if not path.is_file():
        raise AssertionError(f"{path} was not built")
    return str(path)


def shared(path):
    """A file of the shared data folder, or the end of the test as skipped."""
    folder = pathlib.Path(os.environ.get("PENSTOCK_SHARED", ROOT.parent / "shared"))
    if not (folder / path).exists():
        skip(f"no {path} in the shared data folder {folder}")
    return folder / path


def tool(name):
    """A program of the system, or the end of the test as skipped."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if not found:
        skip(f"{name} is not installed (packaging/setup.sh --tests installs it)")
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, what, patience=PATIENCE, alive=None):
    """Returns the first true value of condition(); fails when none came in time, or when the process `alive` ended first."""
    end = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if alive is not None and alive.poll() is not None:
            value = condition()  # it may have become true with the last thing that the process did
            if value:
                return value
            raise AssertionError(f"ended with {alive.poll()} before {what}; it printed:\n{alive.output()[-2000:]}")
        if time.monotonic() > end:
            raise AssertionError(f"waited {patience:.0f} s in vain for {what}")
        time.sleep(0.002)


def listening(port):
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    return False


def get_json(url, patience=10):
    with urllib.request.urlopen(url, timeout=patience) as answer:
        return json.load(answer)


class Child:
    """Another program, its output in a file, ended by its own process id when the block ends."""

    def __init__(self, arguments, log, env=None, cwd=None):
        self.log = pathlib.Path(log)
        self.arguments = [str(argument) for argument in arguments]
        with open(self.log, "wb") as out:
            self.process = subprocess.Popen(self.arguments, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=env, cwd=cwd)

    def poll(self):
        return self.process.poll()

    def wait(self, patience=PATIENCE):
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running after {patience:.0f} s: {' '.join(self.arguments)}\n{self.output()[-2000:]}") from None

    def signal(self, number):
        if self.process.poll() is None:
            self.process.send_signal(number)

    def output(self):
        return self.log.read_text(errors="replace")

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Run(Child):
    """`penstock-cli run` and what it leaves behind."""

    def __init__(self, folder, *arguments, key=None, name="run", env=None):
        self.folder = pathlib.Path(folder)
        self.out = self.folder / "out"
        environment = {k: v for k, v in os.environ.items() if not k.endswith("_API_KEY") and not k.lower().endswith("_proxy")}
        if key is not None:
            environment["OPENAI_API_KEY"] = key
        environment.update(env or {})
        command = [program("penstock-cli"), "run", "--output", self.out, *arguments]
        super().__init__(command, self.folder / f"{name}.log", env=environment)

    def expect(self, status, patience=PATIENCE):
        code = self.wait(patience)
        assert code == status, f"exit status {code}, not {status}; it printed:\n{self.output()[-4000:]}"
        return self

    def results(self):
        with open(self.out / "results.jsonl", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    def results_so_far(self):
        """Whole lines of results.jsonl, however far the writer has come."""
        try:
            return (self.out / "results.jsonl").read_bytes().count(b"\n")
        except FileNotFoundError:
            return 0

    def summary(self):
        return json.loads((self.out / "summary.json").read_text())

    def spans(self):
        with open(self.out / "spans.csv", newline="", encoding="utf-8") as rows:
            return list(csv.DictReader(rows))


@contextlib.contextmanager
def workdir():
    """A folder for one test, kept when the test fails so that it can be looked at."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="penstock-e2e-"))
    folder.chmod(0o755)
    try:
        yield folder
    except SystemExit as ending:
        if ending.code in (0, SKIPPED, None):
            shutil.rmtree(folder, ignore_errors=True)
        raise
    except BaseException:
        print(f"kept for a look: {folder}", flush=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)


def write_prompts(path, count, max_tokens=None):
    """A workload of the `prompts` format with custom ids p0000, p0001, ..."""
    with open(path, "w", encoding="utf-8") as out:
        for number in range(count):
            line = {"custom_id": f"p{number:04d}", "prompt": f"Prompt {number:04d}: name {number + 2} things that float."}
            if max_tokens is not None:
                line["max_tokens"] = max_tokens
            out.write(json.dumps(line) + "\n")
    return path


def equal(actual, expected, what):
    assert actual == expected, f"{what}: {actual!r}, not {expected!r}"
    print(f"  {what}: {actual!r}", flush=True)


def once_each(results, expected):
    """Every custom id of `expected` has exactly one line, and nothing else has one."""
    ids = [line["custom_id"] for line in results]
    twice = sorted({one for one in ids if ids.count(one) > 1})
    assert not twice, f"more than one result line for {twice[:10]}"
    missing, strange = sorted(set(expected) - set(ids)), sorted(set(ids) - set(expected))
    assert not missing and not strange, f"no result line for {missing[:10]}; unasked lines for {strange[:10]}"
    print(f"  one result line for each of {len(ids)} requests", flush=True)


def failures(results):
    return [line for line in results if line.get("error")]


def main(test):
    """Runs a test function that takes its folder."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ctest's time-out: the blocks' ends must run
    with workdir() as folder:
        test(folder)
    print("passed", flush=True)
