#!/usr/bin/env python3
"""Whole searches on the tiny model: the same on any number of ranks, replayable, resumable after any death."""
import json
import random
import signal
import subprocess
import sys
import time
import unittest

import replay
from shoal_case import TINY, ShoalCase, command, environment, history, read_json, shoal


class Ranks(ShoalCase):
    def test_history_is_identical_on_1_2_and_4_ranks_and_serially(self):
        self.run_tiny("serial")
        expected = history(self.folder / "serial")
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
        self.run_tiny("one", "--set", "evaluation.threads=1")
        self.run_tiny("three", "--set", "evaluation.threads=3")
        self.assertEqual(history(self.folder / "one"), history(self.folder / "three"))

    def test_history_does_not_depend_on_the_parts_of_blocks(self):
        self.run_tiny("whole")
        for tokens in (1, 70):
            self.run_tiny(f"parts{tokens}", "--set", f"evaluation.max_batch_tokens={tokens}")
            self.assertEqual(history(self.folder / f"parts{tokens}"), history(self.folder / "whole"), f"{tokens} tokens")

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
        self.run_tiny("a")
        self.run_tiny("b", "--set", "seed=8")
        self.assertNotEqual(history(self.folder / "a"), history(self.folder / "b"))


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


class Replay(ShoalCase):
    def check(self, *settings):
        extra = [part for setting in settings for part in ("--set", f"swarm.{setting}")]
        self.run_tiny("run", "--resume", "never", *extra)
        return replay.replay(self.folder / "run")

    def test_every_preset_can_be_recomputed_from_its_history(self):
        for preset in ("paper", "reference", "moco", "robust", "quick"):
            with self.subTest(preset):
                count, _ = self.check(f"preset={preset}", "max_iteration=12")
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


def decisions(folder):
    """A history without what pruning may change: wall times, and the values of evaluations that decide nothing."""
    lines = [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]
    pruned = {(line["iteration"], p["id"]) for line in lines for p in line["particles"] if "bounds" in p}
    return pruned, lines


class Pruning(ShoalCase):
    long = ["--set", "swarm.max_iteration=14", "--set", "swarm.patience=20"]

    def compare(self, *settings):
        """The same search with and without pruning; returns how many examples each has scored after iteration 0."""
        for prune in ("true", "false"):
            self.run_tiny(prune, "--resume", "never", "--set", f"evaluation.prune={prune}", *self.long, *settings)
        replay.replay(self.folder / "true")
        pruned, lines = decisions(self.folder / "true")
        none, complete = decisions(self.folder / "false")
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

    def test_pruning_changes_no_decision_and_saves_examples(self):
        for settings in (["preset=paper"], ["preset=robust"], ["preset=reference"], ["preset=paper", "dropN=0.3"]):
            with self.subTest(settings):
                scored, complete = self.compare(*(part for s in settings for part in ("--set", f"swarm.{s}")))
                self.assertLess(scored, complete)

    def test_every_way_of_combining_tasks_can_be_pruned(self):
        for combine in ("harmonic_mean", "min", "weighted"):
            with self.subTest(combine):
                self.compare("--set", f"utility.combine={combine}", "--set", "swarm.preset=paper")

    def test_pruned_histories_do_not_depend_on_ranks_and_threads(self):
        self.run_tiny("serial", *self.long, "--set", "swarm.preset=paper")
        expected = history(self.folder / "serial")
        self.assertIn('"bounds"', expected)
        for name, ranks, threads in (("two", 2, 1), ("four", 4, 1), ("crew", 0, 3), ("both", 2, 2)):
            self.run_tiny(name, *self.long, "--set", "swarm.preset=paper", "--set", f"evaluation.threads={threads}", ranks=ranks)
            self.assertEqual(history(self.folder / name), expected, name)


