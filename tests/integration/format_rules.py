#!/usr/bin/env python3
"""Checks that the C++ files under version control are formatted as .clang-format says. Usage: format_rules.py REPOSITORY

Ends with status 77 (shown as "skipped") when clang-format is absent or is another major version: those format differently.
"""

import pathlib
import re
import shutil
import subprocess
import sys

MAJOR = "14"
SKIPPED = 77
PATTERNS = ["*.hpp", "*.cpp", "*.cu", "*.cuh"]


def tracked_files(root):
    """Files under version control; without it (a source archive) all files of the source folders."""
    listing = None
    if shutil.which("git"):
        listing = subprocess.run(["git", "-C", str(root), "ls-files", "-z", *PATTERNS], capture_output=True, text=True)
    if listing and listing.returncode == 0:
        names = [name for name in listing.stdout.split("\0") if name]
    else:
        found = (path for top in ("lib", "apps", "tests") for pattern in PATTERNS for path in (root / top).rglob(pattern))
        names = [str(path.relative_to(root)) for path in found]
    return [name for name in names if (root / name).is_file()]


def usable_clang_format():
    for program in ("clang-format-" + MAJOR, "clang-format"):
        if shutil.which(program):
            version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
            if re.search(r"version " + MAJOR + r"\.", version):
                return program
    return None


def main(root):
    program = usable_clang_format()
    if program is None:
        print(f"skipped: clang-format {MAJOR} is not installed")
        return SKIPPED
    files = tracked_files(root)
    if not files:
        print(f"{root} holds no C++ files: is it the repository?")
        return 1
    check = subprocess.run([program, "--dry-run", "-Werror", "--style=file", *files], cwd=root, capture_output=True, text=True)
    lines = [line for line in check.stderr.splitlines() if "error:" in line]
    wrong = sorted({line.split(":")[0] for line in lines})
    print("\n".join(lines[:20]) or check.stderr[:2000])
    print(f"{len(files)} files, {len(wrong)} not formatted" + (f": clang-format -i {' '.join(wrong)}" if wrong else ""))
    return 1 if check.returncode else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
