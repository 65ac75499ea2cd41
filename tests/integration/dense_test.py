#!/usr/bin/env python3
"""Searches with dense positions on the tiny model: the same on any number of ranks, after any death, and as affine ones."""
import json
import math
import signal
import subprocess
import sys
import unittest

import replay
from shoal_case import FEW, TINY, ShoalCase, command, environment, history, read_json, settings, shoal

DENSE = ["--set", "swarm.positions=dense", *FEW]


def lines_of(folder):
    return [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]


def same_files(a, b):
    return a.read_bytes() == b.read_bytes()


class Ranks(ShoalCase):
    def compare(self, *extra):
        serial = self.reference(*DENSE, *extra)
        expected = history(serial)
        for name, ranks, threads in (("one", 1, 1), ("two", 2, 1), ("four", 4, 1), ("crew", 0, 3), ("both", 2, 2)):
            self.run_tiny(name, "--resume", "never", *DENSE, *extra, "--set", f"evaluation.threads={threads}", ranks=ranks)
            self.assertEqual(history(self.folder / name), expected, name)
            self.assertTrue(same_files(self.folder / name / "best/adapter_model.safetensors",
                                       serial / "best/adapter_model.safetensors"), name)
        return expected

    def test_history_and_winner_are_identical_on_any_number_of_ranks_and_threads(self):
        self.assertEqual(len(self.compare().splitlines()), 7)

    def test_operators_that_leave_the_span_are_identical_on_any_number_of_ranks_and_threads(self):
        plain = history(self.reference(*DENSE))
        for pairs in (["swarm.velocity=ties", "swarm.density=0.3"], ["swarm.velocity=dare_ties"],
                      ["swarm.mutation={rate: 0.5, sigma: 0.02}"]):
            with self.subTest(pairs):
                changed = self.compare(*settings(*pairs))
                self.assertNotEqual(changed, plain)
                replay.replay(self.reference(*DENSE, *settings(*pairs)))

    def test_more_ranks_than_particles_leave_some_without_work(self):
        extra = settings(f"experts=[{TINY}/experts/expert0,{TINY}/experts/expert1]", "swarm.preset=quick", "swarm.max_iteration=3")
        self.run_tiny("serial", *DENSE, *extra)
        self.run_tiny("four", *DENSE, *extra, ranks=4)
        self.assertEqual(history(self.folder / "four"), history(self.folder / "serial"))

    def test_full_fine_tunes_have_dense_positions_too(self):
        extra = settings(f"experts=[{TINY}/full/*]", "swarm.preset=quick", "swarm.max_iteration=2")
        self.run_tiny("serial", *DENSE, *extra)
        self.run_tiny("two", *DENSE, *extra, ranks=2)
        self.assertEqual(history(self.folder / "two"), history(self.folder / "serial"))
        self.assertTrue(same_files(self.folder / "two/best/model.safetensors", self.folder / "serial/best/model.safetensors"))


class AffineTwin(ShoalCase):
    """Without operators that leave the span, both kinds of position are one trajectory up to rounding."""

    def compare(self, *extra):
        self.run_tiny("affine", "--resume", "never", *FEW, *extra)
        self.run_tiny("dense", "--resume", "never", *DENSE, *extra)
        dense, affine = lines_of(self.folder / "dense"), lines_of(self.folder / "affine")
        self.assertEqual(len(dense), len(affine))
        for line, twin in zip(dense, affine):
            for p, q in zip(line["particles"], twin["particles"], strict=True):
                self.assertIsNone(p.pop("position"))
                self.assertIsNone(p.pop("velocity"))
                for norm in ("position_norm", "velocity_norm", "distance_to_best"):
                    self.assertTrue(math.isfinite(p.pop(norm)))
                q.pop("position"), q.pop("velocity")
            line["seconds"] = twin["seconds"] = 0
            self.assertEqual(line, twin)
        replay.replay(self.folder / "dense")

    def test_every_preset_takes_the_same_decisions(self):
        for preset in ("paper", "reference", "moco", "robust", "quick"):
            with self.subTest(preset):
                self.compare(*settings(f"swarm.preset={preset}", "swarm.max_iteration=8"))

    def test_dropout_pruning_and_starting_velocities_take_the_same_decisions(self):
        for pairs in (["swarm.dropN=0.3", "swarm.dropK=0.2"], ["evaluation.prune=false"],
                      ["swarm.starting_velocity_mode=best", "swarm.restart_patience=1", "swarm.worst_window=2"]):
            with self.subTest(pairs):
                self.compare(*settings("swarm.max_iteration=8", *pairs))


