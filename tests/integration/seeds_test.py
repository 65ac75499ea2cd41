#!/usr/bin/env python3
"""`seeds`: several searches of one configuration, their summary, and what a job that ended early leaves to the next."""
import signal
import statistics
import subprocess
import time
import unittest

from shoal_case import TINY, ShoalCase, command, environment, history, read_json, shoal

MADE_UP = ["--set", "evaluation.synthetic=0.00002", "--set", "swarm.max_iteration=4"]


def seeds(*numbers):
    """The tiny configuration has a seed, which gives way."""
    return ["--set", "seed=null", "--set", f"seeds={list(numbers)}"]


SEEDS = [*seeds(7, 8, 9), *MADE_UP]


class Seeds(ShoalCase):
    def test_each_search_is_that_of_its_seed_alone(self):
        self.run_tiny("run", *SEEDS)
        for seed in (7, 8, 9):
            self.run_tiny(f"alone{seed}", "--set", f"seed={seed}", *MADE_UP)
            self.assertEqual(history(self.folder / f"run/seed-{seed}"), history(self.folder / f"alone{seed}"), seed)

    def test_the_summary_has_means_and_standard_errors_over_the_searches(self):
        done = self.run_tiny("run", *SEEDS)
        self.assertIn("over 3 searches", done.stdout)
        result = read_json(self.folder / "run/result.json")
        runs = [read_json(self.folder / f"run/seed-{seed}/result.json") for seed in (7, 8, 9)]
        tests = [run["best"]["test"]["utility"] for run in runs]
        self.assertEqual(result["seeds"], [7, 8, 9])
        self.assertEqual(result["evaluations"], sum(run["evaluations"] for run in runs))
        self.assertAlmostEqual(result["best"]["test"]["mean"], statistics.mean(tests))
        self.assertAlmostEqual(result["best"]["test"]["standard_error"], statistics.stdev(tests) / 3 ** 0.5)
        self.assertIn("Over seeds", (self.folder / "run/report.html").read_text())

    def test_other_verbs_know_the_folder(self):
        self.run_tiny("run", *SEEDS)
        status = shoal("status", self.folder / "run")
        self.assertEqual([status.stdout.count(f"tiny-seed-{seed}") for seed in (7, 8, 9)], [1, 1, 1], status.stdout)
        for verb in (["watch"], ["checkpoint", "ls"], ["export", "--out", self.folder / "out"]):
            refused = shoal(*verb, self.folder / "run")
            self.assertEqual(refused.returncode, 2, refused.stderr)
            self.assertIn("such as", refused.stderr)
        done = shoal("report", self.folder / "run", "--out", self.folder / "page.html")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("3 of 3 searches have ended", (self.folder / "page.html").read_text())

    def test_what_has_ended_is_not_run_again_and_more_seeds_can_follow(self):
        self.run_tiny("run", *SEEDS)
        before = (self.folder / "run/seed-7/history.jsonl").stat().st_mtime_ns
        done = self.run_tiny("run", *seeds(7, 8, 9, 10), *MADE_UP, "--resume", "require")
        self.assertEqual(done.stderr.count("has finished before"), 3)
        self.assertEqual((self.folder / "run/seed-7/history.jsonl").stat().st_mtime_ns, before)
        self.assertEqual(read_json(self.folder / "run/result.json")["seeds"], [7, 8, 9, 10])

    def test_a_signal_ends_all_with_85_and_the_same_command_continues(self):
        slow = [*seeds(7, 8), "--set", "evaluation.synthetic=0.0001", "--set", "swarm.max_iteration=10"]
        self.run_tiny("whole", *slow, ranks=2)
        process = subprocess.Popen(command(["run", TINY / "run.yaml", "--run-dir", self.folder / "run", *slow]),
                                   env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        second = self.folder / "run/seed-8/history.jsonl"
        end = time.monotonic() + 60
        while not (second.exists() and second.read_text().count("\n") >= 2) and time.monotonic() < end:
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 85, errors)
        self.assertFalse((self.folder / "run/result.json").exists())
        self.run_tiny("run", *slow)
        for seed in (7, 8):
            self.assertEqual(history(self.folder / f"run/seed-{seed}"), history(self.folder / f"whole/seed-{seed}"))

    def test_a_seed_and_seeds_exclude_each_other(self):
        done = self.run_tiny("run", "--set", "seeds=[7, 8]", expect=2)
        self.assertIn("seeds is given beside seed", done.stderr)
        self.assertFalse((self.folder / "run").exists())

    def test_the_folder_of_a_single_search_is_refused(self):
        self.run_tiny("run", *MADE_UP)
        done = self.run_tiny("run", *SEEDS, expect=2)
        self.assertIn("holds a single search", done.stderr)
        self.assertTrue((self.folder / "run/result.json").exists())

    def test_an_estimate_and_a_validation_count_every_search(self):
        counts = []
        for several in ([], seeds(7, 8, 9)):
            counts.append(self.estimate_tiny("--rate", "1000", *several)[0])
        for one, three in zip(counts[0]["evaluations"], counts[1]["evaluations"], strict=True):
            self.assertEqual(three["evaluations"], 3 * one["evaluations"])
        self.assertAlmostEqual(counts[1]["ranks"][0]["total_seconds"], 3 * counts[0]["ranks"][0]["total_seconds"])
        self.assertIn("3 (a search each)", shoal("validate", TINY / "run.yaml", *seeds(7, 8, 9)).stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
