"""What the integration tests share: starting the built program, serially or under mpirun, on the tiny model."""
import atexit
import functools
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from machine_speed import allowed

ROOT = Path(os.environ.get("SHOAL_SOURCE_DIR", Path(__file__).resolve().parents[2]))
BINARY = os.environ.get("SHOAL_BINARY", str(ROOT / "build/cpu/bin/shoal"))
TINY = ROOT / "tests/data/tiny"
DEMO = ROOT / "deploy/demo"
GOLDEN = ROOT / "tests/data/golden"
MPI_ENVIRONMENT = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1",
                   "OMPI_MCA_btl_vader_single_copy_mechanism": "none", "OMP_NUM_THREADS": "1"}


def command(arguments, ranks=0):
    launcher = ["mpirun", "-n", str(ranks)] if ranks else []
    return [*launcher, BINARY, *map(str, arguments)]


def environment():
    return {**os.environ, **MPI_ENVIRONMENT}


def shoal(*arguments, ranks=0, timeout=120):
    return subprocess.run(command(arguments, ranks), env=environment(), capture_output=True, text=True, errors="replace",
                          timeout=allowed(timeout))


def settings(*pairs):
    """Arguments that set KEY=VALUE each."""
    return [part for pair in pairs for part in ("--set", pair)]


# Half of the tiny tasks' examples, in two blocks each: for what does not depend on how many there are.
FEW = settings("utility.tasks.0.limit=16", "utility.tasks.1.limit=16")


def history(folder):
    """The lines of a run without their wall times."""
    text = (Path(folder) / "history.jsonl").read_text(encoding="utf-8")
    return re.sub(r'"seconds": [0-9.]+', '"seconds": 0', text)


def read_json(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))


@functools.cache
def references():
    """A folder for the runs of `ShoalCase.reference`, until the tests have ended."""
    folder = tempfile.TemporaryDirectory(prefix="shoal-reference-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


class ShoalCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="shoal-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def estimate_tiny(self, *extra):
        """The estimate of the tiny search as JSON and as text."""
        out = self.folder / "estimate.json"
        done = shoal("estimate", TINY / "run.yaml", "--out", out, *extra)
        self.assertEqual(done.returncode, 0, done.stderr)
        return read_json(out), done.stdout

    def wait_for_lines(self, count, name="run", seconds=30):
        """Until the history of a search that is running has so many lines."""
        path = self.folder / name / "history.jsonl"
        for _ in range(20 * seconds):
            if path.exists() and path.read_text().count("\n") >= count:
                return
            time.sleep(0.05)
        self.fail("the search did not get going")

    def reference(self, *extra):
        """The folder of a serial run of the tiny search, made once for all tests of a file. Nothing may be written there."""
        folder = references() / hashlib.sha256(repr(extra).encode()).hexdigest()
        if not (folder / "result.json").exists():
            self.run_tiny(folder, *extra)
        return folder

    def copy_tiny(self, name="run", *extra):
        """A copy of such a run, with which a test may do what it likes."""
        shutil.copytree(self.reference(*extra), self.folder / name)

    def run_tiny(self, name="run", *extra, ranks=0, expect=0, timeout=120):
        done = shoal("run", TINY / "run.yaml", "--run-dir", self.folder / name, *extra, ranks=ranks, timeout=timeout)
        self.assertEqual(done.returncode, expect, done.stderr)
        return done
