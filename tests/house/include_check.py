#!/usr/bin/env python3
"""include_check.py ROOT: proves the law of the house on every source file below ROOT.

The law: engine/base includes nothing of ours; a stage includes only base; run includes the stages; experiment includes run;
the facade's sources include all of these, its headers base alone;
ui includes engine.h, base and experiment's public header; app joins. Ends with 1 and one line for each include that breaks it.
"""
import pathlib
import re
import sys

STAGES = ("workload", "admission", "transport", "stream", "measure", "record")
ENGINE_H = "engine/engine.h"
EXPERIMENT_H = "engine/experiment/experiment.h"
SUFFIXES = {".h", ".hpp", ".cpp", ".cc", ".cxx"}
ROOMS = ("app", "engine", "ui", "tests")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)', re.MULTILINE)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
GENERATED = re.compile(r"(^|/)(moc_[^/]+\.cpp|ui_[^/]+\.h|[^/]+\.moc)$")


def room(path):
    """The room a file lives in: engine/base, engine/stream, ..., facade (engine/*), ui, app, tests."""
    parts = path.split("/")
    if parts[0] != "engine":
        return parts[0]
    return "facade" if len(parts) == 2 else "engine/" + parts[1]


def allowed(source, target):
    """Whether `source` may include `target`; both are paths from the root."""
    here, there = room(source), room(target)
    if here == there or here == "tests":
        return True
    stages = {"engine/" + stage for stage in STAGES}
    if here == "engine/base":
        return False
    if here in stages or here == "engine/simulator":
        return there == "engine/base"
    if here == "engine/run":
        return there == "engine/base" or there in stages
    if here == "engine/experiment":
        return there in stages | {"engine/base", "engine/run"}
    if here == "facade":
        if source.endswith((".h", ".hpp")):  # what a front end includes must not bring a stage with it
            return there == "engine/base"
        return there in stages | {"engine/base", "engine/run", "engine/experiment"}
    if here == "ui":
        return there == "engine/base" or target in (ENGINE_H, EXPERIMENT_H)
    if here == "app":
        return there != "tests"
    return False  # a room the law does not know


def check(root):
    """Every breach below `root`, as FILE:LINE: sentence."""
    root = pathlib.Path(root).resolve()
    problems, files = [], 0
    for base in ROOMS:
        for path in sorted((root / base).rglob("*")):
            if path.suffix not in SUFFIXES or not path.is_file():
                continue
            files += 1
            source = path.relative_to(root).as_posix()
            text = path.read_text(encoding="utf-8", errors="replace")
            text = COMMENT.sub(lambda comment: "\n" * comment.group().count("\n"), text)
            for match in INCLUDE.finditer(text):
                quoted, name = match.group(1) is not None, match.group(1) or match.group(2)
                line = text.count("\n", 0, match.start()) + 1
                if quoted and GENERATED.search(name):
                    continue
                if (root / name).is_file():
                    target = pathlib.PurePosixPath(name).as_posix()
                    if ".." in target.split("/"):
                        problems.append(f"{source}:{line}: includes \"{name}\": written with .., which hides the room it comes from")
                        continue
                elif (path.parent / name).is_file():
                    resolved = (path.parent / name).resolve()
                    if root not in resolved.parents:
                        problems.append(f"{source}:{line}: includes \"{name}\", which lies outside the project")
                        continue
                    target = resolved.relative_to(root).as_posix()
                elif quoted:
                    problems.append(f"{source}:{line}: includes \"{name}\", which is no file of the project")
                    continue
                else:
                    continue
                if not allowed(source, target):
                    problems.append(f"{source}:{line}: {room(source)} may not include {target}")
    if files == 0:
        problems.append(f"{root}: no source file found, so nothing was checked")
    return problems, files


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: include_check.py ROOT")
    breaches, count = check(sys.argv[1])
    print("\n".join(breaches) if breaches else f"{count} files keep the law of includes")
    sys.exit(1 if breaches else 0)
