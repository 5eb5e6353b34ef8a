#!/usr/bin/env python3
"""Shows that tidy_check.py finds each habit broken, and nothing in a tidy tree."""
import pathlib
import tempfile
import unittest

import tidy_check

GOOD = {"engine/base/word.h": "#pragma once\n", "CMakeLists.txt": "project(x)\n", "run.py": "x = 1\n" * tidy_check.LONGEST}

BREACHES = {
    "a file too long": ("engine/long.cpp", "int x;\n" * (tidy_check.LONGEST + 1)),
    "a name in camel case": ("engine/LongName.cpp", ""),
    "an unguarded header": ("engine/bare.h", "int f();\n"),
    "work left for later": ("engine/later.cpp", "// TO" "DO: finish\n"),
    "a machine's path": ("README.md", "see /ho" "me/someone/notes\n"),
    "a machine's path in a script": ("run.sh", "cd /wo" "rk/tree\n"),
}


class TidyCheck(unittest.TestCase):
    def breaches(self, files):
        with tempfile.TemporaryDirectory() as root:
            for name, text in files.items():
                path = pathlib.Path(root, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return tidy_check.check(root)[0]

    def test_a_tidy_tree_passes(self):
        self.assertEqual(self.breaches(GOOD), [])

    def test_each_breach_is_found(self):
        for title, (name, text) in BREACHES.items():
            with self.subTest(title):
                found = self.breaches({**GOOD, name: text})
                self.assertEqual(len(found), 1, found)
                self.assertTrue(found[0].startswith(name + ":"), found)

    def test_an_address_is_no_path(self):
        self.assertEqual(self.breaches({"README.md": "https://example.org/ho" "me/page and ~/ro" "ot/x\n"}), [])


if __name__ == "__main__":
    unittest.main()
