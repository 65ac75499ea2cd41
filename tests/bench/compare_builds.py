#!/usr/bin/env python3
"""Whether a change has left every search as it was: runs of two builds, file by file.

Usage: compare_builds.py REVISION [BINARY]

Builds REVISION beside this checkout (or takes BINARY for it) and runs the tiny search with both programs: affine, dense and token
positions, on 1, 2 and 4 ranks. History, checkpoints and the exported winner must have the same bytes, apart from times. The program of
this checkout is build/cpu/bin/shoal, or $SHOAL_BINARY.
"""
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/integration"))
from shoal_case import BINARY, TINY, environment, settings  # noqa: E402

POSITIONS = {"affine": [], "dense": settings("swarm.positions=dense"),
             "tokens": settings("swarm.positions=tokens", f"experts=[{TINY}/experts/expert0, {TINY}/experts/expert3, {TINY}/full/model1]",
                                "swarm.preset=quick", "swarm.max_iteration=3")}


def built(revision, folder):
    """The program of another revision."""
    subprocess.run(["git", "-C", ROOT, "archive", "--output", folder / "sources.tar", revision], check=True)
    subprocess.run(["tar", "-xf", folder / "sources.tar", "-C", folder], check=True)
    os.symlink(ROOT / ".deps", folder / ".deps")
    subprocess.run(["cmake", "--preset", "cpu", "-DSHOAL_TESTS=OFF"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", "--preset", "cpu", "--target", "shoal"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder / "build/cpu/bin/shoal"


def run(binary, folder, ranks, extra):
    launcher = ["mpirun", "-n", str(ranks)] if ranks > 1 else []
    done = subprocess.run([*launcher, binary, "run", TINY / "run.yaml", "--run-dir", folder, *extra], env=environment(),
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr)


def without_times(path):
    """The bytes that must be the same; None: they may differ (times, hosts, versions)."""
    if path.name == "history.jsonl":
        return re.sub(r'"seconds": [0-9.]+', "", path.read_text())
    if path.name == "result.json":
        result = json.loads(path.read_text())
        rows = [result["best"], *result["experts"], *result["baselines"]]
        return [{key: value for key, value in row.items() if key != "seconds"} for row in rows]
    if path.parent.name == "best" and path.name != "README.md":
        return path.read_bytes()
    if path.suffix == ".h5":
        return path.read_bytes()
    return None


def differences(ours, theirs):
    names = {path.relative_to(folder) for folder in (ours, theirs) for path in folder.rglob("*") if path.is_file()}
    for name in sorted(name for name in names if "tfevents" not in name.name):
        pair = [folder / name for folder in (ours, theirs)]
        if not all(path.exists() for path in pair):
            yield f"{name} is missing in one"
        elif without_times(pair[0]) != without_times(pair[1]):
            yield str(name)


def main(revision, other=None):
    found = 0
    with tempfile.TemporaryDirectory(prefix="shoal-builds-") as temporary:
        folder = Path(temporary)
        other = other or built(revision, folder)
        for (name, extra), ranks in itertools.product(POSITIONS.items(), (1, 2, 4)):
            pair = [folder / f"{name}-{ranks}-{which}" for which in ("here", "there")]
            for binary, place in zip((BINARY, other), pair):
                run(binary, place, ranks, extra)
            different = list(differences(*pair))
            found += len(different)
            print(f"{name:8} {ranks} ranks: {'the same' if not different else ', '.join(different)}", flush=True)
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
