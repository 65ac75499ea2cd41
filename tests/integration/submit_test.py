#!/usr/bin/env python3
"""shoal submit without Slurm: rendered scripts, refusals, and what it tells a stand-in for sbatch. And what the program says
when srun started it without MPI. tests/slurm does the same with a real Slurm."""
import os
import re
import shutil
import subprocess
import sys
import unittest

from shoal_case import BINARY, ROOT, TINY, ShoalCase, command, environment, read_json

# Notes its arguments; the job ids count up from 101. REFUSE names an argument at which it fails.
SBATCH = """#!/bin/bash
echo "$*" >>"$LOG"
if [[ -n $REFUSE && $* == *$REFUSE* ]]; then echo "sbatch: error: invalid partition specified" >&2; exit 1; fi
if [[ $1 == --parsable ]]; then echo "$((100 + $(grep -c parsable "$LOG")));cluster"; else echo "sbatch: Job 1 to start" >&2; fi
"""


class SubmitCase(ShoalCase):
    def setUp(self):
        super().setUp()
        self.log = self.folder / "sbatch.log"
        self.run_dir = self.folder / "run"
        tools = self.folder / "tools"
        tools.mkdir()
        (tools / "sbatch").write_text(SBATCH)
        (tools / "sbatch").chmod(0o755)
        self.path = f"{tools}:{os.environ['PATH']}"

    def submit(self, *extra, code=0, config=TINY / "run.yaml", path=None, refuse="", cwd=None):
        env = {**environment(), "PATH": path or self.path, "LOG": str(self.log), "REFUSE": refuse}
        done = subprocess.run(command(["submit", config, "--run-dir", self.run_dir, *extra]), env=env, capture_output=True, text=True,
                              timeout=60, check=False, cwd=cwd)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 0 if code == 0 else 1, done.stderr)
        return done.stdout if code == 0 else done.stderr

    def options(self, script):
        return re.findall(r"^#SBATCH (.*)$", script, re.MULTILINE)

    def check_bash(self, script):
        self.assertNotRegex(script, r"@[A-Z_]+@")
        done = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
        self.assertEqual(done.stderr, "")
        if shutil.which("shellcheck"):
            done = subprocess.run(["shellcheck", "-S", "warning", "-"], input=script, text=True, capture_output=True, check=False)
            self.assertEqual(done.stdout, "")

    def table(self, text):
        path = self.folder / "sweep.tsv"
        path.write_text(text)
        return path


