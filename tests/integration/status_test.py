#!/usr/bin/env python3
"""shoal checkpoint, status and watch: what they say of runs that have not begun, run, stopped, finished or are damaged."""
import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

from shoal_case import TINY, ShoalCase, command, environment, history, read_json, shoal

ENDLESS = ["--set", "swarm.max_iteration=5000", "--set", "swarm.patience=5000"]


class RunFolderCase(ShoalCase):
    def ask(self, *arguments, code=0):
        done = shoal(*arguments)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 0 if code == 0 else 1, done.stderr)
        return done

    def start(self, *extra, name="run", env=None):
        process = subprocess.Popen(command(["run", TINY / "run.yaml", "--run-dir", self.folder / name, *extra]),
                                   env={**environment(), **(env or {})}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(self.end, process)
        self.wait_for(lambda: (self.folder / name / "history.jsonl").exists() and
                      (self.folder / name / "history.jsonl").read_text().count("\n") >= 3)
        return process

    @staticmethod
    def end(process):
        process.kill()
        process.wait()

    def wait_for(self, condition, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), end, "this takes too long")
            time.sleep(0.05)

    def damage_newest(self, name="run"):
        newest = sorted((self.folder / name / "checkpoints").iterdir())[-1]
        content = bytearray((newest / "state.h5").read_bytes())
        content[len(content) // 2] ^= 0xFF
        (newest / "state.h5").write_bytes(content)
        return newest


class Checkpoint(RunFolderCase):
    def test_valid_checkpoints_are_listed_newest_first(self):
        self.copy_tiny()
        lines = self.ask("checkpoint", "ls", self.folder / "run").stdout.splitlines()
        self.assertEqual(lines[0].split(), ["iteration", "size", "seconds", "state"])
        self.assertEqual([line.split()[0] for line in lines[1:]], ["6", "5", "4"])
        for line in lines[1:]:
            self.assertRegex(line, r"^\d+ +[\d.]+ KiB +\d+\.\d +valid$")
        self.assertIn("iteration 6, is valid", self.ask("checkpoint", "verify", self.folder / "run").stdout)

    def test_a_damaged_one_is_told_with_the_reason_and_what_follows(self):
        self.copy_tiny()
        self.damage_newest()
        lines = self.ask("checkpoint", "ls", self.folder / "run").stdout.splitlines()
        self.assertRegex(lines[1], "^6 .*damaged: .*state.h5 is damaged")
        self.assertTrue(lines[2].endswith("valid"))
        error = self.ask("checkpoint", "verify", self.folder / "run", code=3).stderr
        self.assertIn("000006 is not valid", error)
        self.assertIn("continues from iteration 5", error)

    def test_a_missing_or_damaged_manifest(self):
        self.copy_tiny()
        for folder in (self.folder / "run/checkpoints").iterdir():
            (folder / "manifest.json").unlink()
        self.assertIn("A resumed run refuses; --resume never starts anew", self.ask("checkpoint", "verify", self.folder / "run", code=3).stderr)
        (folder / "manifest.json").write_text("{")
        self.assertEqual(self.ask("checkpoint", "ls", self.folder / "run").stdout.count("damaged: "), 3)

    def test_a_half_written_one_does_not_count(self):
        self.copy_tiny()
        newest = self.folder / "run/checkpoints/000006"
        newest.rename(newest.with_name(".tmp-000006"))
        self.assertIn("iteration 5", self.ask("checkpoint", "verify", self.folder / "run").stdout)

    def test_no_checkpoints(self):
        self.assertEqual(self.ask("checkpoint", "ls", self.folder).stdout, "no checkpoints\n")
        self.assertIn("has no checkpoint", self.ask("checkpoint", "verify", self.folder, code=3).stderr)

    def test_a_folder_that_is_not_there(self):
        for part in ("ls", "verify"):
            self.assertIn("there is no run folder", self.ask("checkpoint", part, self.folder / "none", code=3).stderr)
            self.assertIn("not a folder", self.ask("checkpoint", part, TINY / "run.yaml", code=3).stderr)

    def test_the_command_line(self):
        self.ask("checkpoint", code=2)
        self.ask("checkpoint", "ls", code=2)
        self.ask("checkpoint", "delete", self.folder, code=2)


class Status(RunFolderCase):
    def rows(self, *names, code=0):
        text = self.ask("status", "--tsv", *(self.folder / name for name in names), code=code).stdout
        header, *lines = (line.split("\t") for line in text.splitlines())
        return [dict(zip(header, line, strict=True)) for line in lines]

    def test_a_finished_run(self):
        self.copy_tiny()
        result = read_json(self.folder / "run/result.json")
        row, = self.rows("run")
        self.assertEqual((row["run"], row["state"], row["iteration"], row["job"]), ("tiny", "finished", "6 of 6", "–"))
        self.assertEqual(row["evaluations"], str(result["evaluations"]))
        self.assertEqual(row["test"], f"{result['best']['test']['utility']:.3f}")
        last = json.loads(history(self.folder / "run").splitlines()[-1])
        self.assertEqual(row["best"], f"{last['global_best']['utility']:.3f}")
        self.assertEqual((row["ETA"], row["walltime left"]), ("–", "–"))

    def test_not_begun_running_stopped(self):
        (self.folder / "new").mkdir()
        job = {"SLURM_JOB_ID": "4711", "SLURM_JOB_END_TIME": str(int(time.time()) + 3000)}
        process = self.start(*ENDLESS, env=job)
        new, running = self.rows("new", "run")
        self.assertEqual((new["state"], new["iteration"]), ("not begun", "–"))
        self.assertEqual((running["state"], running["job"]), ("running", "4711"))
        self.assertRegex(running["iteration"], r"^\d+ of 5000$")
        self.assertRegex(running["walltime left"], r"^4[89] min|^50 min")
        self.assertRegex(running["ETA"], r" (s|min)$")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(30), 85)
        stopped, = self.rows("run")
        self.assertEqual((stopped["state"], stopped["ETA"], stopped["walltime left"], stopped["job"]), ("stopped", "–", "–", "4711"))

    def test_a_submitted_run_shows_its_job(self):
        (self.folder / "run").mkdir()
        (self.folder / "run/job.json").write_text('{"job_id": "99", "jobs": []}')
        self.assertEqual(self.rows("run")[0]["job"], "99")
        (self.folder / "run/job.json").write_text("{")
        self.assertEqual(self.rows("run", code=3)[0]["state"], "unreadable")

    def test_one_unreadable_run_does_not_hide_the_others(self):
        self.copy_tiny("good")
        shutil.copytree(self.folder / "good", self.folder / "bad")
        (self.folder / "bad/history.jsonl").write_text("nonsense\n")
        done = self.ask("status", self.folder / "bad", self.folder / "good", self.folder / "none", code=3)
        lines = done.stdout.splitlines()
        self.assertIn("unreadable", lines[1])
        self.assertIn("finished", lines[2])
        self.assertIn("unreadable", lines[3])
        self.assertIn("history.jsonl, line 1 is damaged", done.stderr)

    def test_columns_line_up(self):
        self.copy_tiny("good")
        (self.folder / "a-folder-with-a-very-long-name").mkdir()
        lines = self.ask("status", self.folder / "good", self.folder / "a-folder-with-a-very-long-name").stdout.splitlines()
        at = lines[0].index("state")
        self.assertEqual([line[at:].split()[0] for line in lines], ["state", "finished", "not"])

    def test_a_missing_folder_and_no_argument(self):
        self.assertIn("there is no run folder", self.ask("status", self.folder / "none", code=3).stderr)
        self.ask("status", code=2)


