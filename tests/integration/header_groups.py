#!/usr/bin/env python3
"""Sorts the headers of lib/ by the slowest header of the standard library or another project that they include.

Usage: header_groups.py REPOSITORY. Prints one line per header of lib/: that slowest header or "none", a tab, and the header.
What a header includes anyway, itself or through others, may be compiled beforehand: it hides nothing from the check that
every header includes what it needs.
"""

import pathlib
import re
import sys

# The slowest first.
SLOW = ("ATen/core/Tensor.h", "spdlog/logger.h", "nlohmann/json.hpp", "fmt/format.h", "filesystem", "functional", "string")

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")', re.MULTILINE)


def slow_headers_of(header, lib, known):
    """Those that `header` of lib/ includes, directly or not."""
    if header not in known:
        known[header] = set()
        path = lib / header
        for angled, quoted in INCLUDE.findall(path.read_text(encoding="utf-8")) if path.is_file() else ():
            known[header] |= {angled} & set(SLOW) if angled else slow_headers_of(quoted, lib, known)
    return known[header]


def main(root):
    lib, known = root / "lib", {}
    for path in sorted(lib.rglob("*.hpp")):
        header = str(path.relative_to(lib))
        slow = slow_headers_of(header, lib, known)
        print(min(slow, key=SLOW.index, default="none"), header, sep="\t")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]).resolve())
