"""Short searches: pruning (C1, C6), two ranks (C8), memory (C9)."""
from collections import defaultdict
from functools import partial
from pathlib import Path

import tasks
from measure import alternate, tell
from model_facts import ModelFacts, adapter_bytes
from processes import run
from pruning_bound import bound
from settings import Settings
from shoal import Search, evaluate, search
from table import Row, figure, ratios_of

BLOCK = 25


def config(settings: Settings, data: Path, examples: int, iterations: int, threads: int) -> dict:
    """The default preset without a validation part, so that the search sees all of the examples."""
    task = {"name": settings.task.stem, "type": "multiple_choice", "data": str(data), "limit": {"dev": examples, "test": 2}}
    return {"name": "bench", "model": str(settings.model), "experts": [str(path) for path in settings.experts],
            "utility": {"tasks": [task]},
            "swarm": {"particles": max(10, len(settings.experts)), "max_iteration": iterations, "patience": iterations + 1,
                      "validation_fraction": 0.0},
            "baselines": "none", "evaluation": {"threads": threads}}


class Pruning:
    """C1 (second line), C6 and C9: the same search with and without pruning."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.config = config(settings, settings.task, settings.limit, settings.iterations, settings.threads)
        self.searches: dict[bool, Search] = {}
        self.seconds: dict[bool, list[float]] = defaultdict(list)
        self.peak: list[int] = []

    def run(self, prune: bool) -> None:
        name = "pruned" if prune else "complete"
        done = search(self.settings, name, self.config, f"evaluation.prune={str(prune).lower()}")
        self.searches[prune] = done
        self.seconds[prune].append(done.seconds(first_iteration=1))
        if not prune:
            self.peak.append(done.finished.peak_bytes)
        tell(f"C1, C6, C9: {name} search {self.seconds[prune][-1]:.1f} s after iteration 0")

    def repeat(self, number: int) -> None:
        alternate(number, partial(self.run, False), partial(self.run, True))

    def rows(self) -> list[Row]:
        rows = []
        if self.settings.wants("C1"):
            rows.append(self.time_row())
        if self.settings.wants("C6"):
            rows.append(self.share_row())
        if self.settings.wants("C9"):
            rows.append(self.memory_row())
        return rows

    def same(self) -> str:
        return "same trajectory" if self.searches[True].trajectory() == self.searches[False].trajectory() else "TRAJECTORIES DIFFER"

    def time_row(self) -> Row:
        return Row("C1", "search iterations: pruning off ÷ on (multiplies the line above for 'pruning on')", figure(self.seconds[True], "s"),
                   figure(self.seconds[False], "s"), ratios_of(self.seconds[False], self.seconds[True]), "1.25", "1.33", self.same())

    def share_row(self) -> Row:
        complete, pruned = self.searches[False], self.searches[True]
        every, scored = complete.examples(1), pruned.examples(1)
        # Preset robust, hence a windowed worst.
        least = bound(complete.history, complete.history[0]["particles"][0]["examples"], windowed=True)
        share, oracle = 100 * scored / every, 100 * least / every
        note = f"{share - oracle:.1f} points above the bound; with iteration 0: {100 * pruned.examples() / complete.examples():.0f} %"
        return Row("C6", "examples evaluated ÷ all after iteration 0, against the oracle", f"{share:.1f} %", f"{oracle:.1f} %", [],
                   "≤ 5 points", "≤ 2 points", self.same(), note)

    def memory_row(self) -> Row:
        settings, facts = self.settings, ModelFacts(self.settings.model)
        record = evaluate(settings, "cache", tasks.write_task(settings, "cache"), settings.experts[:1], "auto", "--limit", settings.limit).records[0]
        dtype, timing = record["dtype"], record["timing"]
        lengths = [sample["prompt_tokens"] for sample in record["samples"]]
        largest = max(sum(lengths[start:start + BLOCK]) for start in range(0, len(lengths), BLOCK))
        shared = timing["prompt_tokens_computed"] / timing["prompt_tokens"]
        cache = settings.threads * facts.cache_bytes(largest * shared + BLOCK * 10, dtype)
        parts = {"base": facts.weight_bytes(dtype), "pool": adapter_bytes(settings.experts), "keys and values": cache}
        needed = sum(parts.values())
        empty = run([settings.program, "--version"], settings.work / "version.log").peak_bytes
        note = " + ".join(f"{name} {size / 1e6:.0f}" for name, size in parts.items()) + f" MB; the program with nothing loaded: {empty / 1e6:.0f} MB"
        return Row("C9", "peak resident memory ÷ (base + pool + keys and values in use)", figure([peak / 1e6 for peak in self.peak], "MB"),
                   figure([needed / 1e6], "MB"), [peak / needed for peak in self.peak], "≤ 1.3", "≤ 1.1", note=note)


class Ranks:
    """C8: two ranks of one thread against one rank of one thread; also with prompts of very different lengths."""

    def __init__(self, settings: Settings):
        self.settings = settings
        examples = max(10, settings.limit // 5)
        data = {"even": settings.task, "skewed": tasks.skewed(settings, examples)}
        self.configs = {kind: config(settings, path, examples, 1, threads=1) for kind, path in data.items()}
        for each in self.configs.values():
            each["evaluation"]["block"] = examples // 5  # so that the long prompts are units of work of their own
        self.seconds: dict[tuple[str, int], list[float]] = defaultdict(list)
        self.last: dict[tuple[str, int], Search] = {}

    def run(self, kind: str, ranks: int) -> None:
        done = search(self.settings, f"{kind}-{ranks}", self.configs[kind], "evaluation.prune=false", ranks=ranks)
        self.seconds[kind, ranks].append(done.seconds())
        self.last[kind, ranks] = done
        tell(f"C8: {kind} lengths, {ranks} rank(s): {self.seconds[kind, ranks][-1]:.1f} s")

    def repeat(self, number: int) -> None:
        alternate(number, *(partial(self.run, kind, ranks) for kind in self.configs for ranks in (1, 2)))

    def rows(self) -> list[Row]:
        rows = []
        for kind, floor, aim in (("even", "1.85", "1.97"), ("skewed", "1.8", "1.95")):
            one, two = self.seconds[kind, 1], self.seconds[kind, 2]
            same = self.last[kind, 1].trajectory() == self.last[kind, 2].trajectory()
            rows.append(Row("C8", f"2 ranks × 1 thread ÷ 1 rank × 1 thread, {'lengths as in the file' if kind == 'even' else 'lengths 1 : 10'}",
                            figure(two, "s"), figure(one, "s"), ratios_of(one, two), floor, aim,
                            "same trajectory" if same else "TRAJECTORIES DIFFER", "seconds of the search, without loading"))
        return rows