class Watch(RunFolderCase):
    def test_a_pipe_gets_one_line_per_iteration_and_the_end(self):
        self.copy_tiny()
        lines = self.ask("watch", self.folder / "run").stdout.splitlines()
        self.assertEqual([re.match(r"tiny: iteration (\d+) best [\d.]+ mean ", line).group(1) for line in lines[:-1]],
                         [str(k) for k in range(7)])
        self.assertRegex(lines[-1], r"^tiny: finished, iteration 6 of 6, \d+ evaluations$")
        self.assertNotIn("\x1b", "".join(lines))

    def test_it_follows_a_run_to_its_end(self):
        process = self.start("--set", "swarm.max_iteration=40", "--set", "swarm.patience=40")
        watching = subprocess.run(command(["watch", self.folder / "run", "--interval", "0.1"]), env=environment(), capture_output=True,
                                  text=True, timeout=120, check=False)
        self.assertEqual((watching.returncode, watching.stderr), (0, ""))
        self.assertEqual(process.wait(60), 0)
        self.assertEqual(watching.stdout.count("tiny: iteration "), len(history(self.folder / "run").splitlines()))
        self.assertIn("tiny: finished", watching.stdout)

    def wait_until_it_catches(self, process, number):
        """Until the program has come to where it handles that signal."""
        for _ in range(600):
            self.assertIsNone(process.poll())
            caught = re.search(r"SigCgt:\s*(\w+)", Path(f"/proc/{process.pid}/status").read_text())
            if int(caught[1], 16) >> (number - 1) & 1:
                return
            time.sleep(0.05)
        self.fail("it never waited")

    def test_it_waits_for_a_run_that_has_not_begun_until_it_is_interrupted(self):
        watching = subprocess.Popen(command(["watch", self.folder]), env=environment(), stdout=subprocess.PIPE, text=True)
        self.wait_until_it_catches(watching, signal.SIGINT)
        watching.send_signal(signal.SIGINT)
        output, _ = watching.communicate(timeout=10)
        self.assertEqual(watching.returncode, 0)
        self.assertIn("not begun", output)

    def on_terminal(self, **variables):
        """What a live table of a finished run writes to a terminal."""
        main, terminal = pty.openpty()
        env = {**environment(), "TERM": "xterm", **variables}
        process = subprocess.Popen(command(["watch", self.folder / "run"]), env=env, stdout=terminal)
        os.close(terminal)
        output = b""
        while select.select([main], [], [], 10)[0]:
            try:
                output += os.read(main, 65536)
            except OSError:  # the other side is closed
                break
        os.close(main)
        self.assertEqual(process.wait(10), 0)
        return output.decode()

    def test_a_terminal_gets_a_table_with_colour_unless_it_is_unwanted(self):
        self.copy_tiny()
        table = self.on_terminal(NO_COLOR="")
        self.assertIn("\x1b[1mtiny: finished", table)
        self.assertRegex(table, r"iteration +best +mean +spread +evaluated +seconds")
        self.assertNotIn("\x1b", self.on_terminal(NO_COLOR="1"))
        self.assertIn("tiny: iteration 0 best", self.on_terminal(TERM="dumb"))

    def test_a_live_table_rewrites_itself(self):
        process = self.start(*ENDLESS)
        main, terminal = pty.openpty()
        env = {**environment(), "TERM": "xterm"}
        watching = subprocess.Popen(command(["watch", self.folder / "run", "--interval", "0.1"]), env=env, stdout=terminal)
        os.close(terminal)
        self.addCleanup(os.close, main)
        self.addCleanup(self.end, watching)
        seen = b""
        while seen.count(b"running") < 3 and select.select([main], [], [], 20)[0]:
            seen += os.read(main, 65536)
        self.assertRegex(seen.decode(errors="replace"), r"\x1b\[\d+A\x1b\[J")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(30), 85)
        self.assertEqual(watching.wait(30), 0)

    def test_failures(self):
        self.assertIn("there is no run folder", self.ask("watch", self.folder / "none", code=3).stderr)
        self.ask("watch", self.folder, "--interval", "0", code=2)
        self.ask("watch", code=2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
