#!/usr/bin/env python3
"""Shell scripts and the container recipe pass shellcheck and hadolint (deploy/setup.sh --tests installs both)."""
import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(os.environ["SHOAL_SOURCE_DIR"])
TOOLS = {name: shutil.which(name, path=f"{ROOT}/.deps/python/bin{os.pathsep}{os.environ['PATH']}") for name in ("shellcheck", "hadolint")}
# In the job scripts some variables are assigned by what is pasted into them.
PASTED = ["--exclude", "SC2154"]


def scripts(*patterns: str) -> list[Path]:
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern))


class Lint(unittest.TestCase):
    def check(self, tool: str, *arguments: object) -> None:
        done = subprocess.run([TOOLS[tool], *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=100)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_shell_scripts(self):
        files = scripts("deploy/*.sh", "deploy/cmake/*.sh", "deploy/demo/*.sh", "tests/**/*.sh", ".ci/run")
        self.assertGreater(len(files), 5)
        self.check("shellcheck", "--external-sources", "--severity", "warning", *files)

    def test_job_scripts(self):
        files = scripts("slurm/*.sbatch", "slurm/*.sh")
        self.assertGreater(len(files), 5)
        self.check("shellcheck", "--shell", "bash", "--severity", "warning", *PASTED, *files)

    def test_container_recipe(self):
        self.check("hadolint", ROOT / "deploy/container/Dockerfile")


if __name__ == "__main__":
    if None in TOOLS.values():
        print("SKIPPED: shellcheck or hadolint is not installed (deploy/setup.sh --tests)")
        sys.exit(77)
    unittest.main(verbosity=2)
