"""What the tests under Slurm share: a cluster for each file of tests, and jobs of the tiny search on it."""
import os
import sys
import unittest

import cluster  # knows where the shared cases are
from shoal_case import BINARY, TINY, ShoalCase, history, read_json, shoal  # noqa: F401

LONG = ["--set", "swarm.max_iteration=25", "--set", "swarm.patience=100"]


class SlurmCase(ShoalCase):
    undisturbed = {}  # by settings, for all tests

    def setUp(self):
        super().setUp()
        self.run_dir = self.folder / "run"

    def submit(self, *extra):
        """The job ids by role."""
        done = shoal("submit", TINY / "run.yaml", "--run-dir", self.run_dir, "--time", "30", *extra)
        self.assertEqual(done.returncode, 0, done.stderr)
        return {job["role"]: job["job_id"] for job in read_json(self.run_dir / "job.json")["jobs"]}

    def wait_for_end(self, job_id, state="COMPLETED", seconds=90):
        self.slurm.wait_for_state(job_id, "COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", seconds=seconds)
        self.assertEqual(self.slurm.job(job_id)["JobState"], state, self.outputs())

    def outputs(self):
        return "\n".join(f"== {path}\n{path.read_text(errors='replace')}" for path in sorted(self.run_dir.glob("*.out")))

    def wait_for_lines(self, count):
        path = self.run_dir / "history.jsonl"
        self.slurm.wait(lambda: path.exists() and path.read_text().count("\n") >= count, f"line {count} of the history", 60)

    def assert_same_history(self, *extra):
        """The run's history is that of a search that nobody disturbed, on one process without Slurm."""
        if extra not in self.undisturbed:
            self.run_tiny("alone", *extra)
            self.undisturbed[extra] = history(self.folder / "alone")
        self.assertEqual(history(self.run_dir), self.undisturbed[extra], self.outputs())

    def restarts(self, job):
        return int(self.slurm.job(job)["Restarts"])


def main():
    """Runs the tests of the calling script on a cluster of their own."""
    cluster.enter_namespace()
    os.environ.setdefault("OMPI_MCA_btl_vader_single_copy_mechanism", "none")
    SlurmCase.slurm = cluster.Cluster()
    try:
        unittest.main(argv=sys.argv, verbosity=2)
    finally:
        SlurmCase.slurm.stop()
