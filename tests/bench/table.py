"""The table: rows, their ratios over the repeats, markdown and JSON."""
import statistics
from dataclasses import asdict, dataclass, field


@dataclass
class Row:
    """One line. `ratios` holds one value per repeat; figures are medians with their unit."""
    id: str
    what: str
    ours: str = ""
    other: str = ""  # the peer's figure, or the ceiling's
    ratios: list[float] = field(default_factory=list)
    floor: str = ""
    aim: str = ""
    answers: str = ""  # how far they agree
    note: str = ""

    def ratio(self) -> str:
        if not self.ratios:
            return "–"
        middle = statistics.median(self.ratios)
        spread = f" ({min(self.ratios):.2f}–{max(self.ratios):.2f})" if len(self.ratios) > 1 else ""
        return f"**{middle:.2f}**{spread}"


def figure(values: list[float], unit: str) -> str:
    middle = statistics.median(values)
    digits = 0 if middle >= 100 else 1 if middle >= 10 else 2
    return f"{middle:.{digits}f} {unit}"


def ratios_of(numerators: list[float], denominators: list[float]) -> list[float]:
    return [a / b for a, b in zip(numerators, denominators, strict=True)]


def agreement(ours: list[list], theirs: list[list]) -> str:
    pairs = [(a, b) for mine, other in zip(ours, theirs, strict=True) for a, b in zip(mine, other, strict=True)]
    return f"{100 * sum(a == b for a, b in pairs) / len(pairs):.0f} %"


def accuracies(values: list[float]) -> str:
    return "/".join(f"{value:.2f}" for value in values)


def markdown(rows: list[Row]) -> str:
    lines = ["| id | what | ours | peer or ceiling | ratio: median (range) | floor | aim | equal answers | notes |",
             "|---|---|---|---|---|---|---|---|---|"]
    lines += ["| " + " | ".join((row.id, row.what, row.ours, row.other, row.ratio(), row.floor, row.aim, row.answers, row.note)) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def ceilings_markdown(samples: list[dict]) -> str:
    def middle(*path: str) -> float:
        values = []
        for sample in samples:
            for key in path:
                sample = sample[key]
            values.append(sample)
        return statistics.median(values)

    lines = ["| ceiling of this machine | one thread | all threads, one product | all threads, a product each |", "|---|---|---|---|"]
    for dtype in samples[0]["gemm"]:
        cells = [f"{middle('gemm', dtype, way, 'gflops'):.0f} GFLOP/s = {middle('gemm', dtype, way, 'tokens_per_second'):.0f} tokens/s"
                 for way in ("one_thread", "all_threads", "side_by_side")]
        lines.append(f"| GEMM, {dtype}, M = 2,000 | " + " | ".join(cells) + " |")
    lines += [f"| memory, read + write | | {middle('memory_gb_per_second'):.1f} GB/s | |",
              f"| write + fsync | {middle('disk_gb_per_second'):.2f} GB/s | | |"]
    return "\n".join(lines) + "\n"


def as_json(rows: list[Row]) -> list[dict]:
    return [{**asdict(row), "ratio": statistics.median(row.ratios) if row.ratios else None} for row in rows]
