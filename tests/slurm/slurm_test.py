#!/usr/bin/env python3
"""shoal under a real Slurm: submission, requeue after a signal and after preemption, sweeps, chains, and wrong launches."""
import json
import os
import shutil
import sys
import time
import unittest
from pathlib import Path

import cluster

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration"))
from shoal_case import BINARY, TINY, ShoalCase, history, read_json, shoal  # noqa: E402

LONG = ["--set", "swarm.max_iteration=25", "--set", "swarm.patience=100"]


def setUpModule():
    SlurmCase.slurm = cluster.Cluster()
    unittest.addModuleCleanup(SlurmCase.slurm.stop)


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


class Submit(SlurmCase):
    def test_two_ranks_on_two_nodes_to_the_end(self):
        job = self.submit("--nodes", "2", "--partition", "main")["search"]
        self.wait_for_end(job)
        self.assert_same_history()
        log = (self.run_dir / "log.txt").read_text()
        self.assertRegex(log, r"layout: n\d: rank 0 cores \S+; n\d: rank 1 cores \S+\n")
        self.assertIn("2 ranks x 1 threads", log)
        run = read_json(self.run_dir / "run.json")
        self.assertEqual(run["job_id"], job)
        left = int(run["job_end_time"]) - time.time()
        self.assertTrue(0 < left <= 1800, left)
        self.assertRegex(shoal("status", self.run_dir).stdout, rf"finished +6 of 6 .* {job}\n$")

    def test_eight_ranks_on_four_nodes_to_the_end(self):
        job = self.submit("--nodes", "4", "--tasks-per-node", "2", "--cpus-per-task", "1", "--partition", "main")["search"]
        self.wait_for_end(job)
        self.assert_same_history()
        self.assertIn("8 ranks x 1 threads", (self.run_dir / "log.txt").read_text())

    def test_a_judge_runs_beside_the_search(self):
        data = self.folder / "questions.json"
        data.write_text(json.dumps({split: [{"question": f"Tell me about {word}."} for word in ("red", "blue", "gold")] for split in ("dev", "test")}))
        task = {"name": "essay", "type": "judge", "data": str(data), "max_new_tokens": 6, "model": "m", "url_env": "SHOAL_JUDGE_URL"}
        server = Path(__file__).resolve().parents[1] / "integration/score_server.py"
        job = self.submit("--judge", f"exec {sys.executable} -B {server}", "--set", "utility=" + json.dumps({"tasks": [task]}),
                          "--set", "swarm.max_iteration=2")["search"]
        self.wait_for_end(job)
        self.assertGreater(read_json(self.run_dir / "result.json")["best"]["dev"]["utility"], 0.0)
        self.slurm.wait(lambda: cluster.subprocess.run(["pgrep", "-f", "score_server.py"], capture_output=True, check=False).returncode == 1,
                        "the judge's end", 20)

    def test_a_judge_that_does_not_start_ends_the_job(self):
        job = self.submit("--judge", "echo no GPU; exit 3")["search"]
        self.wait_for_end(job, "FAILED")
        self.assertIn("the judge has ended", self.outputs())
        self.assertIn("no GPU", (self.run_dir / f"judge-{job}.log").read_text())

    def test_a_chain_ends_with_the_report(self):
        jobs = self.submit("--chain", "report")
        self.assertEqual(self.slurm.job(jobs["report"])["Dependency"].split(":")[0], "afterok")
        self.wait_for_end(jobs["search"])
        self.wait_for_end(jobs["report"])
        self.assertRegex((self.run_dir / f"report-{jobs['report']}.out").read_text(), "report.html\n(.*\n)+.*finished")

    def test_what_slurm_would_refuse_is_told(self):
        done = shoal("submit", TINY / "run.yaml", "--run-dir", self.run_dir, "--nodes", "5")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"^shoal: Slurm would not take the search job \(.*\)\. Check --partition.*\n$")
        self.assertFalse((self.run_dir / "job.json").exists())

    def test_a_node_that_lacks_a_file_is_named(self):
        tiny = self.folder / "tiny"
        shutil.copytree(TINY, tiny)
        script = shoal("submit", tiny / "run.yaml", "--run-dir", self.run_dir, "--nodes", "2", "--dry-run").stdout
        self.run_dir.mkdir()
        (self.run_dir / "search.sbatch").write_text(script)
        (tiny / "run.yaml").unlink()
        job = self.slurm.run("sbatch", "--parsable", f"--chdir={self.run_dir}", self.run_dir / "search.sbatch").strip()
        self.wait_for_end(job, "FAILED")
        self.assertEqual(self.slurm.job(job)["ExitCode"], "86:0")
        self.assertRegex(self.outputs(), r"node n\d cannot read .*run.yaml. Exclude it: sbatch --exclude=n\d")


