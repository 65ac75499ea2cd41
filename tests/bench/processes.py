"""Processes with their wall time and peak memory."""
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path


class Failed(Exception):
    """A program that was measured did not succeed."""


@dataclass(frozen=True)
class Finished:
    seconds: float
    peak_bytes: int


class Started:
    """A running process; its output goes to `log`."""

    def __init__(self, command: list[object], log: Path, environment: dict[str, str] | None = None):
        self.command = [str(part) for part in command]
        self.log = log
        self.start = time.perf_counter()
        with log.open("w") as out:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                                            env={**os.environ, **(environment or {})})

    def wait(self) -> Finished:
        _, status, usage = os.wait4(self.process.pid, 0)
        seconds = time.perf_counter() - self.start
        self.process.returncode = os.waitstatus_to_exitcode(status)
        if self.process.returncode != 0:
            last = self.log.read_text(errors="replace").strip().splitlines()[-3:]
            raise Failed(f"{Path(self.command[0]).name} ended with {self.process.returncode}: {' / '.join(last)}")
        return Finished(seconds, usage.ru_maxrss * 1024)


def run(command: list[object], log: Path, environment: dict[str, str] | None = None) -> Finished:
    return Started(command, log, environment).wait()


def start_python(script: str, arguments: list[object], log: Path) -> Started:
    """A script of this folder in a process of its own, with torch importable."""
    path = Path(__file__).with_name(script)
    return Started([sys.executable, "-B", path, *arguments], log, {"LD_LIBRARY_PATH": os.environ.get("SHOAL_BENCH_STAND_INS", "")})


def run_python(script: str, arguments: list[object], log: Path) -> Finished:
    return start_python(script, arguments, log).wait()