class Death(ShoalCase):
    long = [*DENSE, *settings("swarm.max_iteration=14", "swarm.patience=20")]

    def start(self, ranks, *extra):
        return subprocess.Popen(command(["run", TINY / "run.yaml", "--run-dir", self.folder / "run", *self.long, *extra], ranks),
                                env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def check_end(self):
        whole = self.reference(*self.long)
        self.assertEqual(history(self.folder / "run"), history(whole))
        self.assertTrue(same_files(self.folder / "run/best/adapter_model.safetensors", whole / "best/adapter_model.safetensors"))

    def test_a_killed_search_goes_on_with_other_ranks_to_the_same_history(self):
        for count, ranks in ((2, 0), (5, 2), (8, 4)):
            process = self.start(ranks)
            self.wait_for_lines(count)
            process.kill() if ranks == 0 else process.terminate()
            process.communicate(timeout=60)
        self.run_tiny("run", *self.long, ranks=3)
        self.check_end()

    def test_a_signal_between_checkpoints_leaves_one_of_the_last_iteration_and_the_same_history(self):
        process = self.start(0, "--set", "output.checkpoint_every=100")
        self.wait_for_lines(7)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        self.assertIn(process.returncode, (85, 0))
        lines = (self.folder / "run/history.jsonl").read_text().count("\n")
        done = self.run_tiny("run", *self.long, ranks=2)
        if process.returncode == 85:
            self.assertIn(f"resuming after iteration {lines - 1}", done.stderr)
        self.check_end()

    def damage(self, name):
        self.run_tiny("run", *self.long, ranks=2)
        newest = sorted((self.folder / "run/checkpoints").iterdir())[-1]
        content = bytearray((newest / name).read_bytes())
        content[len(content) // 2] ^= 0xFF
        (newest / name).write_bytes(content)
        (self.folder / "run/result.json").unlink()
        return newest.name

    def test_a_damaged_rank_file_is_named_and_the_older_checkpoint_used(self):
        newest = self.damage("rank-0001.h5")
        done = self.run_tiny("run", *self.long)
        self.assertIn(f"checkpoint {newest} is skipped", done.stderr)
        self.assertIn("rank-0001.h5", done.stderr)
        self.check_end()


class Users(ShoalCase):
    def test_a_checkpoint_holds_the_files_of_every_rank_and_verifies(self):
        self.run_tiny("run", *DENSE, ranks=2)
        newest = sorted((self.folder / "run/checkpoints").iterdir())[-1]
        names = {path.name for path in newest.iterdir()}
        reached = {name for name in names if name.startswith("reached-")}
        self.assertEqual(names - reached, {"manifest.json", "state.h5", "rank-0000.h5", "rank-0001.h5"})
        self.assertEqual({name.split("-")[1] for name in reached}, {"0000", "0001"})
        self.assertEqual(reached, {file["name"] for file in read_json(newest / "manifest.json")["files"] if file["kind"] == "reached"})
        done = shoal("checkpoint", "verify", self.folder / "run")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_checkpoints_share_what_has_not_changed_and_never_all_of_them(self):
        self.run_tiny("run", *DENSE, *settings("swarm.max_iteration=10", "swarm.patience=20", "output.keep=3"))
        files = [path for folder in (self.folder / "run/checkpoints").iterdir() for path in folder.glob("reached-*")]
        links = [path.stat().st_nlink for path in files]
        self.assertEqual(max(links), 2, files)

    def test_winner_and_personal_bests_can_be_exported(self):
        self.run_tiny("run", *DENSE, ranks=2)
        for particle in ("best", "0", "11"):
            done = shoal("export", self.folder / "run", "--out", self.folder / particle, "--particle", particle)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(same_files(self.folder / "best/adapter_model.safetensors", self.folder / "run/best/adapter_model.safetensors"))
        self.assertFalse(same_files(self.folder / "0/adapter_model.safetensors", self.folder / "11/adapter_model.safetensors"))
        self.assertIn("dense", (self.folder / "best/README.md").read_text())

    def test_the_report_says_that_positions_are_dense(self):
        self.run_tiny("run", *DENSE)
        self.assertIn("It is dense", (self.folder / "run/report.html").read_text())
        self.assertEqual(read_json(self.folder / "run/result.json")["best"]["position"], [])

    def test_sums_of_products_cannot_be_dense(self):
        for verb in ("run", "validate"):
            done = shoal(verb, TINY / "run.yaml", *DENSE, "--set", "merge_space=delta", *(["--run-dir", self.folder / "run"] if verb == "run" else []))
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
            self.assertIn("merge_space", done.stderr)

    def test_operators_that_leave_the_span_are_refused_for_affine_positions(self):
        for pair, key in (("swarm.velocity=ties", "swarm.velocity"), ("swarm.mutation={rate: 0.1, sigma: 1}", "swarm.mutation")):
            done = self.run_tiny("run", "--set", pair, expect=2)
            self.assertIn(f"{key} needs swarm.positions: dense", done.stderr)

    def test_positions_are_part_of_the_trajectory(self):
        self.copy_tiny("run", *FEW)
        done = self.run_tiny("run", *DENSE, expect=2)
        self.assertIn("another configuration", done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