class Death(ShoalCase):
    def start(self, ranks, name="run"):
        return subprocess.Popen(command(["run", TINY / "run.yaml", "--run-dir", self.folder / name, *self.long], ranks),
                                env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                start_new_session=True)

    long = ["--set", "swarm.max_iteration=14", "--set", "swarm.patience=20"]

    def kill_everything(self, process):
        # The ranks are in process groups of their own: mpirun's death takes them along, and the lock goes with rank 0.
        process.kill()
        subprocess.run(["pkill", "-9", "-f", str(self.folder / "run")], check=False)
        process.communicate()

    def test_twenty_kills_at_random_moments_leave_the_uninterrupted_history(self):
        self.run_tiny("whole", *self.long)
        expected = history(self.folder / "whole")
        r = random.Random(20)
        for attempt in range(20):
            process = self.start(r.choice([1, 2, 4]))
            time.sleep(r.uniform(0.3, 2.0))
            self.kill_everything(process)
        for attempt in range(3):
            done = self.start(r.choice([1, 2, 4]))
            _, errors = done.communicate(timeout=120)
            if done.returncode == 0:
                break
        self.assertEqual(done.returncode, 0, errors)
        self.assertEqual(history(self.folder / "run"), expected)
        self.assertEqual(read_json(self.folder / "run/result.json")["best"], read_json(self.folder / "whole/result.json")["best"])

    def test_a_signal_ends_with_85_and_the_same_command_continues_to_the_same_history(self):
        self.run_tiny("whole", *self.long)
        for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGTERM):
            with self.subTest(number.name):
                name = number.name
                process = self.start(0, name)
                self.wait_for_lines(self.folder / name / "history.jsonl", 3)
                process.send_signal(number)
                _, errors = process.communicate(timeout=30)
                self.assertEqual(process.returncode, 85, errors)
                self.assertFalse((self.folder / name / "result.json").exists())
                process = self.start(2, name)
                _, errors = process.communicate(timeout=120)
                self.assertEqual(process.returncode, 0, errors)
                self.assertEqual(history(self.folder / name), history(self.folder / "whole"))

    def wait_for_lines(self, path, count):
        for _ in range(600):
            if path.exists() and path.read_text().count("\n") >= count:
                return
            time.sleep(0.05)
        self.fail("the search did not get going")

    def test_the_walltime_ends_with_85_without_a_signal(self):
        done = self.run_tiny("run", "--set", "stop.walltime=1", "--set", "swarm.max_iteration=500", "--set",
                             "swarm.patience=500", expect=85)
        self.assertIn("walltime", done.stderr)
        self.assertFalse((self.folder / "run/result.json").exists())

    def test_a_damaged_newest_checkpoint_is_named_and_the_older_one_used(self):
        self.run_tiny("run", *self.long)
        expected = history(self.folder / "run")
        newest = sorted((self.folder / "run/checkpoints").iterdir())[-1]
        state = newest / "state.h5"
        content = bytearray(state.read_bytes())
        content[len(content) // 2] ^= 0xFF
        state.write_bytes(content)
        (self.folder / "run/result.json").unlink()
        done = self.run_tiny("run", *self.long)
        self.assertIn(f"checkpoint {newest.name} is skipped", done.stderr)
        self.assertEqual(history(self.folder / "run"), expected)

    def test_a_finished_search_is_not_run_again(self):
        self.run_tiny("run")
        before = (self.folder / "run/history.jsonl").stat().st_mtime_ns
        done = self.run_tiny("run")
        self.assertIn("has finished before", done.stderr)
        self.assertIn("uniform_soup", done.stdout)
        self.assertEqual((self.folder / "run/history.jsonl").stat().st_mtime_ns, before)

    def test_more_iterations_continue_a_finished_search(self):
        self.run_tiny("whole", *self.long)
        self.run_tiny("run", "--set", "swarm.max_iteration=5", "--set", "swarm.patience=20")
        self.run_tiny("run", *self.long)
        self.assertEqual(history(self.folder / "run"), history(self.folder / "whole"))

    def test_the_budget_stops_before_it_is_exceeded(self):
        self.run_tiny("run", "--set", "stop.budget_evaluations=40")
        result = read_json(self.folder / "run/result.json")
        self.assertEqual((result["stop_reason"], result["evaluations"]), ("budget", 36))

    def test_the_target_stops_the_search(self):
        self.run_tiny("run", "--set", "stop.target=0.1")
        self.assertEqual(read_json(self.folder / "run/result.json")["stop_reason"], "target")


class RunFolder(ShoalCase):
    def test_it_holds_what_is_documented(self):
        self.run_tiny("run")
        names = {path.name for path in (self.folder / "run").iterdir()}
        for name in ("config.yaml", "run.json", "history.jsonl", "log.txt", "examples.h5", "metrics.csv", "checkpoints", "best",
                     "result.json", "report.html"):
            self.assertIn(name, names)
        self.assertTrue(any(name.startswith("events.out.tfevents.") for name in names))
        self.assertEqual(len(list((self.folder / "run/checkpoints").iterdir())), 3)

    def test_the_resolved_configuration_runs_the_same_search(self):
        self.run_tiny("run")
        done = shoal("run", self.folder / "run/config.yaml", "--run-dir", self.folder / "again")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(history(self.folder / "run"), history(self.folder / "again"))

    def test_two_jobs_in_one_folder_are_refused(self):
        process = subprocess.Popen(command(["run", TINY / "run.yaml", "--run-dir", self.folder / "run", "--set",
                                            "swarm.max_iteration=60"]), env=environment(), stderr=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL)
        try:
            for _ in range(200):
                if (self.folder / "run/history.jsonl").exists():
                    break
                time.sleep(0.05)
            done = self.run_tiny("run", expect=4)
            self.assertIn("is in use", done.stderr)
        finally:
            process.kill()
            process.wait()

    def test_an_unwritable_run_folder_is_one_sentence(self):
        (self.folder / "file").write_text("")
        done = self.run_tiny("file/run", expect=4)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)

    def test_another_configuration_does_not_continue_a_run(self):
        self.run_tiny("run")
        done = self.run_tiny("run", "--set", "swarm.inertia=0.3", expect=2)
        self.assertIn("another configuration", done.stderr)

    def test_full_fine_tunes_are_experts_too(self):
        self.run_tiny("run", "--set", f"experts=[{TINY}/full/*]", "--set", "swarm.preset=quick", "--set", "swarm.max_iteration=2")
        self.assertTrue((self.folder / "run/best/model.safetensors").exists())

    def test_the_delta_space_runs_and_exports_an_adapter_of_summed_rank(self):
        self.run_tiny("run", "--set", "merge_space=delta", "--set", "swarm.max_iteration=2", ranks=2)
        self.assertEqual(read_json(self.folder / "run/best/adapter_config.json")["r"], 24)


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
