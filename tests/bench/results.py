"""The searches of docs/results.md: every utility of configs/results with every seed and setting, and their tables.

    tests/bench/results.sh [--seeds 1,2,3] [--only domain,largest] [--out FILE] [--set KEY=VALUE]…

Progress goes to standard error, the tables (markdown) to standard output, all numbers of all runs to --out as JSON.
"""
import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

# What is searched with, beside what the files say; each with the same number of evaluations. Baselines do not depend on it
# and are found once, by the first.
SETTINGS = {
    "swarm, robust": [],
    "swarm, paper": ["swarm.preset=paper"],
    "CMA-ES": ["optimiser=cma_es"],
    "random affine search": ["optimiser=random"],
    "swarm, robust, merge space delta": ["merge_space=delta"],
}
FIRST, DELTA = "swarm, robust", "swarm, robust, merge space delta"
BASELINES = ["greedy_soup", "lora_hub"]


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--seeds", default="1,2,3", help="of the searches")
    parser.add_argument("--only", default="", help="names of configs/results, instead of all")
    parser.add_argument("--out", type=Path, help="all numbers as JSON")
    parser.add_argument("--set", action="append", default=[], dest="overrides", help="a key of every search")
    return parser.parse_args()


def slug(title):
    return "-".join(title.lower().replace(",", "").split())


class Searches:
    def __init__(self, arguments):
        self.program = arguments.root / "build/cpu/bin/shoal"
        self.folder = arguments.root / "runs/results"
        self.overrides = arguments.overrides
        self.seconds = 0.0
        self.known = self.list_known()

    def list_known(self):
        """What `shoal ls` names, by kind: a build that lacks an optimiser or a baseline leaves its row out."""
        lines = subprocess.run([self.program, "ls"], capture_output=True, text=True, check=True).stdout.splitlines()
        return {line[:14].strip(): line[14:].strip().split(", ") for line in lines}

    def can(self, setting):
        chosen = [value.split("=")[1] for value in SETTINGS[setting] if value.startswith("optimiser=")]
        return all(optimiser in self.known["optimisers"] for optimiser in chosen)

    def rows(self, setting):
        """The baselines that a search finds; without a word about them it would find the default ones."""
        if self.known["baselines"] == ["best_single", "uniform_soup"]:
            return []
        chosen = [name for name in BASELINES if name in self.known["baselines"]] if setting == FIRST else []
        return [f"baselines=[{', '.join(chosen)}]"]

    def run(self, config, setting, seed):
        """result.json of one search."""
        folder = self.folder / f"{config.stem}-{slug(setting)}-{seed}"
        command = [self.program, "run", config, "--run-dir", folder]
        for override in [f"seed={seed}", *SETTINGS[setting], *self.rows(setting), *self.overrides]:
            command += ["--set", override]
        started = time.monotonic()
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit(f"{folder.name} ended with {done.returncode}: {done.stderr.strip().splitlines()[-1:]}")
        self.seconds += time.monotonic() - started
        print(f"results: {folder.name} {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
        return json.loads((folder / "result.json").read_text(encoding="utf-8"))


def number(value, error):
    return f"{value:.3f} ± {error:.3f}"


def signed(value, error):
    return f"{value:+.3f} ± {error:.3f}".replace("-", "−")


def mean(values):
    return statistics.fmean(values)


def span(counts):
    return str(counts[0]) if len(set(counts)) == 1 else f"{min(counts)} to {max(counts)}"


def best_single(result):
    return next(row for row in result["experts"] if row["name"] == result["best_single"])


class Line:
    """One row of a table: the same method with every seed. Standard errors are over examples; every seed meets the same
    test examples, so they do not shrink with the number of seeds."""

    def __init__(self, title, rows, results, is_search=False):
        self.title, self.rows, self.results, self.is_search = title, rows, results, is_search

    def split(self, split):
        parts = [row[split] for row in self.rows]
        return number(mean([part["utility"] for part in parts]), mean([part["standard_error"] for part in parts]))

    def seeds(self):
        values = [row["test"]["utility"] for row in self.rows]
        return "–" if max(values) == min(values) else f"{min(values):.3f} to {max(values):.3f}"

    def effort(self):
        """Evaluations on the search examples, and the seconds they took; of a search that of the swarm or its like."""
        found = self.results if self.is_search else self.rows
        counts = [one.get("evaluations", 0) for one in found]
        if not any(counts):
            return ["–", "–"]
        seconds = [one["search_seconds" if self.is_search else "seconds"] for one in found]
        return [span(counts), f"{mean(seconds):.0f} s"]

    def pairs(self, of):
        pairs = [pair for pair in map(of, self.rows, self.results) if pair]
        return signed(mean([p["difference"] for p in pairs]), mean([p["standard_error"] for p in pairs])) if pairs else ""

    def cells(self):
        to_single = self.pairs(lambda row, result: best_single(result)["versus_best"]) if self.is_search else ""
        from_swarm = self.pairs(lambda row, result: row.get("versus_best"))
        return [self.title, self.split("dev"), self.split("test"), self.seeds(), to_single, from_swarm, *self.effort()]


def baseline_lines(results):
    lines = []
    for position, row in enumerate(results[0]["baselines"]):
        lines.append(Line(row["name"].replace("_", " "), [result["baselines"][position] for result in results], results))
    return lines


def lines_of(by_setting):
    first = by_setting[FIRST]
    lines = [Line("best single expert", [best_single(result) for result in first], first), *baseline_lines(first)]
    for setting, results in by_setting.items():
        lines.append(Line(setting, [result["best"] for result in results], results, is_search=True))
    return lines


HEAD = ["", "dev", "held-out test", "test, by seed", "minus best single", "robust swarm minus it", "evaluations", "time"]


def table(name, by_setting):
    best = by_setting[FIRST][0]["best"]
    rows = [HEAD, ["---"] * len(HEAD), *(line.cells() for line in lines_of(by_setting))]
    note = f"{best['dev']['n']} dev and {best['test']['n']} test examples."
    return f"### {name}\n\n" + "\n".join("| " + " | ".join(cells) + " |" for cells in rows) + f"\n\n{note}\n"


def main():
    arguments = options()
    searches = Searches(arguments)
    configs = sorted((arguments.root / "configs/results").glob("*.yaml"))
    if arguments.only:
        configs = [config for config in configs if config.stem in arguments.only.split(",")]
    if not configs:
        sys.exit("configs/results holds no such configuration")
    seeds = [int(seed) for seed in arguments.seeds.split(",")]
    everything = {}
    for config in configs:
        # The comparison of merge spaces is made once.
        settings = [setting for setting in SETTINGS if searches.can(setting) and (setting != DELTA or config.stem == "domain")]
        by_setting = {setting: [searches.run(config, setting, seed) for seed in seeds] for setting in settings}
        everything[config.stem] = by_setting
        print(table(config.stem, by_setting), flush=True)
    print(f"Everything took {searches.seconds / 60:.0f} minutes.")
    if arguments.out:
        arguments.out.write_text(json.dumps(everything, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
