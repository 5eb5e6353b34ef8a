#!/usr/bin/env python3
"""tidy_check.py ROOT: the habits of the house that a machine can see.

No source file above 400 lines; names in snake_case; every header guarded by #pragma once; nothing left for later; no path of one
particular machine. Ends with 1 and one line for each breach.
"""
import pathlib
import re
import sys

LONGEST = 400
CODE = {".h", ".hpp", ".cpp", ".py", ".sh", ".cmake"}
TEXT = CODE | {".txt", ".md", ".json", ".jsonl", ".svg", ".desktop", ".xml", ".yml", ".yaml", ""}
SNAKE = re.compile(r"[a-z0-9_]+\.[a-z]+")
# Written in two halves so that this file does not find itself.
LATER = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
MACHINE = re.compile(r"(?<![\w.~])/(wo" r"rk|ro" r"ot|ho" r"me|Us" r"ers)/[\w.]")
UNSEEN = {".git", "build", "out", "__pycache__", ".cache", ".idea", ".vscode"}


def check(root):
    root = pathlib.Path(root).resolve()
    problems, files = [], 0
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if UNSEEN.intersection(inside.parts) or not path.is_file() or path.suffix not in TEXT:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        lines = text.splitlines()
        files += 1
        if path.suffix in CODE:
            if len(lines) > LONGEST:
                problems.append(f"{inside}:{LONGEST + 1}: {len(lines)} lines; a file above {LONGEST} wants a second room")
            if path.suffix != ".cmake" and not SNAKE.fullmatch(path.name):
                problems.append(f"{inside}:1: a file's name is written in snake_case")
            for number, line in enumerate(lines, 1):
                if LATER.search(line):
                    problems.append(f"{inside}:{number}: something was left for later")
        if path.suffix in {".h", ".hpp"} and "#pragma once" not in lines[:20]:
            problems.append(f"{inside}:1: a header begins with #pragma once")
        for number, line in enumerate(lines, 1):
            if MACHINE.search(line):
                problems.append(f"{inside}:{number}: names a path of one particular machine")
    if files == 0:
        problems.append(f"{root}: no file found, so nothing was checked")
    return problems, files


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: tidy_check.py ROOT")
    breaches, count = check(sys.argv[1])
    print("\n".join(breaches) if breaches else f"{count} files keep the habits of the house")
    sys.exit(1 if breaches else 0)