class DryRun(SubmitCase):
    def test_it_prints_the_script_and_writes_nothing(self):
        script = self.submit("--dry-run", "--time", "2:00:00")
        self.check_bash(script)
        self.assertEqual(self.options(script), ["--job-name=tiny", "--nodes=1", "--ntasks-per-node=1", "--exclusive", "--time=2:00:00",
                                                "--output=slurm-%j.out", "--requeue --open-mode=append --signal=B:USR1@180"])
        self.assertIn("srun --mpi=pmix --kill-on-bad-exit=1", script)
        self.assertIn(f"shoal={BINARY}\n", script)
        self.assertFalse(self.run_dir.exists() or self.log.exists())

    def test_without_sbatch_it_still_prints(self):
        self.assertIn("run_step", self.submit("--dry-run", path="/nowhere"))

    def test_gpus_get_a_rank_each(self):
        script = self.submit("--dry-run", "--nodes", "4", "--gpus-per-node", "8", "--cpus-per-task", "16", "--partition", "gpu")
        self.check_bash(script)
        self.assertEqual(self.options(script)[1:6], ["--partition=gpu", "--nodes=4", "--ntasks-per-node=8", "--cpus-per-task=16",
                                                     "--gpus-per-node=8"])
        self.assertNotIn("--exclusive", script)
        self.assertIn("\npreflight\n", script)

    def test_a_judge_runs_beside_the_search(self):
        script = self.submit("--dry-run", "--judge", "vllm serve it's --port $SHOAL_JUDGE_PORT", "--nodes", "2")
        self.check_bash(script)
        self.assertIn("--nodes=2", self.options(script))
        self.assertIn("judge='vllm serve it'\\''s --port $SHOAL_JUDGE_PORT'\n", script)
        self.assertLess(script.index("\nawait_judge\n"), script.index('run_step "$shoal"'))
        self.assertIn("--array", self.submit("--judge", "serve", "--array", self.table("seed\n1\n"), code=2))

    def test_every_script_of_a_chain_and_of_a_sweep(self):
        chain = self.submit("--dry-run", "--chain", "test,report")
        self.assertEqual([line.split("/")[-1] for line in chain.splitlines() if line.startswith("### ")],
                         ["test.sbatch", "search.sbatch", "report.sbatch"])
        sweep = self.submit("--dry-run", "--array", self.table("seed\n1\n2\n3\n"))
        self.assertIn("#SBATCH --array=1-3\n", sweep)
        for part in re.split(r"^### .*$", chain + sweep, flags=re.MULTILINE)[1:]:
            self.check_bash(part.lstrip())

    def test_strange_names_stay_words_of_bash(self):
        odd = self.folder / "it's a $(touch pwned) `folder`"
        shutil.copytree(TINY, odd)
        self.run_dir = odd / "run"
        script = self.submit("--dry-run", "--set", "name=a b; $(touch pwned)", config=odd / "run.yaml", cwd=odd)
        self.check_bash(script)
        name, = re.findall(r"^#SBATCH --job-name=(.*)$", script, re.MULTILINE)
        self.assertRegex(name, r"^[\w.-]+$")
        variables = "\n".join(line for line in script.splitlines() if re.match(r"(shoal|config|run_dir|settings)=", line))
        shown = subprocess.run(["bash", "-c", variables + '\nprintf "%s\\n" "$config" "$run_dir" "${settings[@]}"'], text=True,
                               capture_output=True, check=True, cwd=self.folder)
        self.assertEqual(shown.stdout.splitlines(), [str(odd / "run.yaml"), str(odd / "run"), "--set", "name=a b; $(touch pwned)"])
        self.assertFalse((self.folder / "pwned").exists())

    def test_other_templates(self):
        folder = self.folder / "templates"
        shutil.copytree(ROOT / "slurm", folder)
        (folder / "one_node.sbatch").write_text("#!/bin/bash\n# ours: @NAME@ a@b.c\n#SBATCH --partition=@PARTITION@\n")
        self.assertEqual(self.submit("--dry-run", "--templates", folder), "#!/bin/bash\n# ours: tiny a@b.c\n")
        (folder / "one_node.sbatch").write_text("@COLOUR@\n")
        self.assertIn("unknown placeholder @COLOUR@", self.submit("--dry-run", "--templates", folder, code=3))
        self.assertIn("functions.sh", self.submit("--dry-run", "--templates", self.folder / "none", code=3))


class Submission(SubmitCase):
    def calls(self):
        return self.log.read_text().splitlines()

    def test_scripts_are_tried_then_submitted_and_the_job_noted(self):
        output = self.submit()
        self.assertIn("search job 101\n", output)
        script = self.run_dir / "search.sbatch"
        self.assertEqual(self.calls(), [f"{kind} --chdir={self.run_dir} {script}" for kind in ("--test-only", "--parsable")])
        self.assertEqual(read_json(self.run_dir / "job.json")["job_id"], "101")
        self.check_bash(script.read_text())

    def test_a_chain_is_linked(self):
        self.submit("--chain", "test,report")
        submitted = [call for call in self.calls() if call.startswith("--parsable")]
        self.assertEqual([re.findall(r"--dependency=(\S+) --kill-on-invalid-dep=yes", call) for call in submitted],
                         [[], ["afterok:101"], ["afterok:102"]])
        job = read_json(self.run_dir / "job.json")
        self.assertEqual((job["job_id"], [part["role"] for part in job["jobs"]]), ("102", ["test", "search", "report"]))

    def test_a_sweep_has_its_table_folders_and_summary(self):
        self.submit("--array", self.table("seed\tswarm.particles\r\n1\t\r\n\r\n2\t 8 \r\n"))
        self.assertEqual((self.run_dir / "sweep.tsv").read_text(), "seed\tswarm.particles\n1\t\n2\t8\n")
        self.assertTrue((self.run_dir / "row-001").is_dir() and (self.run_dir / "row-002").is_dir())
        self.assertIn("--dependency=afterany:101", self.calls()[-1])

    def test_a_script_that_slurm_would_refuse(self):
        error = self.submit("--partition", "none", code=2, refuse="--test-only")
        self.assertIn("Slurm would not take the search job (sbatch: error: invalid partition specified)", error)
        self.assertFalse((self.run_dir / "job.json").exists())

    def test_a_refusal_in_the_middle_of_a_chain_names_the_job_before(self):
        error = self.submit("--chain", "report", code=2, refuse="afterok")
        self.assertIn("did not take the report job", error)
        self.assertIn("The job before it is 101", error)
        self.assertEqual(read_json(self.run_dir / "job.json")["job_id"], "101")

    def test_without_sbatch(self):
        self.assertIn("PATH has no sbatch", self.submit(code=2, path="/nowhere"))
        self.assertFalse(self.run_dir.exists())


