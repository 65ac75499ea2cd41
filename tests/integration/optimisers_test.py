#!/usr/bin/env python3
"""Searches by every optimiser on the tiny model, behind the one interface."""
import signal
import subprocess
import sys
import time
import unittest

import replay
from shoal_case import TINY, ShoalCase, command, environment, history, read_json, settings

BLOCKS = ["--set", "swarm.blocks=2"]
# An optimiser sees scores, and not where they come from; a fifth of a second per iteration, so that a signal comes in time.
MADE_UP = ["evaluation.synthetic=0.00001"]
OPTIMISERS = ("random", "quasi_random", "cma_es", "de", "surrogate")


class SearchCase(ShoalCase):
    def interrupt_after(self, count, name, *extra):
        """A search that a signal ends with 85 after some iterations."""
        process = subprocess.Popen(command(["run", TINY / "run.yaml", "--run-dir", self.folder / name, *extra], 0),
                                   env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        path = self.folder / name / "history.jsonl"
        for _ in range(1200):
            if path.exists() and path.read_text().count("\n") >= count:
                break
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 85, errors)

    def check_resumed(self, *extra):
        """Serial, on two ranks, and interrupted and resumed on two ranks: one history. Returns it."""
        self.run_tiny("whole", *extra)
        expected = history(self.folder / "whole")
        replay.replay(self.folder / "whole")
        self.interrupt_after(3, "resumed", *extra)
        self.run_tiny("resumed", *extra, ranks=2)
        self.assertEqual(history(self.folder / "resumed"), expected)
        self.assertEqual(read_json(self.folder / "resumed/result.json")["best"], read_json(self.folder / "whole/result.json")["best"])
        return expected


class Optimisers(SearchCase):
    def test_every_optimiser_resumes_on_other_ranks_and_its_bests_can_be_recomputed(self):
        histories = set()
        for optimiser in OPTIMISERS:
            with self.subTest(optimiser):
                extra = settings(f"optimiser={optimiser}", "swarm.max_iteration=14", "swarm.patience=20", *MADE_UP)
                for name in ("whole", "resumed"):
                    subprocess.run(["rm", "-rf", self.folder / name], check=True)
                histories.add(self.check_resumed(*extra))
                self.assertEqual(read_json(self.folder / "whole/result.json")["best"]["name"], optimiser)
                self.assertEqual(read_json(self.folder / "whole/result.json")["evaluations"], 12 * 15)
        self.assertEqual(len(histories), len(OPTIMISERS))

    def test_an_optimiser_resumes_on_a_model(self):
        self.check_resumed(*settings("optimiser=cma_es", "swarm.max_iteration=6", "swarm.patience=20"))

    def test_optimisers_search_blocks_too(self):
        for optimiser in ("random", "cma_es", "de"):
            with self.subTest(optimiser):
                self.run_tiny(optimiser, *BLOCKS, "--set", f"optimiser={optimiser}", "--set", "swarm.max_iteration=3")
                replay.replay(self.folder / optimiser)

    def test_the_optimiser_is_part_of_the_trajectory(self):
        self.run_tiny("run")
        done = self.run_tiny("run", "--set", "optimiser=de", expect=2)
        self.assertIn("another configuration", done.stderr)

    def test_an_unknown_optimiser_is_refused_by_name(self):
        done = self.run_tiny("run", "--set", "optimiser=cma-es", expect=2)
        self.assertIn("cma_es", done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
