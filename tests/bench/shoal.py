"""The program that is measured."""
import json
from dataclasses import dataclass
from pathlib import Path

from processes import Finished, run
from settings import Settings

MPI = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Evaluation:
    """One `shoal eval`: a record per adapter, as in its output file."""
    finished: Finished
    records: list[dict]

    @property
    def answers(self) -> list[list[str | None]]:
        return [[sample["answer"] for sample in record["samples"]] for record in self.records]

    @property
    def accuracy(self) -> list[float]:
        return [result["utility"] for record in self.records for result in record["results"].values()]

    def timing(self, key: str) -> list[float]:
        return [record["timing"][key] for record in self.records]


def evaluate(settings: Settings, name: str, task: Path, adapters: list[Path], dtype: str, *options: object,
             threads: int | None = None, model: Path | None = None) -> Evaluation:
    out = settings.work / f"{name}.json"
    command = [settings.program, "eval", "--model", model or settings.model, "--task", task, "--dtype", dtype,
               "--threads", threads or settings.threads, "--out", out, *options]
    for adapter in adapters:
        command += ["--adapter", adapter]
    finished = run(command, settings.work / f"{name}.log")
    records = json.loads(out.read_text())
    return Evaluation(finished, records if isinstance(records, list) else [records])


@dataclass(frozen=True)
class Search:
    """One `shoal run`."""
    finished: Finished
    history: list[dict]

    def seconds(self, first_iteration: int = 0) -> float:
        return sum(line["seconds"] for line in self.history[first_iteration:])

    def examples(self, first_iteration: int = 0) -> int:
        return sum(p["examples"] for line in self.history[first_iteration:] for p in line["particles"])

    def trajectory(self) -> list:
        """Every position and every best: what must not depend on pruning, ranks or threads."""
        return [[[p["position"], p["best_utility"]] for p in line["particles"]] + [line["global_best"], line["global_worst"]]
                for line in self.history]


def search(settings: Settings, name: str, config: dict, *overrides: str, ranks: int = 1) -> Search:
    file, folder = settings.work / f"{name}.yaml", settings.work / f"run-{name}"
    file.write_text(json.dumps(config))  # JSON is YAML
    launcher = ["mpirun", "-n", ranks] if ranks > 1 else []
    changes = [part for override in overrides for part in ("--set", override)]
    finished = run([*launcher, settings.program, "run", file, "--run-dir", folder, "--resume", "never", *changes],
                   settings.work / f"{name}.log", MPI)
    lines = (folder / "history.jsonl").read_text().splitlines()
    return Search(finished, [json.loads(line) for line in lines])
