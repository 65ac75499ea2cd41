#!/usr/bin/env python3
"""Checkpoints that somebody or something has damaged: noticed, named, the next older one used; never silently started anew."""
import shutil
import sys
import unittest
from pathlib import Path

from fault_case import ITERATIONS, ROOT, FaultCase, shoal

NEWEST, OLDER, OLDEST = (f"{ITERATIONS - k:06d}" for k in range(3))


def truncate(path):
    path.write_bytes(path.read_bytes()[:path.stat().st_size // 2])


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 8
    path.write_bytes(content)


def exchange(one, other):
    spare = one.with_name("spare")
    one.rename(spare)
    other.rename(one)
    spare.rename(other)


# What happens to the checkpoints, and how many of the newest are then not valid.
DAMAGES = {
    "a truncated state": (lambda c: truncate(c / NEWEST / "state.h5"), 1),
    "a truncated manifest": (lambda c: truncate(c / NEWEST / "manifest.json"), 1),
    "an empty state": (lambda c: (c / NEWEST / "state.h5").write_bytes(b""), 1),
    "a flipped bit in a state": (lambda c: flip(c / NEWEST / "state.h5"), 1),
    "a flipped bit in a manifest": (lambda c: flip(c / NEWEST / "manifest.json"), 1),
    "a missing state": (lambda c: (c / NEWEST / "state.h5").unlink(), 1),
    "a missing manifest": (lambda c: (c / NEWEST / "manifest.json").unlink(), 1),
    "an empty folder": (lambda c: [path.unlink() for path in (c / NEWEST).iterdir()], 1),
    "states of two generations exchanged": (lambda c: exchange(c / NEWEST / "state.h5", c / OLDER / "state.h5"), 2),
    "manifests of two generations exchanged": (lambda c: exchange(c / NEWEST / "manifest.json", c / OLDER / "manifest.json"), 2),
    "two generations exchanged": (lambda c: exchange(c / NEWEST, c / OLDER), 2),
    "a folder in place of a state": (lambda c: ((c / NEWEST / "state.h5").unlink(), (c / NEWEST / "state.h5").mkdir()), 1),
    "a later generation with nothing in it": (lambda c: (c / "000099").mkdir(), 0),
}


class Damage(FaultCase):
    def setUp(self):
        super().setUp()
        self.assertEqual(self.search("whole").returncode, 0)

    def copy(self, name):
        """A run that ended just before its result was written."""
        folder = self.folder / name
        shutil.copytree(self.folder / "whole", folder)
        (folder / "result.json").unlink()
        return folder / "checkpoints"

    def test_each_damage_is_named_and_the_next_older_checkpoint_used(self):
        for k, (what, (damage, lost)) in enumerate(DAMAGES.items()):
            with self.subTest(what):
                checkpoints = self.copy(str(k))
                damage(checkpoints)
                done = self.search(str(k))
                self.assertEqual(done.returncode, 0, done.stderr)
                log = (self.folder / str(k) / "log.txt").read_text()
                for generation in [NEWEST, OLDER][:lost] or ["000099"]:
                    self.assertRegex(done.stderr, f"checkpoint {generation} is skipped: .*{checkpoints / generation}")
                    self.assertIn(f"checkpoint {generation} is skipped", log)
                self.assertIn(f"resuming after iteration {ITERATIONS - lost}", done.stderr)
                self.check_same(str(k), "whole")

    def test_when_every_checkpoint_is_damaged_the_run_refuses_and_touches_nothing(self):
        checkpoints = self.copy("run")
        for generation in (NEWEST, OLDER, OLDEST):
            flip(checkpoints / generation / "state.h5")
        before = self.content("run")
        for policy in ("auto", "require"):
            with self.subTest(policy):
                done = self.search("run", None, "--resume", policy)
                self.one_sentence(done, 3, "none of the 3 checkpoints", str(checkpoints), "--resume never")
                self.assertEqual(self.content("run"), before)
        done = self.search("run", None, "--resume", "never")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.check_same("run", "whole")

    def test_a_checkpoint_of_a_later_version_is_not_passed_over(self):
        newer = self.copy("run") / "000099"
        newer.mkdir()
        shutil.copy(ROOT / "tests/data/checkpoint-format-99/manifest.json", newer)
        before = self.content("run")
        self.one_sentence(self.search("run"), 3, "000099/manifest.json has format 99", "--resume never")
        self.assertEqual(self.content("run"), before)
        done = shoal("checkpoint", "verify", self.folder / "run")
        self.one_sentence(done, 3, "has format 99", "A resumed run refuses")
        listed = shoal("checkpoint", "ls", self.folder / "run").stdout.splitlines()[1]
        self.assertNotIn("damaged", listed)
        flip(newer / "manifest.json")
        self.assertIn("checkpoint 000099 is skipped", self.search("run").stderr)

    def content(self, name):
        files = [path for path in (self.folder / name).rglob("*") if path.is_file() and path.name not in ("log.txt", ".lock")]
        return {str(path): path.read_bytes() for path in files}

    def test_a_history_shorter_than_its_checkpoint_is_refused(self):
        self.copy("run")
        history = Path(self.folder / "run/history.jsonl")
        history.write_text("".join(history.read_text().splitlines(keepends=True)[:3]))
        self.one_sentence(self.search("run"), 4, "has 3 lines where the checkpoint needs 17", "--resume never")

    def test_what_killed_processes_left_half_written_goes_with_the_next_start(self):
        self.copy("run")
        for name in ("config.yaml.tmp-123", "best/README.md.tmp-77", ".tmp-checkpoints/000001/state.h5"):
            path = self.folder / "run" / name
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_text("half")
        (self.folder / "run/notes.tmp-final").write_text("mine")
        self.assertEqual(self.search("run").returncode, 0)
        self.assertEqual([path.name for path in (self.folder / "run").rglob("*tmp-*")], ["notes.tmp-final"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
