#!/usr/bin/env python3
"""`swarm.warm_start`: a search that begins at another's personal bests, on any number of ranks and after a resume."""
import json
import shutil
import unittest

import replay
from shoal_case import TINY, ShoalCase, history, shoal

MADE_UP = ["--set", "evaluation.synthetic=0.00002", "--set", "swarm.validation_fraction=0"]


def lines_of(folder):
    return [json.loads(text) for text in (folder / "history.jsonl").read_text().splitlines()]


class WarmStart(ShoalCase):
    def setUp(self):
        super().setUp()
        self.run_tiny("first", *MADE_UP, "--set", "swarm.max_iteration=5")
        self.warm = [*MADE_UP, "--set", f"swarm.warm_start={self.folder}/first"]

    def test_it_begins_at_the_personal_bests_highest_first(self):
        self.run_tiny("second", *self.warm)
        source, begin = lines_of(self.folder / "first"), lines_of(self.folder / "second")[0]
        order = [p["draws"]["warm_start"] for p in begin["particles"] if "warm_start" in p["draws"]]
        bests = [source[-1]["particles"][j]["best_utility"] for j in order]
        self.assertGreater(len(order), 2)
        self.assertEqual(bests, sorted(bests, reverse=True))
        for p, j in zip(begin["particles"], order):
            self.assertEqual(p["position"], source[source[-1]["particles"][j]["best_iteration"]]["particles"][j]["position"])
        # The same scores are made up for the same examples: what was reached is there from the beginning.
        self.assertGreaterEqual(begin["global_best"]["utility"], max(bests) - 1e-12)

    def test_it_can_be_replayed_and_the_replay_looks_into_the_other_run(self):
        self.run_tiny("second", *self.warm)
        replay.replay(self.folder / "second")
        path = self.folder / "first/history.jsonl"
        path.write_text(path.read_text().replace('"position": [', '"position": [1e-9, '))
        with self.assertRaises(replay.Mismatch):
            replay.replay(self.folder / "second")

    def test_the_history_depends_on_no_ranks_and_a_resume_needs_no_other_run(self):
        self.run_tiny("whole", *self.warm, ranks=2)
        self.run_tiny("second", *self.warm, "--set", "swarm.max_iteration=2")
        shutil.rmtree(self.folder / "first")
        self.run_tiny("second", *self.warm)
        self.assertEqual(history(self.folder / "second"), history(self.folder / "whole"))

    def test_another_task_may_follow_with_more_particles(self):
        self.run_tiny("second", *self.warm, "--set", "swarm.particles=20", "--set", "swarm.preset=quick", "--set",
                      "utility.tasks.0.limit=5")
        count, _ = replay.replay(self.folder / "second")
        self.assertGreater(count, 1)

    def test_blocks_of_layers_begin_at_the_blocks_of_another_search(self):
        blocks = [*MADE_UP, "--set", "swarm.blocks=2", "--set", "swarm.max_iteration=3"]
        self.run_tiny("blocks", *blocks)
        self.run_tiny("second", *blocks, "--set", f"swarm.warm_start={self.folder}/blocks")
        replay.replay(self.folder / "second")
        self.assertIn("number of blocks", self.run_tiny("third", *self.warm, "--set", "swarm.blocks=2", expect=2).stderr)

    def test_what_cannot_be_begun_with_is_one_sentence(self):
        experts = sorted(str(path) for path in (TINY / "experts").iterdir())
        for settings, code, words in (
                ([f"swarm.warm_start={self.folder}/nowhere"], 3, "not a run folder"),
                ([f"experts=[{', '.join(reversed(experts))}]"], 2, "its experts are others"),
                (["swarm.positions=dense"], 2, "needs positions: affine")):
            with self.subTest(words):
                extra = [part for setting in settings for part in ("--set", setting)]
                done = self.run_tiny("second", *self.warm, *extra, expect=code)
                self.assertIn(words, done.stderr)
                self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        shutil.rmtree(self.folder / "first/checkpoints")
        self.assertIn("no valid checkpoint", self.run_tiny("second", *self.warm, expect=3).stderr)

    def test_a_validation_names_the_positions(self):
        done = shoal("validate", TINY / "run.yaml", *self.warm)
        self.assertIn(f"positions of {self.folder}/first", done.stdout, done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
