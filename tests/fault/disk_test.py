#!/usr/bin/env python3
"""Disks that are full, broken or over a quota: exit 4 with one sentence, the older checkpoint intact, the same result later."""
import os
import subprocess
import sys
import time
import unittest

from fault_case import FaultCase, command, environment, fault, read_json, shoal

# Where a run folder is written: call, part of the path, and which such call of one start fails.
PLACES = [("write", "history.jsonl", 2), ("write", "examples.h5", 2), ("open", "state.h5", 1), ("write", "state.h5", 2),
          ("fsync", "state.h5", 2), ("write", "manifest.json", 1), ("fsync", "manifest.json", 2), ("rename", "checkpoints/0000", 2),
          ("mkdir", "checkpoints/.tmp", 2), ("open", "metrics.csv", 1), ("open", "history.jsonl", 2), ("fsync", "history.jsonl", 1)]
# … and after the search.
LAST_PLACES = [("write", "adapter_model.safetensors", 1), ("rename", "result.json", 1), ("write", "report.html", 1)]
REASONS = {"ENOSPC": "No space left on device", "EIO": "Input/output error", "EDQUOT": "Disk quota exceeded"}


class FailingCalls(FaultCase):
    def setUp(self):
        super().setUp()
        self.assertEqual(self.search("whole").returncode, 0)

    def fail_once(self, call, path, at, error, **more):
        before = self.generations()
        done = self.search("run", fault(self.folder / "run", error, at, call=call, name=path), **more)
        self.one_sentence(done, 4, REASONS[error])
        self.assertNotIn("is skipped", done.stderr)
        self.assertLessEqual(before[-1:], self.generations()[-1:])
        checkpoints = self.folder / "run/checkpoints"
        self.assertEqual([path.name for path in checkpoints.iterdir() if not path.name.isdigit()] if checkpoints.exists() else [], [])

    def test_an_error_of_any_call_is_one_sentence_and_the_search_goes_on_later(self):
        self.fail_once("write", "state.h5", 1, "ENOSPC")
        self.assertEqual(self.generations(), [])
        self.search("run", fault(self.folder / "run", "TERM", 1, call="fsync", name="manifest.json"))
        errors = list(REASONS)
        for k, (call, path, at) in enumerate(PLACES + LAST_PLACES):
            with self.subTest(call=call, path=path):
                self.fail_once(call, path, at, errors[k % len(errors)])
                self.assertFalse((self.folder / "run/result.json").exists() and path != "report.html")
        done = self.search("run")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.check_same("run", "whole")

    def test_ranks_end_together_with_one_sentence(self):
        self.fail_once("write", "state.h5", 2, "EIO", ranks=2)
        self.assertEqual(self.search("run", ranks=2).returncode, 0)
        self.check_same("run", "whole")

    def test_short_and_interrupted_writes_change_nothing(self):
        for do, count in (("short", 1_000_000), ("EINTR", 5)):
            with self.subTest(do):
                done = self.search(do, fault(self.folder / do, do, 3, call="write", for_=count))
                self.assertEqual(done.returncode, 0, done.stderr)
                self.check_same(do, "whole")

    def test_the_estimate_covers_what_a_run_takes_and_not_many_times_that(self):
        taken = sum(path.stat().st_size for path in (self.folder / "whole").rglob("*") if path.is_file())
        done = shoal("estimate", self.config, "--rate", "1000", "--out", self.folder / "estimate.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        estimated = read_json(self.folder / "estimate.json")["disk_bytes"]
        self.assertLess(taken, estimated)
        self.assertLess(estimated, 5 * taken)


class SmallDisk(FaultCase):
    def setUp(self):
        super().setUp()
        (self.folder / "disk").mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(self.folder / "disk")], check=False,
                                 capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("mounting a small disk needs root")
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.folder / "disk")], check=False)

    def fill(self, leave=0):
        """Leaves about that many bytes."""
        free = os.statvfs(self.folder / "disk")
        with open(self.folder / "disk/filler", "wb", buffering=0) as file:
            try:
                file.write(b"x" * max(0, free.f_bavail * free.f_frsize - leave))
                while leave == 0:
                    file.write(b"x" * 4096)
            except OSError:
                pass

    def test_a_disk_that_fills_up_under_a_search_stops_it_and_space_lets_it_go_on(self):
        self.assertEqual(self.search("whole").returncode, 0)
        slow = fault(self.folder / "disk/run", "sleep", 1, call="fsync", for_=1_000_000)
        process = subprocess.Popen(command(["run", self.config, "--run-dir", self.folder / "disk/run"]),
                                   env={**environment(), **slow}, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        deadline = time.monotonic() + 60
        while len(self.generations("disk/run")) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        self.fill()
        _, errors = process.communicate(timeout=60)
        self.one_sentence(subprocess.CompletedProcess([], process.returncode, "", errors), 4)
        self.assertRegex(errors, "No space left on device|0.00 MiB are free")
        self.assertNotIn("LOG ERROR", errors)
        before = self.generations("disk/run")
        (self.folder / "disk/filler").unlink()
        done = self.search("disk/run")
        self.assertIn(f"resuming after iteration {before[-1]}", done.stderr)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.check_same("disk/run", "whole")

    def test_too_little_space_is_told_before_the_search_and_by_validate(self):
        self.fill(leave=64 * 1024)
        run_dir = self.folder / "disk/run"
        for verb in (["run", self.config, "--run-dir", run_dir], ["validate", self.config, "--set", f"output.run_dir={run_dir}"]):
            done = subprocess.run(command(verb), env=environment(), capture_output=True, text=True, timeout=60, check=False)
            self.one_sentence(done, 4, "still needs up to", "MiB free", "output.keep")
        self.assertEqual(self.generations("disk/run"), [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
