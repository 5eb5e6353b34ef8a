#!/usr/bin/env python3
"""Shows that include_check.py finds what it must find: each breach in a small tree of its own, and no breach in a good one."""
import pathlib
import tempfile
import unittest

import include_check

GOOD = {
    "engine/base/word.h": "#include <vector>\n",
    "engine/base/word.cpp": '#include "engine/base/word.h"\n',
    "engine/stream/parser.h": '#include "engine/base/word.h"\n',
    "engine/record/file.h": '#include "engine/base/word.h"\n',
    "engine/simulator/http/server.h": '#include "engine/base/word.h"\n',
    "engine/simulator/sim.cpp": '#include "engine/simulator/http/server.h"\n',
    "engine/run/attempt.cpp": '#include "engine/stream/parser.h"\n#include "engine/base/word.h"\n#include "attempt.moc"\n',
    "engine/run/attempt.h": "",
    "engine/experiment/experiment.h": '#include "engine/base/word.h"\n',
    "engine/experiment/sweep.cpp": '#include "engine/run/attempt.h"\n',
    "engine/engine.h": '#include "engine/base/word.h"\n',
    "engine/engine.cpp": '#include "engine/engine.h"\n#include "engine/run/attempt.h"\n',
    "engine/run_archive.h": '#include "engine/base/word.h"\n',
    "engine/run_archive.cpp": '#include "engine/run_archive.h"\n#include "engine/experiment/experiment.h"\n#include "engine/record/file.h"\n',
    "ui/window.cpp": '#include "engine/engine.h"\n#include "engine/base/word.h"\n#include "engine/experiment/experiment.h"\n',
    "app/cli/main.cpp": '#include "engine/engine.h"\n#include "engine/simulator/http/server.h"\n#include "engine/stream/parser.h"\n',
    "tests/stream/tst_parser.cpp": '#include "engine/stream/parser.h"\n#include "tests/support/clock.h"\n',
    "tests/support/clock.h": "",
}

# file, what it includes in breach of the law
BREACHES = {
    "base includes a stage": ("engine/base/word.h", "engine/stream/parser.h"),
    "base includes the facade": ("engine/base/word.h", "engine/engine.h"),
    "a stage includes its neighbour": ("engine/stream/parser.h", "engine/record/file.h"),
    "a stage includes run": ("engine/record/file.h", "engine/run/attempt.h"),
    "a stage includes the simulator": ("engine/record/file.h", "engine/simulator/http/server.h"),
    "the simulator includes a stage": ("engine/simulator/sim.cpp", "engine/stream/parser.h"),
    "run includes the simulator": ("engine/run/attempt.cpp", "engine/simulator/http/server.h"),
    "run includes the facade": ("engine/run/attempt.cpp", "engine/engine.h"),
    "run includes experiment": ("engine/run/attempt.cpp", "engine/experiment/experiment.h"),
    "experiment includes the facade": ("engine/experiment/sweep.cpp", "engine/engine.h"),
    "the facade's header includes a stage": ("engine/engine.h", "engine/stream/parser.h"),
    "the facade's header includes experiment": ("engine/run_archive.h", "engine/experiment/experiment.h"),
    "the facade includes the simulator": ("engine/engine.cpp", "engine/simulator/http/server.h"),
    "ui includes a stage": ("ui/window.cpp", "engine/stream/parser.h"),
    "ui includes run": ("ui/window.cpp", "engine/run/attempt.h"),
    "the engine includes ui": ("engine/run/attempt.cpp", "ui/window.cpp"),
    "the app includes a test's file": ("app/cli/main.cpp", "tests/support/clock.h"),
    "an include climbs out of its room": ("engine/stream/parser.h", "../record/file.h"),
    "an include starts from the root and climbs": ("engine/stream/parser.h", "engine/stream/../record/file.h"),
    "an include names nothing": ("engine/stream/parser.h", "engine/stream/lost.h"),
}


class IncludeCheck(unittest.TestCase):
    def breaches(self, files):
        with tempfile.TemporaryDirectory() as root:
            for name, text in files.items():
                path = pathlib.Path(root, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return include_check.check(root)[0]

    def test_a_good_tree_passes(self):
        self.assertEqual(self.breaches(GOOD), [])

    def test_each_breach_is_found_where_it_stands(self):
        for title, (source, target) in BREACHES.items():
            for form in ('#include "%s"', "  #  include <%s>"):
                if form.endswith(">") and title == "an include names nothing":
                    continue  # in angle brackets that is a system header
                with self.subTest(title, form=form):
                    found = self.breaches({**GOOD, source: GOOD[source] + form % target + "\n"})
                    self.assertEqual(len(found), 1, found)
                    self.assertTrue(found[0].startswith(f"{source}:{GOOD[source].count(chr(10)) + 1}: "), found)

    def test_an_include_in_a_comment_is_none(self):
        self.assertEqual(self.breaches({**GOOD, "engine/base/word.h": '/*\n#include "engine/engine.h"\n*/\n// #include "ui/x.h"\n'}), [])

    def test_an_empty_tree_is_no_proof(self):
        self.assertEqual(len(self.breaches({"README.md": ""})), 1)


if __name__ == "__main__":
    unittest.main()
