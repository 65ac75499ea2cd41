#!/usr/bin/env python3
"""Ablations, weak-to-strong searches, and what a result tells about how the winner came about."""
import json
import unittest

from shoal_case import ShoalCase


class Study(ShoalCase):
    quick = ["--set", "swarm.max_iteration=2", "--set", "swarm.preset=paper"]

    def test_ablations_and_a_search_without_the_strongest_are_compared(self):
        done = self.run_tiny("run", *self.quick, "--ablate", "inertia,crossover", "--leave-out", "strongest")
        study = json.loads((self.folder / "run/study.json").read_text())
        whole = json.loads((self.folder / "run/result.json").read_text())
        strongest = whole["best_single"]
        names = ["ablate-inertia", "ablate-crossover", f"leave-out-{strongest}"]
        self.assertEqual([variation["name"] for variation in study["variations"]], names)
        self.assertEqual(study["variations"][2]["left_out"], strongest)
        for variation in study["variations"]:
            result = json.loads((self.folder / "run" / variation["name"] / "result.json").read_text())
            self.assertEqual(variation["test"]["utility"], result["best"]["test"]["utility"])
            difference = whole["best"]["test"]["utility"] - result["best"]["test"]["utility"]
            self.assertAlmostEqual(variation["whole_minus_it"]["difference"], difference, places=6)
            self.assertIn(variation["name"], done.stdout)
        weaker = json.loads((self.folder / "run" / names[2] / "result.json").read_text())
        self.assertNotIn(strongest, [row["name"] for row in weaker["experts"]])
        page = (self.folder / "run/study.html").read_text()
        self.assertIn("Variations", page)

        stamp = (self.folder / "run/ablate-inertia/history.jsonl").stat().st_mtime_ns
        again = self.run_tiny("run", *self.quick, "--ablate", "inertia,crossover", "--leave-out", "strongest", "--resume", "require", ranks=2)
        self.assertEqual(again.stderr.count("has finished before"), 4, again.stderr)
        self.assertEqual((self.folder / "run/ablate-inertia/history.jsonl").stat().st_mtime_ns, stamp)

    def test_an_early_stop_ends_the_study_with_85(self):
        self.run_tiny("run", *self.quick, "--ablate", "repel", "--set", "stop.walltime=0.001", expect=85)
        self.assertFalse((self.folder / "run/study.json").exists())
        self.run_tiny("run", *self.quick, "--ablate", "repel")
        self.assertTrue((self.folder / "run/study.json").exists())

    def test_a_study_that_cannot_be_is_refused_before_anything_runs(self):
        for arguments, fragment in ((["--ablate", "inertai"], "mean inertia?"), (["--ablate", "inertia,inertia"], "twice"),
                                    (["--ablate", "repel", "--set", "swarm.repel_term=false"], "would change nothing"),
                                    (["--ablate", "repel", "--set", "seed=null", "--set", "seeds=[1, 2]"], "need one search"),
                                    (["--leave-out", "expert0", "--set", "swarm.warm_start=x"], "swarm.warm_start"),
                                    (["--leave-out", "nobody"], "names none of the experts")):
            with self.subTest(arguments):
                done = self.run_tiny("run", *arguments, expect=2)
                self.assertIn(fragment, done.stderr)
                self.assertFalse((self.folder / "run").exists())


class Analysis(ShoalCase):
    def test_the_analysis_follows_from_the_files_of_the_run(self):
        self.run_tiny("run")
        result = json.loads((self.folder / "run/result.json").read_text())
        lines = [json.loads(line) for line in (self.folder / "run/history.jsonl").read_text().splitlines()]
        start = [particle["utility"] for particle in lines[0]["particles"]]
        analysis = result["analysis"]
        self.assertEqual(analysis["rank_at_start"], 1 + sum(u > start[result["best"]["particle"]] for u in start))
        self.assertEqual(len(analysis["iterations"]["diversity"]), len(lines))
        for line, diversity in zip(lines, analysis["iterations"]["diversity"], strict=True):
            positions = [particle["position"] for particle in line["particles"]]
            pairs = [sum((a - b) ** 2 for a, b in zip(x, y, strict=True)) ** 0.5 for i, x in enumerate(positions) for y in positions[:i]]
            self.assertAlmostEqual(diversity, sum(pairs) / len(pairs))
        for split in ("dev", "test"):
            self.assertEqual(analysis[split]["n"], result["best"][split]["n"])
            self.assertLessEqual(analysis[split]["emerged"], analysis[split]["unsolved"])
        # Right answers of the winner = those of the best single expert, plus the gains, minus the losses (scores are 0 or 1).
        test = analysis["test"]
        means = result["best"]["test"]["tasks"].values()
        right = round(sum(task["mean"] * task["n"] for task in means))
        self.assertEqual(right, test["n"] - test["missed"] + test["gained"] - test["lost"])
        self.assertIn("How the winner came about", (self.folder / "run/report.html").read_text())


if __name__ == "__main__":
    unittest.main()
