"""Checkpoints of dense positions (C7)."""
import json
import re

from measure import tell
from processes import run
from searches import config
from settings import Settings
from shoal import Search, search
from table import Row, figure, ratios_of

GIGABYTES = 0.6


class Dense:
    """C7: a checkpoint of 0.6 GB against plain writing, and what checkpoints cost a search with the demo's experts."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.config = config(settings, settings.task, settings.limit, settings.iterations, settings.threads)
        self.written: list[float] = []
        self.raw: list[float] = []
        self.stalls: list[float] = []
        self.iterations: list[float] = []
        self.megabytes = 0.0

    def repeat(self, number: int) -> None:
        self.measure_disk()
        self.measure_search(search(self.settings, "dense", self.config, "swarm.positions=dense"))
        tell(f"C7: checkpoint {self.written[-1]:.2f} GB/s, raw {self.raw[-1]:.2f} GB/s; stall {self.stalls[-1]:.3f} s of "
             f"{self.iterations[-1]:.1f} s")

    def measure_disk(self) -> None:
        out = self.settings.work / "checkpoint.json"
        run([self.settings.program, "bench", "--checkpoint", GIGABYTES, "--folder", self.settings.work, "--out", out],
            self.settings.work / "checkpoint.log")
        figures = {figure["name"]: figure["value"] for figure in json.loads(out.read_text())["figures"]}
        self.written.append(figures[f"dense checkpoint, {GIGABYTES} GB"])
        self.raw.append(figures[f"write + fsync, {GIGABYTES} GB"])

    def measure_search(self, done: Search) -> None:
        """Means over the iterations after the first: each waits for the checkpoint of the one before."""
        log = (self.settings.work / "run-dense/log.txt").read_text()
        found = re.findall(r"checkpoint after iteration (\d+): ([\d.]+) MB by rank 0 in [\d.]+ s, of which the search waited ([\d.]+) s", log)
        stalls = [float(waited) for iteration, _, waited in found if iteration != "0"]
        self.megabytes = sum(float(megabytes) for _, megabytes, _ in found) / len(found)
        self.stalls.append(sum(stalls) / len(stalls))
        self.iterations.append(done.seconds(first_iteration=1) / (len(done.history) - 1))

    def rows(self) -> list[Row]:
        return [Row("C7", f"checkpoint of dense positions, {GIGABYTES} GB ÷ raw write + fsync", figure(self.written, "GB/s"),
                    figure(self.raw, "GB/s"), ratios_of(self.written, self.raw), "0.85", "0.95",
                    note="all of it: check sums, manifest, renaming"),
                Row("C7", "waiting for checkpoints ÷ iteration, dense search, in %", figure(self.stalls, "s"), figure(self.iterations, "s"),
                    [100 * ratio for ratio in ratios_of(self.stalls, self.iterations)], "1 %", "0.2 %",
                    note=f"{self.megabytes:.0f} MB in each iteration, written while the next one is evaluated")]
