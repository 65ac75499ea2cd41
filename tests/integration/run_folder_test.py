#!/usr/bin/env python3
"""What a run folder holds, who may use it, and for which configurations."""
import subprocess
import sys
import time
import unittest

from shoal_case import TINY, ShoalCase, command, environment, history, read_json, shoal


class RunFolder(ShoalCase):
    def test_it_holds_what_is_documented(self):
        self.copy_tiny("run")
        names = {path.name for path in (self.folder / "run").iterdir()}
        for name in ("config.yaml", "run.json", "history.jsonl", "log.txt", "examples.h5", "metrics.csv", "checkpoints", "best",
                     "result.json", "report.html"):
            self.assertIn(name, names)
        self.assertTrue(any(name.startswith("events.out.tfevents.") for name in names))
        self.assertEqual(len(list((self.folder / "run/checkpoints").iterdir())), 3)

    def test_the_resolved_configuration_runs_the_same_search(self):
        self.copy_tiny("run")
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
        self.copy_tiny("run")
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
