#!/usr/bin/env python3
"""Signals, walltime, deaths, hangs and errors while particles are at different evaluations."""
import json
import os
import signal
import sys
import time
import unittest

import replay
from asynchronous_test import ASYNCHRONOUS
from machine_speed import allowed
from shoal_case import TINY, ShoalCase, history, settings
from watchdog_test import PATIENCE, Job


class Interruption(Job):
    slow = [*ASYNCHRONOUS, *settings("evaluation.synthetic=0.001", "swarm.validation_fraction=0")]
    hurry = settings("evaluation.threads=16")  # they sleep, mostly

    def check_signal(self, rank):
        self.start(*self.slow)
        os.kill(self.pids[rank], signal.SIGUSR1)
        code, errors = self.outcome(60)
        self.assertEqual(code, 85, errors)
        before = history(self.folder / "run").splitlines()
        self.run_tiny("run", *self.slow, *self.hurry, *settings(f"swarm.max_iteration={len(before) + 1}", "swarm.patience=1000"), ranks=2)
        after = history(self.folder / "run").splitlines()
        self.assertEqual(after[:len(before)], before)
        self.assertEqual(len(after), len(before) + 2)
        replay.replay(self.folder / "run")

    def test_a_signal_ends_with_85_and_other_ranks_continue(self):
        self.check_signal(0)

    def test_so_does_a_signal_to_another_rank(self):
        self.check_signal(3)

    def test_the_walltime_ends_with_85(self):
        done = self.run_tiny("run", *self.slow, *settings("stop.walltime=3", "swarm.max_iteration=500", "swarm.patience=500"), ranks=2, expect=85)
        self.assertIn("walltime", done.stderr)
        self.assertFalse((self.folder / "run/result.json").exists())

    def test_a_rank_that_is_killed_leaves_a_run_that_can_be_continued(self):
        self.start(*self.slow)
        os.kill(self.pids[2], signal.SIGKILL)
        code, _ = self.outcome(30)
        self.assertNotEqual(code, 0)
        self.run_tiny("run", *self.slow, *self.hurry, *settings("swarm.max_iteration=5", "swarm.patience=1000"))
        replay.replay(self.folder / "run")

    def check_hang(self, rank):
        self.start(*self.slow, "--set", f"stop.watchdog={PATIENCE}")
        os.kill(self.pids[rank], signal.SIGSTOP)
        code, errors = self.outcome(60)
        self.assertEqual(code, 5, errors)
        self.assertRegex(errors, rf"shoal: rank {rank} on \S+ has given no sign of life for \d+ s")

    def test_a_rank_that_hangs_is_named(self):
        self.check_hang(2)

    def test_so_is_the_one_that_coordinates(self):
        self.check_hang(0)

    def test_ranks_without_work_are_not_blamed(self):
        # Six blocks on four ranks: in the end two have nothing to do for longer than the watchdog's patience.
        task = {"name": "letters", "type": "multiple_choice", "data": str(TINY / "tasks/letters.json"), "limit": 1}
        done = self.run_tiny("run", *ASYNCHRONOUS, *settings(
            f"experts=[{TINY}/experts/expert0, {TINY}/experts/expert1]", f"utility.tasks=[{json.dumps(task)}]", "swarm.particles=6",
            "swarm.max_iteration=1", "swarm.validation_fraction=0", "evaluation.synthetic=0.14", "stop.watchdog=5"), ranks=4, timeout=240)
        seconds = [json.loads(line)["seconds"] for line in (self.folder / "run/history.jsonl").read_text().splitlines()]
        self.assertGreater(seconds[1], 2 * 5.0, done.stderr)


class Failure(ShoalCase):
    def test_an_error_of_one_rank_ends_all_with_one_message_and_its_code(self):
        """The first answers are judged, later ones are not: a worker's error reaches everybody."""
        calls = self.folder / "calls"
        script = ("import json, sys\n"
                  f"with open({str(calls)!r}, 'a+') as f: f.write('x'); f.flush(); f.seek(0); calls = len(f.read())\n"
                  "if calls > 120: sys.exit('out of patience')\n"
                  "print(json.dumps({'version': 1, 'scores': [0.5] * len(json.loads(input())['answers'])}))\n")
        task = {"name": "words", "type": "command", "data": str(TINY / "tasks/words.json"), "command": [sys.executable, "-c", script]}
        begin = time.monotonic()
        done = self.run_tiny("run", *ASYNCHRONOUS, "--set", f"utility.tasks=[{json.dumps(task)}]", ranks=4, expect=6)
        self.assertEqual(done.stderr.count("shoal: "), 1, done.stderr)
        self.assertIn("out of patience", done.stderr)
        self.assertGreaterEqual(len(history(self.folder / "run").splitlines()), 2, "it failed before particles went their own ways")
        self.assertLess(time.monotonic() - begin, allowed(60))


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
