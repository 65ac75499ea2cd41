#!/usr/bin/env python3
"""Runs the measurements of docs/performance.md, interleaved, and prints the table. Started by run.sh."""
import json
import platform
import sys
import time
from pathlib import Path
from typing import Callable, TypeVar

import table
from decoding import Decoding
from dense import Dense
from measure import Ceilings, Measure, tell
from prompts import AdapterOverhead, Throughput
from rounds import Rounds
from searches import Pruning, Ranks
from settings import Settings, parse
from start import Start
from table import Row

Result = TypeVar("Result")


class Guarded:
    """A measurement whose failure costs its own rows only."""

    def __init__(self, ids: str, make: Callable[[], Measure]):
        self.ids = ids
        self.failure: str | None = None
        self.measure = self.attempt(make)

    def attempt(self, action: Callable[[], Result]) -> Result | None:
        if self.failure is not None:
            return None
        try:
            return action()
        except Exception as error:  # whatever it is, the other rows of a long run are worth keeping
            self.failure = f"{type(error).__name__}: {error}"
            tell(f"{self.ids} given up: {self.failure}")
            return None

    def repeat(self, number: int) -> None:
        self.attempt(lambda: self.measure.repeat(number))

    def rows(self) -> list[Row]:
        return self.attempt(lambda: self.measure.rows()) or [Row(self.ids, "failed", note=self.failure or "no rows")]


def measures(settings: Settings, ceilings: Ceilings) -> list[Guarded]:
    known = [(("C1", "C2"), lambda: Rounds(settings)), (("C3",), lambda: Throughput(settings, ceilings)),
             (("C4",), lambda: Decoding(settings)), (("C5",), lambda: AdapterOverhead(settings)),
             (("C1", "C6", "C9"), lambda: Pruning(settings)), (("C7",), lambda: Dense(settings)), (("C8",), lambda: Ranks(settings)),
             (("C10",), lambda: Start(settings))]
    return [Guarded(", ".join(ids), make) for ids, make in known if settings.wants(*ids)]


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.machine()


def order(row: Row) -> int:
    return int(row.id.split(",")[0][1:])


def report(settings: Settings, ceilings: Ceilings, all_measures: list[Guarded], done: int) -> str:
    rows = sorted((row for measure in all_measures for row in measure.rows()), key=order)
    text = (f"{processor()}, {settings.threads} threads; {settings.task.name}, {settings.limit} examples, {len(settings.experts)} experts; "
            f"{done} repeats; {time.strftime('%Y-%m-%d')}\n\n" + table.ceilings_markdown(ceilings.samples) + "\n" + table.markdown(rows))
    if settings.out:
        settings.out.write_text(json.dumps({
            "processor": processor(), "threads": settings.threads, "task": settings.task.name, "limit": settings.limit,
            "experts": [path.name for path in settings.experts], "repeats": done, "ceilings": ceilings.samples,
            "rows": table.as_json(rows), "markdown": text}, indent=1) + "\n")
    return text


def main() -> None:
    settings = parse(sys.argv[1:])
    settings.work.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    ceilings = Ceilings(settings)
    all_measures = measures(settings, ceilings)
    text = ""
    for number in range(settings.repeat):
        ceilings.repeat(number)
        for measure in all_measures:
            measure.repeat(number)
        text = report(settings, ceilings, all_measures, number + 1)
        tell(f"repeat {number + 1} of {settings.repeat} done after {(time.perf_counter() - start) / 60:.1f} min")
    print(text)


if __name__ == "__main__":
    main()
