#!/usr/bin/env python3
"""Every step of a search can be recomputed from its history (replay.py)."""
import json
import sys
import unittest

import replay
from shoal_case import ShoalCase


# What a step makes of scores does not depend on where they come from.
MADE_UP = ["--set", "evaluation.synthetic=0"]


class Replay(ShoalCase):
    def check(self, *settings, scores=MADE_UP):
        extra = [part for setting in settings for part in ("--set", f"swarm.{setting}")]
        self.run_tiny("run", "--resume", "never", *extra, *scores)
        return replay.replay(self.folder / "run")

    def test_every_preset_can_be_recomputed_from_its_history(self):
        for preset in ("paper", "reference", "moco", "robust", "quick"):
            with self.subTest(preset):
                count, _ = self.check(f"preset={preset}", "max_iteration=12")
                self.assertGreater(count, 4)

    def test_a_search_with_a_model_can_be_recomputed_from_its_history(self):
        count, _ = self.check("preset=robust", "max_iteration=12", scores=[])
        self.assertGreater(count, 4)

    def test_variants_can_be_recomputed_from_their_history(self):
        for settings in (["dropN=0.3", "dropK=0.2"], ["repel_term=false", "starting_velocity_mode=best"],
                         ["weight_randomness=false", "starting_velocity_mode=zero"], ["preset=reference", "dropN=0.4"],
                         ["restart_patience=1", "worst_window=2", "promotion_z=0"]):
            with self.subTest(settings):
                self.check("max_iteration=10", *settings)

    def test_coefficients_of_blocks_of_layers_can_be_recomputed(self):
        for settings in ([], ["weight_randomness=false", "repel_term=false"]):
            with self.subTest(settings):
                self.check("max_iteration=6", "blocks=2", *settings)
        line = json.loads((self.folder / "run/history.jsonl").read_text().splitlines()[3])
        self.assertEqual([len(block) for block in line["particles"][0]["position"]], [6, 6])

    def test_the_replay_notices_a_changed_number(self):
        self.check("max_iteration=3")
        path = self.folder / "run/history.jsonl"
        lines = path.read_text().splitlines()
        changed = lines[2].replace('"velocity": [', '"velocity": [1e-9, ', 1)
        for broken in (changed, lines[2].replace('"inertia": 0.', '"inertia": 0.1', 1)):
            path.write_text("\n".join([*lines[:2], broken, *lines[3:]]) + "\n")
            with self.assertRaises(replay.Mismatch):
                replay.replay(self.folder / "run")


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
