"""What every measurement is: something done once per repeat, and the rows that come of it."""
import json
import sys
from typing import Callable, Protocol

from processes import run_python
from settings import Settings
from table import Row


class Measure(Protocol):
    def repeat(self, number: int) -> None:
        """Both sides of each comparison, one after the other."""

    def rows(self) -> list[Row]: ...


def tell(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


def alternate(number: int, *arms: Callable[[], None]) -> None:
    """Runs the arms, in reverse order in every second repeat, so that a drift of the machine favours none."""
    for arm in arms if number % 2 == 0 else reversed(arms):
        arm()


class Ceilings:
    """The machine's ceilings, measured once per repeat."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.samples: list[dict] = []

    def repeat(self, number: int) -> None:
        out = self.settings.work / "ceilings.json"
        quick = ["--quick"] if self.settings.smoke else []
        run_python("ceilings.py", ["--model", self.settings.model, "--threads", self.settings.threads, "--folder", self.settings.work,
                                   "--out", out, *quick], self.settings.work / "ceilings.log")
        self.samples.append(json.loads(out.read_text()))
        tell(f"repeat {number + 1}: ceilings")

    def rows(self) -> list[Row]:
        return []

    def tokens_per_second(self, dtype: str) -> list[float]:
        """All threads: one product together or one each, whichever is faster."""
        return [max(s["gemm"][dtype][way]["tokens_per_second"] for way in ("all_threads", "side_by_side")) for s in self.samples]
