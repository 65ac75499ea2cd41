"""How few examples an evaluation could have needed, had its scores been known beforehand."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Stakes:
    """What an evaluation must reach to matter, as of the iteration before."""
    best: float    # min(own personal best, g): its upper bound must come down to this
    worst: float   # g_w: its lower bound must come up to this
    lowest: float | None = None  # of this iteration, with a windowed worst: its lower bound must lie above


def fewest_examples(right: int, examples: int, stakes: Stakes) -> int:
    """For one task of 0/1 scores of which `right` are 1: the wrong answers that bring (examples - wrong) / examples down to
    `best`, and the right ones that bring right / examples up to `worst`. All examples where that is impossible."""
    wrong = next(w for w in range(examples + 1) if (examples - w) / examples <= stakes.best) if stakes.best >= 0 else examples + 1

    def enough(count: int) -> bool:
        lower = count / examples
        return lower >= stakes.worst and (stakes.lowest is None or lower > stakes.lowest)

    needed = next((count for count in range(examples + 1) if enough(count)), examples + 1)
    possible = wrong <= examples - right and needed <= right
    return wrong + needed if possible else examples


def bound(history: list[dict], examples: int, windowed: bool) -> int:
    """Examples that the iterations after the first need at least, from the history of a search without pruning."""
    total = 0
    for before, line in zip(history, history[1:]):
        bests = {p["id"]: p["best_utility"] for p in before["particles"]}
        evaluated = [p for p in line["particles"] if not p["stale"]]
        lowest = min((p["utility"] for p in evaluated), default=None) if windowed else None
        for particle in evaluated:
            right = round(particle["utility"] * examples)
            stakes = Stakes(min(bests[particle["id"]], before["global_best"]["utility"]), before["global_worst"]["utility"], lowest)
            total += fewest_examples(right, examples, stakes)
    return total
