#!/usr/bin/env python3
"""A rank that hangs, dies or fails ends the whole job soon, with one sentence; one that is only slow does not."""
import os
import re
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

from machine_speed import allowed
from shoal_case import BINARY, TINY, ShoalCase, command, environment

ENDLESS = ["--set", "swarm.max_iteration=1000000", "--set", "swarm.patience=1000000"]
PATIENCE = allowed(6.0)  # seconds; silence is judged after half of it


def ranks_below(process):
    """{rank: pid} of the program's processes that this mpirun has started."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            variables = dict(entry.split("=", 1) for entry in (folder / "environ").read_text().split("\0") if "=" in entry)
            program = os.readlink(folder / "exe")
        except (OSError, ValueError):
            continue
        if parent == process.pid and program == os.path.realpath(BINARY):
            found[int(variables["OMPI_COMM_WORLD_RANK"])] = int(folder.name)
    return found


class Job(ShoalCase):
    def start(self, *settings, ranks=4):
        arguments = ["run", TINY / "run.yaml", "--run-dir", self.folder / "run", *ENDLESS, *settings]
        self.process = subprocess.Popen(command(arguments, ranks), env=environment(), stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, errors="replace")
        self.addCleanup(self.end_all)
        self.wait_for_iteration(2, seconds=180)
        self.pids = ranks_below(self.process)
        self.assertEqual(sorted(self.pids), list(range(ranks)))

    def end_all(self):
        for pid in getattr(self, "pids", {}).values():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def iterations(self):
        path = self.folder / "run/history.jsonl"
        return len(path.read_text().splitlines()) if path.exists() else 0

    def wait_for_iteration(self, count, seconds=60):
        until = time.monotonic() + allowed(seconds)
        while self.iterations() <= count:
            self.assertIsNone(self.process.poll(), "the job ended by itself")
            self.assertLess(time.monotonic(), until, "the search does not get on")
            time.sleep(0.05)

    def outcome(self, seconds):
        """(exit code, standard error) of a job that is expected to end within so many seconds."""
        _, errors = self.process.communicate(timeout=allowed(seconds))
        return self.process.returncode, errors


class Watchdog(Job):
    def check_stopped(self, rank):
        self.start("--set", f"stop.watchdog={PATIENCE}")
        os.kill(self.pids[rank], signal.SIGSTOP)
        begin = time.monotonic()
        code, errors = self.outcome(60)
        self.assertEqual(code, 5, errors)
        self.assertRegex(errors, rf"shoal: rank {rank} on \S+ has given no sign of life for \d+ s \(phase: [a-z ]+\)")
        self.assertGreater(time.monotonic() - begin, PATIENCE / 2 - 1.0)
        return errors

    def test_a_rank_that_hangs_is_named_and_the_job_ends_with_5(self):
        errors = self.check_stopped(2)
        self.assertEqual(errors.count("shoal: rank"), 1, errors)

    def test_so_it_is_when_the_first_rank_hangs(self):
        self.check_stopped(0)

    def test_a_rank_that_is_slow_but_moves_is_left_alone(self):
        self.start("--set", f"stop.watchdog={PATIENCE}")
        for _ in range(12):
            os.kill(self.pids[1], signal.SIGSTOP)
            time.sleep(0.8)
            os.kill(self.pids[1], signal.SIGCONT)
            time.sleep(0.2)
        self.assertIsNone(self.process.poll())
        self.wait_for_iteration(self.iterations() + 1)

    def test_a_job_that_is_suspended_as_a_whole_goes_on_afterwards(self):
        self.start("--set", f"stop.watchdog={PATIENCE}")
        for pid in self.pids.values():
            os.kill(pid, signal.SIGSTOP)
        time.sleep(2 * PATIENCE)
        for pid in self.pids.values():
            os.kill(pid, signal.SIGCONT)
        self.wait_for_iteration(self.iterations() + 3)

    def test_without_a_watchdog_a_hanging_rank_is_waited_for(self):
        self.start("--set", "stop.watchdog=off")
        os.kill(self.pids[2], signal.SIGSTOP)
        time.sleep(PATIENCE)
        self.assertIsNone(self.process.poll())
        os.kill(self.pids[2], signal.SIGCONT)
        self.wait_for_iteration(self.iterations() + 1)


class Stragglers(Job):
    def test_a_slow_rank_is_named_in_the_log_with_its_node(self):
        # Iterations of several seconds, and a rank that stands still for most of the time.
        self.start("--set", "swarm.particles=150", "--set", "evaluation.prune=false", "--set", "swarm.max_iteration=5000", ranks=2)  # what the disk must hold
        log = self.folder / "run/log.txt"
        until = time.monotonic() + allowed(180)
        while not re.search(r"warning rank 1 on \S+ needs \d+\.\d times as long", log.read_text()):
            self.assertLess(time.monotonic(), until, log.read_text())
            os.kill(self.pids[1], signal.SIGSTOP)
            time.sleep(0.2)
            os.kill(self.pids[1], signal.SIGCONT)
            time.sleep(0.05)


class Deaths(Job):
    def test_a_rank_that_is_killed_ends_the_job_within_seconds(self):
        self.start()
        os.kill(self.pids[3], signal.SIGKILL)
        code, _ = self.outcome(15)
        self.assertNotEqual(code, 0)

    def test_an_error_of_one_rank_ends_all_with_one_message(self):
        wrong = ["--set", "swarm.particles=1"]
        all_wrong, usual = self.run_parts((4, wrong))
        self.assertEqual(all_wrong.returncode, 2, all_wrong.stderr)
        done, seconds = self.run_parts((3, []), (1, wrong))
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stderr.count("shoal: "), 1, done.stderr)
        self.assertIn("particles", done.stderr)
        self.assertLess(seconds, usual + allowed(5.0))

    def run_parts(self, *parts):
        """mpirun with groups of ranks of different settings: what came of it, and its seconds."""
        arguments = []
        for ranks, settings in parts:
            arguments += [":"] if arguments else []
            arguments += ["-n", str(ranks), BINARY, "run", str(TINY / "run.yaml"), "--run-dir", str(self.folder / "run"), *settings]
        begin = time.monotonic()
        done = subprocess.run(["mpirun", *arguments], env=environment(), capture_output=True, text=True, errors="replace", timeout=allowed(60))
        return done, time.monotonic() - begin


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