class Requeue(SlurmCase):
    def restarts(self, job):
        return int(self.slurm.job(job)["Restarts"])

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

    def test_four_settings_two_at_a_time(self):
        table = self.folder / "sweep.tsv"
        table.write_text("seed\n1\n2\n3\n4\n")
        jobs = self.submit("--array", table, "--at-once", "2", "--set", "swarm.max_iteration=2")
        self.wait_for_end(jobs["summary"])
        self.assertIn("--array=1-4%2", (self.run_dir / "sweep.sbatch").read_text())
        rows = (self.run_dir / "summary.tsv").read_text().splitlines()
        self.assertEqual([row.split("\t")[1] for row in rows], ["seed", "1", "2", "3", "4"])

    def test_a_task_of_an_array_is_requeued_alone(self):
        table = self.folder / "sweep.tsv"
        table.write_text("seed\tswarm.max_iteration\n7\t25\n8\t2\n")
        jobs = self.submit("--array", table, "--set", "swarm.patience=100")
        self.run_dir = self.run_dir / "row-001"
        self.wait_for_lines(4)
        self.run_dir = self.run_dir.parent
        first = f"{jobs['sweep']}_1"
        self.slurm.run("scancel", "--batch", "--signal=USR1", first)
        self.slurm.wait(lambda: self.restarts(first) == 1, "the requeue", 30)
        self.wait_for_end(jobs["summary"])
        self.assertEqual((self.restarts(first), self.restarts(f"{jobs['sweep']}_2")), (1, 0), self.outputs())
        header, *rows = (line.split("\t") for line in (self.run_dir / "summary.tsv").read_text().splitlines())
        self.assertEqual(header, ["row", "seed", "swarm.max_iteration", "state", "iteration", "best", "spread", "evaluations", "test"])
        self.assertEqual([row[:5] for row in rows], [["row-001", "7", "25", "finished", "25 of 25"], ["row-002", "8", "2", "finished", "2 of 2"]])
        for row in rows:
            result = read_json(self.run_dir / row[0] / "result.json")
            self.assertEqual(row[-1], f"{result['best']['test']['utility']:.3f}")
        self.assertIn("row-001", (self.run_dir / "summary.out").read_text())
        self.assertTrue((self.run_dir / "comparison.html").stat().st_size > 0)
        self.run_dir = self.run_dir / "row-001"
        self.assert_same_history(*LONG)


class Launch(SlurmCase):
    def test_srun_without_mpi_is_refused_once(self):
        call = ["srun", "--mpi=none", "--ntasks=3", BINARY, "run", TINY / "run.yaml", "--run-dir", self.run_dir]
        done = cluster.subprocess.run([str(part) for part in call], capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual(done.returncode, 2)
        sentences = [line for line in done.stderr.splitlines() if line.startswith("shoal: ")]
        self.assertEqual(len(sentences), 1, done.stderr)
        self.assertIn("Use srun --mpi=pmix", sentences[0])
        self.assertFalse(self.run_dir.exists())


if __name__ == "__main__":
    cluster.enter_namespace()
    os.environ.setdefault("OMPI_MCA_btl_vader_single_copy_mechanism", "none")
    unittest.main(argv=sys.argv, verbosity=2)
