#!/usr/bin/env python3
"""Sweeps under a real Slurm: as many rows at once as asked for, a summary, and a requeue of one row alone."""
from slurm_case import LONG, SlurmCase, main, read_json


class Sweep(SlurmCase):
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


if __name__ == "__main__":
    main()