class Refusals(SubmitCase):
    def refused(self, fragment, *extra, code=2, **more):
        self.assertIn(fragment, self.submit(*extra, code=code, **more))
        self.assertFalse(self.run_dir.exists() or self.log.exists())

    def test_what_validate_finds(self):
        self.refused("nothing.yaml", code=2, config=self.folder / "nothing.yaml")
        self.refused("particles?", "--set", "swarm.particle=3")
        self.refused("nomodel", "--set", f"model={self.folder}/nomodel", code=3)

    def test_a_run_folder_that_cannot_be_made(self):
        (self.folder / "file").write_text("")
        self.run_dir = self.folder / "file/run"
        self.refused("cannot be made", code=4)

    def test_tables(self):
        self.refused("none.tsv", "--array", self.folder / "none.tsv")
        for text, fragment in (("", "holds no search"), ("seed\n", "holds no search"), ("seed\tname\n1\n", ":2: 1 entries"),
                               ("seed\tseed\n1\t2\n", "given twice"), ("seed\t\n1\t2\n", "'' is no key"), ("seed=1\n2\n", "is no key")):
            with self.subTest(text):
                self.refused(fragment, "--array", self.table(text))
        self.refused("row 2: ", "--array", self.table("seed\n1\nx\n"))
        self.refused("row 1: ", "--array", self.table("swarm.particle\n8\n"))
        self.refused("nomodel", "--array", self.table(f"model\n{self.folder}/nomodel\n"), code=3)
        self.refused("does not go with --array", "--array", self.table("seed\n1\n"), "--chain", "report")

    def test_options(self):
        for time in ("soon", "4", "0:04:59", "1:2:3:4", "-5", "2-"):
            self.refused("--time", "--time", time)
        for extra in (["--nodes", "0"], ["--chain", "dance"], ["--gpus-per-node", "-1"], ["--partition", "a b"]):
            self.refused(extra[0], *extra)
        for time in ("5", "5:00", "00:05:00", "0-1", "1-00:00", "1-00:00:00"):
            self.submit("--dry-run", "--time", time)

    def test_tests_that_are_not_there(self):
        moved = self.folder / "prefix/bin/shoal"
        moved.parent.mkdir(parents=True)
        os.link(BINARY, moved) if os.stat(BINARY).st_dev == os.stat(self.folder).st_dev else shutil.copy(BINARY, moved)
        call = [moved, "submit", TINY / "run.yaml", "--run-dir", self.run_dir, "--dry-run"]
        done = subprocess.run(call, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("Give --templates", done.stderr)
        shutil.copytree(ROOT / "slurm", self.folder / "prefix/share/shoal/slurm")
        self.assertEqual(subprocess.run(call, capture_output=True, check=False).returncode, 0)
        done = subprocess.run([*call, "--chain", "test"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("has no tests beside it", done.stderr)


class Launch(ShoalCase):
    def start(self, task, *arguments, ranks=0):
        env = {**environment(), "SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": str(task)}
        return subprocess.run(command(arguments, ranks), env=env, capture_output=True, text=True, timeout=60, check=False)

    def test_processes_without_mpi_stop_and_one_of_them_says_why(self):
        for task in range(4):
            done = self.start(task, "run", TINY / "run.yaml", "--run-dir", self.folder / "run")
            self.assertEqual(done.returncode, 2)
            self.assertEqual("srun --mpi=pmix" in done.stderr, task == 0, done.stderr)
            self.assertEqual(len(done.stderr.splitlines()), 1 if task == 0 else 0)
        self.assertFalse((self.folder / "run").exists())

    def test_verbs_of_one_process_say_so(self):
        done = self.start(0, "ls")
        self.assertEqual(done.returncode, 2)
        self.assertIn("was started as 4", done.stderr)

    def test_mpirun_inside_a_job_is_no_mistake(self):
        done = self.start(0, "run", TINY / "run.yaml", "--run-dir", self.folder / "run", "--set", "swarm.max_iteration=1", ranks=2)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_log_holds_the_layout(self):
        self.run_tiny("run", "--set", "swarm.max_iteration=1", ranks=2)
        log = (self.folder / "run/log.txt").read_text()
        self.assertRegex(log, r"layout: \S+: rank 0 cores [\d,-]+, rank 1 cores [\d,-]+\n")


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
