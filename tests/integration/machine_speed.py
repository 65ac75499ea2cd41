#!/usr/bin/env python3
"""How slow this machine is, so that tests which limit times give a slow or busy one as much more time as it needs.

Usage: machine_speed.py FILE. Measures, and writes the slowness to FILE; ctest runs it alone, before the tests that measure time.
What is measured has nothing to do with the program, so a program that got slower gets no more time.
"""
import functools
import os
import statistics
import sys
import time
import zlib
from pathlib import Path

TEXT = " ".join(str(i * i) for i in range(60_000)).encode()
# What compressing TEXT takes on the slowest machine on which all limits were kept: a core of a Zen 3 at 2.4 GHz, nothing beside it.
REFERENCE_SECONDS = 0.060
REPEATS = 9


def measure():
    """How many times as long as on the reference this machine takes now; a faster one counts as the reference."""
    seconds = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        zlib.compress(TEXT, 6)
        seconds.append(time.perf_counter() - begin)
    return max(1.0, statistics.median(seconds) / REFERENCE_SECONDS)


@functools.cache
def slowness():
    """From the file that SHOAL_MACHINE_SPEED names, or else measured."""
    path = os.environ.get("SHOAL_MACHINE_SPEED")
    return float(Path(path).read_text()) if path and Path(path).exists() else measure()


def allowed(seconds):
    """The time that this machine gets for what takes at most `seconds` on the reference."""
    return seconds * slowness()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    factor = measure()
    Path(sys.argv[1]).write_text(f"{factor:.3f}\n")
    print(f"limits of time are multiplied by {factor:.2f}")
