#!/usr/bin/env python3
"""Prints how long functions and files are, and names the long ones. A reminder, not a test: it always succeeds.

Usage: sizes.py REPOSITORY. The aim: functions of 6 lines in the median, 25 at most for nine in ten, never above 60; files
of about 120 lines. Functions are found by their braces, which relies on the formatting of .clang-format.
"""

import pathlib
import re
import statistics
import sys

LONGEST_FUNCTION = 60
LONGEST_FILE = 200

NO_FUNCTION = re.compile(r"^\s*(namespace|struct|class|enum|union|extern|if|for|while|switch|do|else|try|catch|return)\b|=\s*\{$|^\s*[})]")
SCOPE = re.compile(r"^\s*(inline\s+)?(namespace|struct|class|union|extern \"C\")\b|^template|^\s*class ")
NOISE = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)\'|//.*$')


def functions_of(lines):
    """(first line, number of lines) of each function, signature included."""
    scopes, start, head = [], None, None  # scopes: True for a namespace or class, False for a body
    for number, line in enumerate(lines, 1):
        code = NOISE.sub("", line).rstrip()
        if not code.strip() or code.lstrip().startswith("#"):
            continue
        if head is None:
            head = number
        for place, brace in ((i, c) for i, c in enumerate(code) if c in "{}"):
            text = " ".join(lines[head - 1:number])
            if brace == "{":
                outer = all(scopes)
                body = outer and "(" in NOISE.sub("", text) and not NO_FUNCTION.match(text)
                if body and start is None:
                    start = (head, len(scopes))
                scopes.append(outer and not body and bool(SCOPE.search(text)))
            elif scopes:
                scopes.pop()
                if start and len(scopes) == start[1]:
                    yield start[0], number - start[0] + 1
                    start = None
        if code.endswith((";", "{", "}", ":")) or code.endswith(")") and code.startswith("#"):
            head = None


def main(root):
    lengths, notes, sizes = [], [], []
    for path in sorted((*(root / "lib").rglob("*.?pp"), *(root / "apps").rglob("*.?pp"))):
        lines = path.read_text(encoding="utf-8").splitlines()
        name = path.relative_to(root)
        sizes.append(len(lines))
        if len(lines) > LONGEST_FILE:
            notes.append(f"{name}: {len(lines)} lines")
        for first, length in functions_of(lines):
            lengths.append(length)
            if length > LONGEST_FUNCTION:
                notes.append(f"{name}:{first}: a function of {length} lines")
    if not lengths:
        sys.exit(f"{root} holds no functions: is it the repository?")
    lengths.sort()
    short = sum(length <= 25 for length in lengths) / len(lengths)
    print(f"{len(lengths)} functions: median {statistics.median(lengths):.0f} lines, {100 * short:.0f} % up to 25, longest {lengths[-1]}")
    print(f"{len(sizes)} files: median {statistics.median(sizes):.0f} lines, longest {max(sizes)}")
    for note in notes:
        print("warning: " + note)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]).resolve())
