#!/usr/bin/env python3
"""Signals at chosen moments: before the search, while a checkpoint is written, twice, and on one rank of several."""
import random
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

from fault_case import BINARY, FaultCase, command, environment, fault


def ranks_of(launcher):
    """The processes of the program under an mpirun."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            if parent == launcher and (folder / "exe").resolve() == Path(BINARY).resolve():
                found.append(int(folder.name))
        except (OSError, ValueError, IndexError):
            continue
    return sorted(found)


class Signals(FaultCase):
    def setUp(self):
        super().setUp()
        self.assertEqual(self.search("whole").returncode, 0)

    def signalled(self, do, call, path, at=1, **more):
        """A start that gets the signal within that call; it must leave something that the same command goes on from."""
        done = self.search("run", fault(self.folder / "run", do, at, call=call, name=path), **more)
        self.assertEqual(done.returncode, 85, done.stderr)
        self.assertFalse((self.folder / "run/result.json").exists())
        return done

    def finish(self):
        done = self.search("run")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("is skipped", done.stderr)
        self.check_same("run", "whole")
        return done

    def test_before_the_search_has_begun(self):
        for do in ("USR1", "TERM"):
            self.signalled(do, "open", ".lock")
        self.assertEqual(self.generations(), [])
        self.finish()

    def test_while_a_checkpoint_is_written_that_checkpoint_counts(self):
        for k, (call, path) in enumerate([("write", "state.h5"), ("fsync", "manifest.json"), ("rename", "checkpoints/0000")]):
            done = self.signalled(("TERM", "USR1")[k % 2], call, path, 2)
            self.assertIn("the same command continues", done.stderr)
            newest = self.generations()[-1]
        self.assertIn(f"resuming after iteration {newest}", self.finish().stderr)

    def test_a_second_term_leaves_at_once_and_the_older_checkpoint_is_the_newest(self):
        self.signalled("TERM", "fsync", "manifest.json", 3)
        before = self.generations()
        done = self.signalled("TERM2", "write", "state.h5")
        self.assertNotIn("the same command continues", done.stderr)
        self.assertEqual(self.generations(), before)
        self.assertIn(f"resuming after iteration {before[-1]}", self.finish().stderr)

    def test_one_rank_of_several_is_enough(self):
        self.signalled("USR1", "write", "state.h5", 2, ranks=2)
        self.finish()

    def test_any_rank_at_any_moment_in_collectives_too(self):
        draws = random.Random(4)
        slow = fault(self.folder / "run", "sleep", 1, call="fsync", name="state.h5", for_=1000)
        for _ in range(4):
            line = command(["run", self.config, "--run-dir", self.folder / "run", "--set", "swarm.max_iteration=16"], 2)
            line[line.index(BINARY):line.index(BINARY)] = ["env", *(f"{key}={value}" for key, value in slow.items())]
            process = subprocess.Popen(line, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            self.signal_a_rank(process, draws)
            _, errors = process.communicate(timeout=60)
            self.assertIn(process.returncode, (0, 85), errors)
        self.finish()

    def signal_a_rank(self, process, draws):
        """Once the search goes on; the handlers are there by then."""
        lines = len((self.folder / "run/history.jsonl").read_text().splitlines()) if (self.folder / "run/history.jsonl").exists() else 0
        deadline = time.monotonic() + 30
        while process.poll() is None and time.monotonic() < deadline:
            path = self.folder / "run/history.jsonl"
            if path.exists() and len(path.read_text().splitlines()) != lines:
                break
            time.sleep(0.005)
        time.sleep(draws.uniform(0.0, 0.1))
        ranks = ranks_of(process.pid)
        if ranks:
            subprocess.run(["kill", f"-{draws.choice([signal.SIGUSR1, signal.SIGTERM]).value}", str(draws.choice(ranks))], check=False)


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
