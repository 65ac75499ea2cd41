#!/usr/bin/env python3
"""Lets the torch of deploy/setup.sh (the CUDA wheel without its CUDA libraries) be imported on a machine without a GPU.

    cuda_stand_ins.py TORCH_LIB_FOLDER OUT_FOLDER

Writes to OUT_FOLDER one tiny shared library for every CUDA library that torch links and that is not there: its functions
have the right names and end the program when called, which on a machine without a GPU nobody does. Saves 3 GB of download.
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

CUDA_LIBRARY = re.compile(r"lib(cu|nccl|nvshmem|nvrtc|nvToolsExt).*\.so\.\d+$")
CUDA_FUNCTION = re.compile(r"(cu|nccl|nvshmem|nvrtc)\w+$")


def readelf(*arguments: str) -> str:
    return subprocess.run(["readelf", "-W", *arguments], capture_output=True, text=True, check=True).stdout


def needed(libraries: list[Path]) -> set[str]:
    names = {name for library in libraries for name in re.findall(r"\(NEEDED\).*\[(.+)\]", readelf("-d", str(library)))}
    return {name for name in names if CUDA_LIBRARY.match(name)}


def undefined(libraries: list[Path]) -> dict[str, set[str]]:
    """Undefined CUDA functions by version tag ("" for those without one)."""
    found: dict[str, set[str]] = {}
    for library in libraries:
        for symbol in re.findall(r" UND (\w+(?:@[\w.]+)?)", readelf("--dyn-syms", str(library))):
            name, _, version = symbol.partition("@")
            if CUDA_FUNCTION.match(name):
                found.setdefault(version, set()).add(name)
    return found


def write_sources(functions: dict[str, set[str]], source: Path, script: Path) -> None:
    names = sorted(set().union(*functions.values()))
    source.write_text("".join(f"void {name}(void) {{ __builtin_trap(); }}\n" for name in names))
    tags = [f"{tag} {{ global: {'; '.join(sorted(names))}; }};\n" for tag, names in functions.items() if tag]
    script.write_text("".join(tags))


def main() -> None:
    torch_lib, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    libraries = [path for path in sorted(torch_lib.glob("*.so")) if path.name != "libcaffe2_nvrtc.so"]  # loaded on GPUs only
    present = {path.name for path in torch_lib.parents[1].glob("nvidia/**/*.so*")}
    with tempfile.TemporaryDirectory() as folder:
        source, script = Path(folder) / "functions.c", Path(folder) / "versions.map"
        write_sources(undefined(libraries), source, script)
        for name in sorted(needed(libraries) - present):
            subprocess.run(["gcc", "-shared", "-fPIC", "-w", "-fno-builtin", str(source), "-o", str(out / name), f"-Wl,-soname,{name}",
                            f"-Wl,--version-script={script}"], check=True)


if __name__ == "__main__":
    main()
