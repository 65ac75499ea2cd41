#!/usr/bin/env python3
"""The script behind docs/results.md, on the tiny model: its tables say what the runs' results say."""
import json
import os
import re
import subprocess
import unittest
from pathlib import Path

from shoal_case import BINARY, ROOT, TINY, ShoalCase, environment


class Results(ShoalCase):
    def setUp(self):
        super().setUp()
        program = self.folder / "build/cpu/bin/shoal"
        program.parent.mkdir(parents=True)
        os.symlink(Path(BINARY).resolve(), program)
        configs = self.folder / "configs/results"
        configs.mkdir(parents=True)
        # The tiny search, with paths that hold from elsewhere.
        text = re.sub(r"(model: |data: |experts: \[)(?=\w)", rf"\g<1>{TINY}/", (TINY / "run.yaml").read_text())
        (configs / "domain.yaml").write_text(text.replace("max_iteration: 6", "max_iteration: 2"))

    def results(self, *extra):
        command = ["python3", "-B", ROOT / "tests/bench/results.py", "--root", self.folder, "--seeds", "1,2", "--out", self.folder / "all.json"]
        done = subprocess.run([*map(str, command), *extra], env=environment(), capture_output=True, text=True, timeout=200)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def test_tables_hold_the_means_over_seeds(self):
        done = self.results()
        everything = json.loads((self.folder / "all.json").read_text())["domain"]
        for setting, results in everything.items():
            self.assertEqual(len(results), 2)
            dev, test = (sum(result["best"][split]["utility"] for result in results) / 2 for split in ("dev", "test"))
            row = re.search(rf"^\| {re.escape(setting)} \| ([\d.]+) ± [\d.]+ \| ([\d.]+) ± ", done.stdout, re.MULTILINE)
            self.assertIsNotNone(row, setting)
            self.assertAlmostEqual(float(row[1]), dev, delta=0.00051)
            self.assertAlmostEqual(float(row[2]), test, delta=0.00051)
        self.assertIn("| uniform soup |", done.stdout)
        self.assertIn("| best single expert |", done.stdout)
        self.assertGreaterEqual(len(everything), 3)
        seeds = {results[s]["seed"] for results in everything.values() for s in (0, 1)}
        self.assertEqual(seeds, {1, 2})

    def test_a_search_that_fails_is_named(self):
        command = ["python3", "-B", ROOT / "tests/bench/results.py", "--root", self.folder, "--seeds", "1", "--set", "swarm.inertia=-1"]
        done = subprocess.run([*map(str, command)], env=environment(), capture_output=True, text=True, timeout=60)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("domain-swarm-robust-1 ended with 2", done.stderr)


if __name__ == "__main__":
    unittest.main()
