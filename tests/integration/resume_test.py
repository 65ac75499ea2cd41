#!/usr/bin/env python3
"""A search that was killed, told to stop, or damaged on disk ends as if nothing had happened."""
import random
import signal
import subprocess
import sys
import time
import unittest

from shoal_case import TINY, ShoalCase, command, environment, history, read_json


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
        whole = self.reference(*self.long)
        expected = history(whole)
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
        self.assertEqual(read_json(self.folder / "run/result.json")["best"], read_json(whole / "result.json")["best"])

    def test_a_signal_ends_with_85_and_the_same_command_continues_to_the_same_history(self):
        for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGTERM):
            with self.subTest(number.name):
                name = number.name
                process = self.start(0, name)
                self.wait_for_lines(3, name)
                process.send_signal(number)
                _, errors = process.communicate(timeout=30)
                self.assertEqual(process.returncode, 85, errors)
                self.assertFalse((self.folder / name / "result.json").exists())
                process = self.start(2, name)
                _, errors = process.communicate(timeout=120)
                self.assertEqual(process.returncode, 0, errors)
                self.assertEqual(history(self.folder / name), history(self.reference(*self.long)))

    def test_the_walltime_ends_with_85_without_a_signal(self):
        done = self.run_tiny("run", "--set", "stop.walltime=1", "--set", "swarm.max_iteration=500", "--set",
                             "swarm.patience=500", expect=85)
        self.assertIn("walltime", done.stderr)
        self.assertFalse((self.folder / "run/result.json").exists())

    def test_a_damaged_newest_checkpoint_is_named_and_the_older_one_used(self):
        self.copy_tiny("run", *self.long)
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
        self.copy_tiny()
        before = (self.folder / "run/history.jsonl").stat().st_mtime_ns
        done = self.run_tiny("run")
        self.assertIn("has finished before", done.stderr)
        self.assertIn("uniform_soup", done.stdout)
        self.assertEqual((self.folder / "run/history.jsonl").stat().st_mtime_ns, before)

    def test_more_iterations_continue_a_finished_search(self):
        self.run_tiny("run", "--set", "swarm.max_iteration=5", "--set", "swarm.patience=20")
        self.run_tiny("run", *self.long)
        self.assertEqual(history(self.folder / "run"), history(self.reference(*self.long)))

    def test_the_budget_stops_before_it_is_exceeded(self):
        self.run_tiny("run", "--set", "stop.budget_evaluations=40")
        result = read_json(self.folder / "run/result.json")
        self.assertEqual((result["stop_reason"], result["evaluations"]), ("budget", 36))

    def test_the_target_stops_the_search(self):
        self.run_tiny("run", "--set", "stop.target=0.1")
        self.assertEqual(read_json(self.folder / "run/result.json")["stop_reason"], "target")


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
