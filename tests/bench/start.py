"""C10: from the start of the process to the first score."""
import tasks
from measure import alternate, tell
from processes import run_python
from settings import Settings
from shoal import evaluate
from table import Row, figure, ratios_of


class Start:
    def __init__(self, settings: Settings):
        self.settings = settings
        self.task = tasks.write_task(settings, "start")
        self.ours: list[float] = []
        self.peer: list[float] = []

    def run_ours(self) -> None:
        done = evaluate(self.settings, "start", self.task, self.settings.experts[:1], "auto", "--limit", 1)
        self.ours.append(done.finished.seconds)

    def run_peer(self) -> None:
        out = self.settings.work / "start-peer.json"
        done = run_python("peer_transformers.py", ["fair", "--model", self.settings.model, "--task", self.settings.task, "--limit", 1, "--batch", 1,
                                                   "--threads", self.settings.threads, "--out", out, "--adapter", self.settings.experts[0]],
                          out.with_suffix(".log"))
        self.peer.append(done.seconds)

    def repeat(self, number: int) -> None:
        alternate(number, self.run_ours, *([] if self.settings.smoke else [self.run_peer]))
        tell(f"C10: ours {self.ours[-1]:.2f} s" + (f", Hugging Face {self.peer[-1]:.2f} s" if self.peer else ""))

    def rows(self) -> list[Row]:
        other = figure(self.peer, "s") if self.peer else ""
        return [Row("C10", "process start to first score, Hugging Face ÷ ours", figure(self.ours, "s"), other,
                    ratios_of(self.peer, self.ours) if self.peer else [], "5", "15", note="whole process, imports included")]
