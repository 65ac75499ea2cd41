"""What the fault tests share: a search of many short iterations, and calls of the C library that fail at a chosen moment.

fault_calls.cpp, loaded with LD_PRELOAD, says what can be chosen.
"""
import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration"))
from shoal_case import BINARY, ROOT, TINY, ShoalCase, command, environment, history, read_json, shoal  # noqa: E402, F401

LIBRARY = os.environ.get("SHOAL_FAULT_CALLS", str(Path(BINARY).parents[1] / "tests/shoal_fault_calls.so"))
ITERATIONS = 16
SKIPPED = 77


def write_config(folder):
    """An iteration takes a few milliseconds, so that nearly every call of a run is one of its run folder's."""
    config = {"name": "short", "seed": 11, "model": str(TINY / "model"),
              "experts": [str(TINY / f"experts/expert{k}") for k in range(3)],
              "utility": {"tasks": [{"name": "letters", "type": "multiple_choice", "data": str(TINY / "tasks/letters.json"),
                                     "limit": 6, "max_new_tokens": 2}]},
              "swarm": {"preset": "quick", "particles": 4, "max_iteration": ITERATIONS, "patience": 100},
              "evaluation": {"dtype": "float32", "threads": 1}}
    path = Path(folder) / "short.yaml"
    path.write_text(json.dumps(config))
    return path


def fault(folder, do, at=1, **more):
    """The environment of one fault; `more`: call, name, log, or how many calls (`for_`)."""
    values = {"under": folder, "do": do, "at": at, **{key.strip("_"): value for key, value in more.items()}}
    return {"LD_PRELOAD": LIBRARY, **{f"SHOAL_FAULT_{key.upper()}": str(value) for key, value in values.items()}}


def kept(result):
    """result.json without times, memory and layout."""
    return {key: value for key, value in read_json(result).items()
            if "seconds" not in key and key not in ("gpu_hours", "peak_memory_bytes", "ranks")}


class FaultCase(ShoalCase):
    def setUp(self):
        super().setUp()
        self.config = write_config(self.folder)

    def search(self, name="run", faults=None, *extra, ranks=0):
        """One start of the program; `faults`: from fault(). Returns the finished process."""
        # mpirun gives the library to the ranks only: it is itself a program that writes files.
        arguments = ["run", self.config, "--run-dir", self.folder / name, *extra]
        line = command(arguments, ranks)
        if ranks and faults:
            line[line.index(BINARY):line.index(BINARY)] = ["env", *(f"{key}={value}" for key, value in faults.items())]
            faults = None
        return subprocess.run(line, env={**environment(), **(faults or {})}, capture_output=True, text=True, timeout=120)

    def generations(self, name="run"):
        folder = self.folder / name / "checkpoints"
        return sorted(int(path.name) for path in folder.iterdir() if path.name.isdigit()) if folder.exists() else []

    def check_same(self, name, expected):
        """The run has the history, the result and the expert of the run `expected`, and a report."""
        self.assertEqual(history(self.folder / name), history(self.folder / expected))
        self.assertEqual(kept(self.folder / name / "result.json"), kept(self.folder / expected / "result.json"))
        weights = [(self.folder / run / "best/adapter_model.safetensors").read_bytes() for run in (name, expected)]
        self.assertEqual(weights[0], weights[1])
        self.assertTrue((self.folder / name / "report.html").exists())

    def one_sentence(self, done, code, *parts):
        """It ended with that code and one line beside its log, which names all of `parts`."""
        self.assertEqual(done.returncode, code, done.stderr)
        told = [line for line in done.stderr.splitlines() if line.startswith("shoal: ")]
        self.assertEqual(len(told), 1, done.stderr)
        for part in parts:
            self.assertIn(part, told[0])
