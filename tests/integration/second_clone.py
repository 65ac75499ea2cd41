#!/usr/bin/env python3
"""Builds a copy of this checkout in another folder: the compiler cache must have nearly everything that it compiles.

Usage: second_clone.py PRESET [TARGET…]. So a fresh clone, or a second preset, costs no second compilation
(deploy/cmake/ShoalCompilerCache.cmake). Exit status 77: there is no ccache, or these sources are no clone.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEAST = 95.0  # percent; the rest: what only a CUDA build compiles, and the file that names the revision
SECONDS = 1200
SKIPPED = 77


def output(*line):
    return subprocess.run([str(part) for part in line], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def copy_sources(place):
    """What a clone would hold, with the changes that are not committed yet."""
    for name in output("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        if name and (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, place / name)
    (place / ".deps").symlink_to(ROOT / ".deps")


def build(place, preset, targets):
    """Hits and calls of the compiler cache."""
    log = place / "ccache.log"
    environment = {**os.environ, "CCACHE_STATSLOG": str(log)}
    wanted = ["--target", *targets] if targets else []
    for step in (["--preset", preset], ["--build", "--preset", preset, *wanted]):
        done = subprocess.run(["cmake", *step], cwd=place, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=SECONDS, check=False)
        if done.returncode:
            sys.exit(done.stdout[-6000:])
    report = subprocess.run(["ccache", "--show-log-stats"], env=environment, capture_output=True, text=True, check=True).stdout
    hits, calls = re.search(r"Hits:\s+(\d+) /\s+(\d+)", report).groups()
    return int(hits), int(calls)


def main(preset, *targets):
    if shutil.which("ccache") is None or not (ROOT / ".git").exists():
        print("skipped: ccache is not installed, or this is no clone")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="shoal-clone-") as folder:
        place = Path(folder)
        copy_sources(place)
        hits, calls = build(place, preset, targets)
    share = 100.0 * hits / calls
    print(f"{preset}: {hits} of {calls} compilations came from the cache ({share:.1f} %)")
    return 0 if share >= LEAST else 1


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
