#!/usr/bin/env python3
"""Jobs that are told to stop, preempted, or lose a node or a rank continue to the history of a search that nobody disturbed."""
import os
from pathlib import Path

from slurm_case import BINARY, LONG, SlurmCase, main


class Requeue(SlurmCase):
    def test_a_signal_ends_with_85_and_the_job_continues_to_the_same_history(self):
        job = self.submit("--gpus-per-node", "2", "--cpus-per-task", "2", *LONG)["search"]
        self.wait_for_lines(4)
        self.slurm.run("scancel", "--batch", "--signal=USR1", job)
        self.slurm.wait(lambda: self.restarts(job) == 1, "the requeue", 30)
        self.wait_for_end(job)
        self.assertEqual(self.restarts(job), 1, self.outputs())
        output = (self.run_dir / f"slurm-{job}.out").read_text()
        self.assertEqual(output.count("back into the queue"), 1, output)
        self.assertRegex((self.run_dir / "log.txt").read_text(), r"stopped early \(signal, walltime or(.*\n)+.*resuming after iteration")
        self.assert_same_history(*LONG)

    def test_a_preempted_job_continues_to_the_same_history(self):
        job = self.submit("--nodes", "2", "--partition", "main", *LONG)["search"]
        self.wait_for_lines(4)
        urgent = self.slurm.run("sbatch", "--parsable", "--partition=high", "--nodes=4", "--exclusive", "--output=/dev/null",
                                "--wrap=sleep 1").strip()
        self.wait_for_end(urgent)
        self.wait_for_end(job)
        self.assertEqual(self.restarts(job), 1, self.outputs())
        self.assertIn("resuming after iteration", (self.run_dir / "log.txt").read_text())
        self.assert_same_history(*LONG)

    def test_a_node_that_fails_costs_nothing(self):
        job = self.submit("--nodes", "2", "--partition", "main", *LONG)["search"]
        self.wait_for_lines(4)
        node = self.slurm.job(job)["BatchHost"]
        other = next(name for name in self.nodes(job) if name != node)
        self.slurm.run("scontrol", "update", f"nodename={other}", "state=down", "reason=test")
        self.addCleanup(self.slurm.run, "scontrol", "update", f"nodename={other}", "state=resume")
        self.slurm.wait(lambda: self.restarts(job) == 1, "the requeue", 30)
        self.wait_for_end(job)
        self.assertIn("resuming after iteration", (self.run_dir / "log.txt").read_text())
        self.assert_same_history(*LONG)

    def test_a_rank_that_is_killed_costs_nothing(self):
        job = self.submit("--nodes", "2", "--partition", "main", *LONG)["search"]
        self.wait_for_lines(4)
        victim = next(path for path in Path("/proc").glob("[0-9]*/environ") if self.is_rank(path, job, 1))
        os.kill(int(victim.parent.name), 9)
        self.slurm.wait(lambda: self.restarts(job) == 1, "the requeue", 60)
        self.wait_for_end(job)
        self.assert_same_history(*LONG)

    def nodes(self, job):
        return self.slurm.run("scontrol", "show", "hostnames", self.slurm.job(job)["NodeList"]).split()

    def is_rank(self, environ, job, rank):
        try:
            variables = environ.read_bytes().split(b"\0")
            program = os.readlink(environ.with_name("exe"))
        except OSError:
            return False
        return program == os.path.realpath(BINARY) and f"SLURM_JOB_ID={job}".encode() in variables and f"SLURM_PROCID={rank}".encode() in variables


if __name__ == "__main__":
    main()
