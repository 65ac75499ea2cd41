#!/usr/bin/env python3
"""kill -9, and power failures, at chosen calls of a search: the newest checkpoint is always valid, the result the same."""
import collections
import random
import re
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor

from fault_case import FaultCase, fault

KILLS = 208
DENSE_KILLS = 40
DENSE = ["--set", "swarm.positions=dense"]
CHAINS = 2  # run folders that are worked on at the same time
LATEST = 110  # calls on the run folder after which a process is killed at the latest: about four iterations


class Kills(FaultCase):
    def chain(self, seed, kills, *extra):
        """Kills one search after another until there were enough; returns what was killed how often, and in how many searches."""
        draws = random.Random(seed)
        killed, searches = collections.Counter(), 0
        name = f"{seed}-{searches}"
        while killed.total() < kills:
            how = draws.choice(["kill", "kill_half", "kill_after", "power"])
            log = self.folder / f"{seed}.log"
            before = self.generations(name)
            done = self.search(name, fault(self.folder / name, how, draws.randint(1, LATEST), log=log), *extra)
            self.check_resumed(done, before)
            self.assertLessEqual(before[-1:], self.generations(name)[-1:])
            if done.returncode == 0:
                self.check_same(name, "whole")
                searches += 1
                name = f"{seed}-{searches}"
                continue
            self.assertEqual(done.returncode, -9, done.stderr)
            killed[how] += 1
        self.assertEqual(self.search(name, None, *extra).returncode, 0)
        self.check_same(name, "whole")
        return killed, searches

    def phases(self, seeds):
        """How many faults there were in each call and file."""
        phases = collections.Counter()
        for seed in seeds:
            for line in (self.folder / f"{seed}.log").read_text().splitlines():
                call, path = line.split(" ", 1)
                phases[call, path.rsplit("/", 1)[-1].split(".tmp-")[0]] += 1
        return phases

    def check_resumed(self, done, before):
        """The newest generation that an earlier process published was valid, if this one lived long enough to say so."""
        self.assertNotIn("is skipped", done.stderr)
        resumed = re.findall(r"resuming after iteration (\d+)", done.stderr)
        for iteration in resumed:
            self.assertEqual(int(iteration), before[-1])
        if before and not resumed:
            self.assertNotIn(" iteration ", done.stderr)

    def test_two_hundred_kills_in_all_phases_leave_the_uninterrupted_result(self):
        self.assertEqual(self.search("whole").returncode, 0)
        with ThreadPoolExecutor(CHAINS) as pool:
            chains = list(pool.map(lambda seed: self.chain(seed, KILLS // CHAINS), range(CHAINS)))
        killed = sum((killed for killed, _ in chains), collections.Counter())
        self.assertGreaterEqual(killed.total(), 200)
        self.assertGreater(min(searches for _, searches in chains), 2)
        self.assertEqual(len(killed), 4)
        phases = self.phases(range(CHAINS))
        for phase in [(call, file) for file in ("state.h5", "manifest.json", "history.jsonl", "examples.h5")
                      for call in ("open", "write", "fsync")] + [("rename", "examples.h5"), ("mkdir", "")]:
            self.assertGreater(phases[phase], 0, f"no kill at {phase}: {phases}")
        self.assertTrue(any(call == "rename" and file.isdigit() for call, file in phases), phases)
        print(dict(killed), len(phases), "different calls and files")

    def test_kills_of_dense_searches_leave_the_uninterrupted_result(self):
        self.assertEqual(self.search("whole", None, *DENSE).returncode, 0)
        with ThreadPoolExecutor(CHAINS) as pool:
            killed = list(pool.map(lambda seed: self.chain(seed, DENSE_KILLS // CHAINS, *DENSE)[0], range(CHAINS)))
        self.assertGreaterEqual(sum(killed, collections.Counter()).total(), DENSE_KILLS)

    def test_kills_at_the_files_of_dense_positions_leave_the_uninterrupted_result(self):
        self.assertEqual(self.search("whole", None, *DENSE).returncode, 0)
        for call, file in (("write", "rank-0000"), ("fsync", "rank-0000"), ("write", "reached-0000"), ("link", "reached-0000"), ("rename", "/0000")):
            how = {"write": "kill_half", "fsync": "kill", "link": "kill_after", "rename": "power"}[call]
            with self.subTest(call=call, file=file):
                name = call + file.strip("/")
                done = self.search(name, fault(self.folder / name, how, 4, call=call, name=file), *DENSE)
                self.assertEqual(done.returncode, -9, done.stderr)
                done = self.search(name, None, *DENSE)
                self.assertNotIn("is skipped", done.stderr)
                self.check_same(name, "whole")

    def test_a_file_system_without_hard_links_gets_every_position_written(self):
        self.assertEqual(self.search("whole", None, *DENSE).returncode, 0)
        done = self.search("run", fault(self.folder / "run", "EIO", 1, call="link", for_=1000, log=self.folder / "log"), *DENSE)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("link ", (self.folder / "log").read_text())
        self.check_same("run", "whole")

    def test_ranks_with_dense_positions_that_are_killed_go_on_with_any_number_of_ranks(self):
        self.assertEqual(self.search("whole", None, *DENSE).returncode, 0)
        draws = random.Random(7)
        for how in ("kill", "power"):
            done = self.search("run", fault(self.folder / "run", how, draws.randint(20, 60)), *DENSE, ranks=2)
            self.assertNotEqual(done.returncode, 0)
            self.assertNotIn("is skipped", done.stderr)
        done = self.search("run", None, *DENSE, ranks=3)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.check_same("run", "whole")

    def test_a_rank_that_is_killed_while_it_writes_ends_the_launch_and_any_number_of_ranks_goes_on(self):
        self.assertEqual(self.search("whole").returncode, 0)
        draws = random.Random(5)
        for how in ("kill", "kill_half", "kill_after", "power"):
            done = self.search("run", fault(self.folder / "run", how, draws.randint(20, 70)), ranks=2)
            self.assertNotEqual(done.returncode, 0)
            self.assertNotIn("is skipped", done.stderr)
        done = self.search("run", ranks=4)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.check_same("run", "whole")


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
