#!/usr/bin/env python3
"""A search is the same on any number of ranks and threads, however its work is cut."""
import sys
import unittest

import replay
from shoal_case import TINY, ShoalCase, history, read_json


class Ranks(ShoalCase):
    def test_history_is_identical_on_1_2_and_4_ranks_and_serially(self):
        expected = history(self.reference())
        self.assertEqual(len(expected.splitlines()), 7)
        for ranks in (1, 2, 4):
            self.run_tiny(f"np{ranks}", ranks=ranks)
            self.assertEqual(history(self.folder / f"np{ranks}"), expected, f"{ranks} ranks")

    def test_blocks_of_layers_end_the_same_after_a_kill_and_on_other_ranks(self):
        blocks = ["--set", "swarm.blocks=2", "--set", "swarm.max_iteration=4"]
        self.run_tiny("whole", *blocks)
        self.run_tiny("parts", *blocks, "--set", "stop.budget_evaluations=20", ranks=2)
        self.run_tiny("parts", *blocks, ranks=4)
        self.assertEqual(history(self.folder / "parts"), history(self.folder / "whole"))
        self.assertIn("block 2 of layers", (self.folder / "parts/best/README.md").read_text())

    def test_blocks_of_layers_need_layers(self):
        done = self.run_tiny("run", "--set", "swarm.blocks=3", ranks=2, expect=2)
        self.assertEqual(done.stderr.count("the model has 2 layers"), 1, done.stderr)

    def test_history_does_not_depend_on_the_number_of_threads(self):
        self.run_tiny("three", "--set", "evaluation.threads=3")
        self.assertEqual(history(self.folder / "three"), history(self.reference()))

    def test_history_does_not_depend_on_the_parts_of_blocks(self):
        for tokens in (1, 70):
            self.run_tiny(f"parts{tokens}", "--set", f"evaluation.max_batch_tokens={tokens}")
            self.assertEqual(history(self.folder / f"parts{tokens}"), history(self.reference()), f"{tokens} tokens")

    def test_a_pool_that_ranks_share_gives_the_history_of_one_that_each_has(self):
        full = ["--set", f"experts=[{TINY}/full/*]", "--set", "swarm.preset=quick", "--set", "swarm.max_iteration=2"]
        self.run_tiny("replicated", *full)
        expected = history(self.folder / "replicated")
        for ranks in (0, 1, 2, 4):
            self.run_tiny(f"sharded{ranks}", *full, "--set", "evaluation.pool=sharded", ranks=ranks)
            self.assertEqual(history(self.folder / f"sharded{ranks}"), expected, f"{ranks} ranks")

    def test_adapters_are_not_shared_between_ranks(self):
        done = self.run_tiny("run", "--set", "evaluation.pool=sharded", ranks=2, expect=2)
        self.assertEqual(done.stderr.count("evaluation.pool is sharded"), 1, done.stderr)

    def test_another_seed_gives_another_history(self):
        self.run_tiny("other", "--set", "seed=8")
        self.assertNotEqual(history(self.folder / "other"), history(self.reference()))


class Scale(ShoalCase):
    synthetic = ["--set", "evaluation.synthetic=0.0005", "--set", "swarm.max_iteration=3", "--set", "swarm.particles=16"]

    def test_64_ranks_that_share_this_machine_write_the_history_of_one(self):
        self.run_tiny("serial", *self.synthetic)
        started = self.run_tiny("many", *self.synthetic, ranks=64, timeout=400)
        self.assertEqual(history(self.folder / "many"), history(self.folder / "serial"))
        self.assertIn("64 ranks x 1 threads", (self.folder / "many/log.txt").read_text())
        self.assertIn("no model was evaluated", started.stdout)

    def test_made_up_scores_are_told_everywhere_and_can_be_replayed(self):
        self.run_tiny("run", *self.synthetic)
        self.assertTrue(read_json(self.folder / "run/result.json")["synthetic"])
        self.assertIn("No model was evaluated", (self.folder / "run/report.html").read_text())
        replay.replay(self.folder / "run")


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
