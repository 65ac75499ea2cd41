#!/usr/bin/env python3
"""Pruned evaluations change no decision."""
import json
import sys
import unittest

import replay
from shoal_case import ShoalCase, history, settings

# Pruning sees scores, and not where they come from.
MADE_UP = "evaluation.synthetic=0"


def decisions(folder):
    """A history without what pruning may change: wall times, and the values of evaluations that decide nothing."""
    lines = [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]
    pruned = {(line["iteration"], p["id"]) for line in lines for p in line["particles"] if "bounds" in p}
    return pruned, lines


class Pruning(ShoalCase):
    long = ["--set", "swarm.max_iteration=14", "--set", "swarm.patience=20"]

    def compare(self, *extra):
        """The same search with and without pruning; returns how many examples each has scored after iteration 0."""
        whole = self.reference(*self.long, *extra)
        self.run_tiny("all", "--resume", "never", "--set", "evaluation.prune=false", *self.long, *extra)
        replay.replay(whole)
        pruned, lines = decisions(whole)
        none, complete = decisions(self.folder / "all")
        self.assertEqual(none, set())
        counts = [0, 0]
        for line, whole in zip(lines, complete, strict=True):
            for p, q in zip(line["particles"], whole["particles"], strict=True):
                if line["iteration"] > 0:
                    counts = [counts[0] + p["examples"], counts[1] + q["examples"]]
                if "bounds" in p:
                    lower, upper = p.pop("bounds")
                    self.assertTrue(lower <= q["utility"] <= upper, (line["iteration"], p["id"], lower, q["utility"], upper))
                    self.assertLess(p.pop("examples"), q.pop("examples"))
                    p.pop("utility"), q.pop("utility")
                elif p["stale"]:  # still shows its last evaluation, pruned or not
                    p.pop("utility"), q.pop("utility")
            line["seconds"] = whole["seconds"] = 0
            self.assertEqual(line, whole)
        return counts

    def check_saving(self, *pairs):
        with self.subTest(pairs):
            scored, complete = self.compare(*settings(*pairs))
            self.assertLess(scored, complete)

    def test_pruning_changes_no_decision_and_saves_examples(self):
        for preset in ("paper", "robust"):
            self.check_saving(f"swarm.preset={preset}")

    def test_pruning_made_up_scores_changes_no_decision_and_saves_examples(self):
        for pairs in (["swarm.preset=paper"], ["swarm.preset=robust"], ["swarm.preset=reference"], ["swarm.preset=paper", "swarm.dropN=0.3"]):
            self.check_saving(*pairs, MADE_UP)

    def test_every_way_of_combining_tasks_can_be_pruned(self):
        for combine, extra in (("harmonic_mean", []), ("min", [MADE_UP]), ("weighted", [MADE_UP])):
            with self.subTest(combine):
                self.compare(*settings(f"utility.combine={combine}", "swarm.preset=paper", *extra))

    def test_pruned_histories_do_not_depend_on_ranks_and_threads(self):
        expected = history(self.reference(*self.long, "--set", "swarm.preset=paper"))
        self.assertIn('"bounds"', expected)
        for name, ranks, threads in (("two", 2, 1), ("four", 4, 1), ("crew", 0, 3), ("both", 2, 2)):
            self.run_tiny(name, *self.long, "--set", "swarm.preset=paper", "--set", f"evaluation.threads={threads}", ranks=ranks)
            self.assertEqual(history(self.folder / name), expected, name)


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
