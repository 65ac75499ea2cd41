#!/usr/bin/env python3
"""Checks every #include of lib/ and apps/ against the module table below. Usage: include_rules.py REPOSITORY

A module includes itself, the modules it may use and theirs, its own third-party packages and the public ones of the
modules it uses. Everything else is reported with file and line, and so is a folder with too many sources; the exit status is 1.
"""

import collections
import pathlib
import re
import sys

# module: (modules it may use, third-party packages of its own, those of them that its users may include too)
MODULES = {
    "base": ((), ("fmt", "spdlog", "json", "random123", "xxhash", "openssl"), ("fmt", "spdlog")),
    "comm": (("base",), ("mpi", "nccl", "cuda"), ()),
    "text": (("base",), ("json", "tokenizers", "pcre2", "jinja"), ()),
    "weights": (("base",), ("torch", "json"), ("torch",)),
    "model": (("weights",), ("cuda",), ()),
    "task": (("text", "model"), ("json", "curl", "pcre2"), ()),
    "swarm": (("base",), ("cuda",), ()),
    "checkpoint": (("swarm",), ("json", "hdf5"), ()),
    "config": (("swarm", "task", "weights", "text"), ("json", "yaml"), ()),
    "evaluation": (("comm", "model", "task", "swarm", "weights", "text"), (), ()),
    "results": (("checkpoint", "swarm", "task", "comm", "model"), ("json", "protobuf"), ()),
    "report": (("results",), (), ()),
    "inputs": (("config", "evaluation", "results"), (), ()),
    "baselines": (("inputs", "evaluation", "config"), ("json",), ()),
    "exporter": (("baselines", "results"), ("json",), ()),
    "plan": (("inputs", "baselines", "evaluation"), (), ()),
    "search": (("plan", "exporter", "report"), ("json",), ()),
    "slurm": (("plan", "inputs", "results"), (), ()),
    "apps": (("search", "slurm"), ("json", "cli11"), ()),
}

# Angle-bracket includes: what they begin with -> package. POSIX and C++ headers are free for all.
PACKAGES = [
    (r"fmt/", "fmt"), (r"spdlog/", "spdlog"), (r"Random123/", "random123"), (r"xxhash\.h$", "xxhash"),
    (r"openssl/", "openssl"), (r"mpi(-ext)?\.h$", "mpi"), (r"nccl\.h$", "nccl"), (r"cuda[\w]*(\.h$|/)", "cuda"),
    (r"(ATen|c10|torch/headeronly|torch/library)[/.]", "torch"), (r"nlohmann/", "json"),
    (r"(pytorch/tokenizers/|unicode(-data)?\.h$)", "tokenizers"), (r"(jinja/|json\.h$)", "jinja"),
    (r"curl/", "curl"), (r"pcre2\.h$", "pcre2"), (r"yaml-cpp/", "yaml"),
    (r"(hdf5|H5\w+|hdf5_hl)\.h$", "hdf5"), (r"google/protobuf/", "protobuf"), (r"CLI/", "cli11"),
    (r"(sys|netinet|arpa|net)/\w+\.h$", None), (r"(unistd|ifaddrs|fcntl|poll|dlfcn|pthread|signal|termios|netdb|dirent)\.h$", None),
    (r"(sched|spawn|fnmatch|glob|pwd|malloc|execinfo|immintrin)\.h$", None), (r"[a-z_]+$", None),
]

# Heavy or intrusive headers: only in headers of these modules (sources are bound by the table above).
ONLY_IN_HEADERS_OF = {"hdf5": {"checkpoint"}, "yaml": {"config"}, "mpi": {"comm"}, "nccl": {"comm"}}

# Sources in one folder.
MOST_FILES = 34

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")')
SUFFIXES = {".hpp", ".h", ".cpp", ".cu", ".cuh"}


def used_by(module):
    """The module itself and everything it may use, directly or not."""
    closure = {module}
    for other in MODULES[module][0]:
        closure |= used_by(other)
    return closure


def packages_of(module):
    allowed = set(MODULES[module][1])
    for other in used_by(module):
        allowed |= set(MODULES[other][2])
    return allowed


def package_named(header):
    """(known, package or None): the package an angle-bracket include belongs to."""
    for pattern, package in PACKAGES:
        if re.match(pattern, header):
            return True, package
    return False, None


def complaint_about_package(module, header, in_header):
    known, package = package_named(header)
    if not known:
        return f"<{header}> belongs to no package of the table (add it to tests/integration/include_rules.py)"
    if package is None:
        return None
    if package not in packages_of(module):
        return f"<{header}>: {module} may not use {package}"
    if in_header and module not in ONLY_IN_HEADERS_OF.get(package, {module}):
        return f"<{header}> may not appear in a header of {module}"
    return None


def complaint_about_module(module, header, root, folder):
    if module == "apps" and (folder / header).is_file():
        return None
    if module == "results" and header.endswith(".pb.h"):  # made by protoc at build time
        return None
    target = header.split("/")[0]
    if target not in MODULES or target == "apps":
        return f'"{header}": write includes as "module/file.hpp"'
    if target not in used_by(module):
        return f'"{header}": {module} may not use {target}'
    if not (root / "lib" / header).is_file():
        return f'"{header}" does not exist'
    return None


def complaints_in_file(path, module, root):
    in_header = path.suffix in {".hpp", ".h", ".cuh"}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        angled, quoted = match.groups()
        if "torch/torch.h" in (angled, quoted) or "torch/extension.h" in (angled, quoted):
            problem = "torch/torch.h takes 13 s a file to compile: include ATen/core/Tensor.h and ATen/ops/….h"
        elif module is None:  # tests: only the line above holds
            problem = None
        elif angled:
            problem = complaint_about_package(module, angled, in_header)
        else:
            problem = complaint_about_module(module, quoted, root, path.parent)
        if problem:
            yield f"{path.relative_to(root)}:{number}: {problem}"


def sources_under(folder):
    return sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file())


def crowded_folders(lib, root):
    """Folders in which a stranger would have to guess."""
    for folder, count in sorted(collections.Counter(path.parent for path in sources_under(lib)).items()):
        if count > MOST_FILES:
            yield f"{folder.relative_to(root)} holds {count} sources (at most {MOST_FILES}): make a subfolder"


def main(root):
    problems, files = [], 0
    for top in ("lib", "apps", "tests"):
        for path in sources_under(root / top):
            module = {"lib": path.relative_to(root / top).parts[0], "apps": "apps", "tests": None}[top]
            files += 1
            if module is not None and module not in MODULES:
                problems.append(f"{path.relative_to(root)}: lib/{module} is not in the module table")
                continue
            problems += complaints_in_file(path, module, root)
    problems += crowded_folders(root / "lib", root)
    if files == 0:
        problems.append(f"{root} holds no sources: is it the repository?")
    print("\n".join(problems) if problems else f"{files} files: every include is in the module table")
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
