#!/usr/bin/env python3
"""shoal under a real Slurm: submission, judges, chains, and wrong launches."""
import json
import shutil
import sys
import time
from pathlib import Path

import cluster
from slurm_case import BINARY, TINY, SlurmCase, main, read_json, shoal


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
    main()
