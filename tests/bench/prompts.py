"""C3 and C5: reading prompts, against the matrix products' ceiling and against the base without adapters."""
import statistics
from collections import defaultdict
from functools import partial

import tasks
from measure import Ceilings, alternate, tell
from settings import Settings
from shoal import evaluate
from table import Row, figure, ratios_of

DTYPES = ("float32", "bfloat16")
BLOCK = 25  # examples of one unit of work


class Throughput:
    """C3. One new token, so that all the time goes into prompts; blocks enough for all threads to end at about the same time."""

    def __init__(self, settings: Settings, ceilings: Ceilings):
        self.settings, self.ceilings = settings, ceilings
        self.examples = BLOCK * settings.threads * (1 if settings.smoke else 2)
        self.task = tasks.write_task(settings, "prompts", max_new_tokens=1)
        self.useful: dict[str, list[float]] = defaultdict(list)
        self.computed: dict[str, list[float]] = defaultdict(list)

    def run(self, dtype: str) -> None:
        done = evaluate(self.settings, f"prompts-{dtype}", self.task, self.settings.experts[:2], dtype, "--limit", self.examples)
        seconds = sum(done.timing("evaluate_s"))
        self.useful[dtype].append(sum(done.timing("prompt_tokens")) / seconds)
        self.computed[dtype].append(sum(done.timing("prompt_tokens_computed")) / seconds)
        tell(f"C3: {dtype} {self.useful[dtype][-1]:.0f} prompt tokens/s")

    def repeat(self, number: int) -> None:
        alternate(number, *(partial(self.run, dtype) for dtype in DTYPES))

    def rows(self) -> list[Row]:
        rows = []
        for dtype in DTYPES:
            ceiling = self.ceilings.tokens_per_second(dtype)[:len(self.useful[dtype])]
            computed = ratios_of(self.computed[dtype], ceiling)
            rows.append(Row("C3", f"useful prompt tokens/s ÷ GEMM ceiling, {dtype}", figure(self.useful[dtype], "tokens/s"),
                            figure(ceiling, "tokens/s"), ratios_of(self.useful[dtype], ceiling), "0.80", "0.92",
                            note=f"tokens really computed ÷ ceiling: {statistics.median(computed):.2f}"))
        return rows


class AdapterOverhead:
    """C5. The same prompts with each adapter and with none, on one thread: no side waits for the longest block."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.examples = BLOCK
        self.task = tasks.write_task(settings, "overhead", max_new_tokens=1)
        self.base: list[float] = []
        self.adapted: dict[str, list[float]] = {"separate": [], "folded": []}

    def run_base(self) -> None:
        # As often as there are adapters would be fairest, but the program scores the base once per process: the best of three.
        times = [evaluate(self.settings, "base", self.task, [], "auto", "--limit", self.examples, threads=1).timing("evaluate_s")[0]
                 for _ in range(1 if self.settings.smoke else 3)]
        self.base.append(statistics.median(times))

    def run_adapted(self, form: str) -> None:
        times = evaluate(self.settings, f"adapted-{form}", self.task, self.settings.experts, "auto", "--limit", self.examples,
                         "--adapters", form, threads=1).timing("evaluate_s")
        self.adapted[form].append(statistics.mean(times))

    def repeat(self, number: int) -> None:
        alternate(number, self.run_base, partial(self.run_adapted, "separate"), partial(self.run_adapted, "folded"))
        tell(f"C5: base {self.base[-1]:.2f} s, adapted {self.adapted['separate'][-1]:.2f} s, folded {self.adapted['folded'][-1]:.2f} s")

    def row(self, form: str, floor: str, aim: str, note: str) -> Row:
        return Row("C5", f"{len(self.settings.experts)} different adapters, {form}, ÷ base alone", figure(self.adapted[form], "s"), figure(self.base, "s"),
                   ratios_of(self.adapted[form], self.base), floor, aim, note=note)

    def rows(self) -> list[Row]:
        note = f"seconds of one evaluation of {self.examples} examples, prompts only"
        return [self.row("separate", "≤ 1.08", "≤ 1.02", note), self.row("folded", "", "", f"{note}; folding included")]
