"""What a call of the benchmark is asked to do."""
import argparse
import os
from dataclasses import dataclass
from pathlib import Path

MEASURES = ("C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9", "C10")
SMOKE = ("C3", "C5", "C10")


@dataclass(frozen=True)
class Settings:
    program: Path
    model: Path
    task: Path
    experts: list[Path]
    limit: int       # examples of one evaluation
    repeat: int
    only: frozenset[str]
    round: int       # experts in one round of C1 and C2
    iterations: int  # of the searches
    tokens: int      # of one answer in C4
    threads: int
    llama: bool
    smoke: bool
    out: Path | None
    work: Path       # for everything written on the way

    def wants(self, *names: str) -> bool:
        return any(name in self.only for name in names)


def parse(arguments: list[str]) -> Settings:
    parser = argparse.ArgumentParser(prog="tests/bench/run.sh", description="Shoal against its peers and this machine's ceilings.")
    parser.add_argument("--root", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--program", type=Path, help="the built program (default: build/cpu/bin/shoal)")
    parser.add_argument("--model", type=Path, help="Hugging Face folder (default: the demo's)")
    parser.add_argument("--task", type=Path, help="multiple-choice JSON (default: configs/data/largest_choices.json)")
    parser.add_argument("--experts", type=Path, nargs="+", help="PEFT adapters, the first ten count (default: the demo's)")
    parser.add_argument("--limit", type=int, default=50, help="examples of one evaluation (default: 50)")
    parser.add_argument("--repeat", type=int, default=5, help="repeats; ratios are medians over them (default: 5)")
    parser.add_argument("--only", default=",".join(MEASURES), help="e.g. C1,C3 (default: all)")
    parser.add_argument("--round", type=int, default=2, help="experts in a round of C1 and C2 (default: 2)")
    parser.add_argument("--iterations", type=int, default=2, help="iterations of the searches (default: 2)")
    parser.add_argument("--tokens", type=int, default=200, help="tokens of an answer in C4 (default: 200)")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="default: all cores")
    parser.add_argument("--llama", action="store_true", help="build llama.cpp on the first call, and measure it in C4")
    parser.add_argument("--smoke", action="store_true", help="a few examples, one repeat, C3, C5 and C10 only, without peers: under a minute")
    parser.add_argument("--out", type=Path, help="JSON file with the rows and the ratios of every repeat (the table goes to stdout in any case)")
    given = parser.parse_args(arguments)
    only = frozenset(SMOKE if given.smoke else given.only.upper().split(","))
    if unknown := only - set(MEASURES):
        parser.error(f"--only {','.join(sorted(unknown))}: known are {', '.join(MEASURES)}")
    root = given.root
    settings = Settings(
        program=(given.program or root / "build/cpu/bin/shoal").absolute(),
        model=(given.model or root / "deploy/demo/model").absolute(),
        task=(given.task or root / "configs/data/largest_choices.json").absolute(),
        experts=[path.absolute() for path in given.experts or sorted((root / "deploy/demo/experts").iterdir())][:3 if given.smoke else 10],
        limit=8 if given.smoke else given.limit, repeat=1 if given.smoke else given.repeat, only=only, round=given.round,
        iterations=given.iterations, tokens=given.tokens, threads=given.threads, llama=given.llama, smoke=given.smoke,
        out=given.out, work=root / ".deps/bench/work")
    for path, how in ((settings.program, "Build it first (deploy/test.sh)"), (settings.model / "config.json", "Run deploy/demo/fetch.sh"),
                      (settings.task, "Name another"), *((path / "adapter_config.json", "Name another") for path in settings.experts)):
        if not path.exists():
            parser.error(f"{path} does not exist. {how}.")
    return settings
