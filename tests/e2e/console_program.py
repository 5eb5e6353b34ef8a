"""The console as a program: without a display, its picture, and what a crash leaves behind."""
import os
import pathlib
import signal
import sqlite3
import struct
import subprocess

import harness


def environment(folder, **more):
    """Nobody's settings, runs or display."""
    own = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM") and not k.startswith("XDG_")}
    own |= {"HOME": str(folder), "XDG_DATA_HOME": f"{folder}/data", "XDG_CONFIG_HOME": f"{folder}/config", "XDG_CACHE_HOME": f"{folder}/cache"}
    return own | more


def ended(folder, *arguments, **more):
    return subprocess.run([harness.program("penstock"), *map(str, arguments)], env=environment(folder, **more), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=harness.PATIENCE)


def without_a_display(folder):
    told = ended(folder, "--help")
    harness.equal((told.returncode, "--screenshot" in told.stdout), (0, True), "--help without a display")
    harness.equal(ended(folder, "--version").returncode, 0, "--version without a display")
    told = ended(folder)
    harness.equal((told.returncode, told.stderr.count("\n")), (2, 1), "no display: status and lines")
    assert "penstock-cli" in told.stderr and "--screenshot" in told.stderr, told.stderr
    told = ended(folder, "--size", "wide")
    harness.equal((told.returncode, "WIDTHxHEIGHT" in told.stderr), (2, True), "a size that is none")


def picture(folder):
    file = folder / "picture.png"
    made = ended(folder, "--demo", "--size", "1024x700", "--screenshot", file, "--after", "0.5")
    harness.equal(made.returncode, 0, "the picture's status")
    head = file.read_bytes()[:24]
    harness.equal((head[1:4], struct.unpack(">II", head[16:24])), (b"PNG", (1024, 700)), "the picture")
    made = ended(folder, "--demo", "--screenshot", folder / "nowhere/picture.png", "--after", "0.1")
    harness.equal(made.returncode, 1, "a picture that cannot be written")


def recorded(runs):
    """The run's file and how many results it holds, once there are some."""
    for file in runs.glob("*/run.penstock"):
        try:
            with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
                count = database.execute("SELECT count(*) FROM requests").fetchone()[0]
        except sqlite3.Error:
            continue
        if count >= 5:
            return file, count
    return None


def survives_a_crash(folder):
    runs = folder / "data/penstock/runs"
    before = set(runs.glob("*/run.penstock"))
    assert all(file.unlink() is None for file in before)
    with harness.Child([harness.program("penstock"), "--demo"], folder / "console.log", env=environment(folder, QT_QPA_PLATFORM="offscreen")) as console:
        file, count = harness.wait_until(lambda: recorded(runs), "five recorded results", alive=console)
        console.signal(signal.SIGKILL)
        harness.equal(console.wait(), -signal.SIGKILL, "the console's end")
    exported = subprocess.run([harness.program("penstock-cli"), "export", file, "--format", "jsonl", "--output", folder / "results.jsonl"],
                              capture_output=True, text=True, timeout=harness.PATIENCE)
    harness.equal((exported.returncode, exported.stderr), (0, ""), "export of what it left")
    lines = (folder / "results.jsonl").read_text().splitlines()
    assert len(lines) >= count, f"{len(lines)} results are left of at least {count}"
    print(f"  results recorded before the crash: {count}, after it: {len(lines)}")


def test(folder):
    folder = pathlib.Path(folder)
    without_a_display(folder)
    picture(folder)
    survives_a_crash(folder)


harness.main(test)
