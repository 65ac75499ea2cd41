"""C1 and C2: one evaluation round of some experts, model loading included, against Hugging Face's libraries."""
import json
from collections import defaultdict
from functools import partial

import tasks
from measure import alternate, tell
from processes import run_python
from settings import Settings
from shoal import Evaluation, evaluate
from table import Row, accuracies, agreement, figure, ratios_of

BATCHES = (4, 8, 16, 32)
PUBLISHED_BATCH = 10
DTYPES = ("float32", "bfloat16")


class Rounds:
    def __init__(self, settings: Settings):
        self.settings = settings
        self.experts = settings.experts[:settings.round]
        self.task = tasks.write_task(settings, "round")
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.peers: dict[str, dict] = {}
        self.ours: dict[str, Evaluation] = {}
        self.batch = {dtype: self.best_batch(dtype) for dtype in DTYPES} if settings.wants("C2") else {}

    def best_batch(self, dtype: str) -> int:
        """The fair way's fastest on one expert; larger ones are not tried once it gets clearly slower."""
        times: dict[int, float] = {}
        for batch in BATCHES:
            times[batch] = self.peer("fair", dtype, batch, experts=1)["seconds"]
            tell(f"C2: trying the fair way, {dtype}, batch {batch}: {times[batch]:.1f} s")
            if times[batch] > 1.3 * min(times.values()):
                break
        return min(times, key=times.__getitem__)

    def peer(self, way: str, dtype: str, batch: int, experts: int | None = None) -> dict:
        out = self.settings.work / f"{way}-{dtype}.json"
        run_python("peer_transformers.py", [way, "--model", self.settings.model, "--task", self.settings.task, "--limit", self.settings.limit,
                                            "--dtype", dtype, "--batch", batch, "--threads", self.settings.threads, "--out", out,
                                            "--adapter", *self.experts[:experts]], out.with_suffix(".log"))
        return json.loads(out.read_text())

    def run_peer(self, way: str, dtype: str, batch: int) -> None:
        self.peers[f"{way} {dtype}"] = self.peer(way, dtype, batch)
        self.note(f"{way} {dtype}", self.peers[f"{way} {dtype}"]["seconds"])

    def run_ours(self, dtype: str) -> None:
        # The wall time of the whole process: stricter on us than on the peers, whose imports are not counted.
        self.ours[dtype] = evaluate(self.settings, f"round-{dtype}", self.task, self.experts, dtype, "--limit", self.settings.limit)
        self.note(f"ours {dtype}", self.ours[dtype].finished.seconds)

    def note(self, arm: str, seconds: float) -> None:
        self.seconds[arm].append(seconds)
        tell(f"C1, C2: {arm} {seconds:.1f} s")

    def repeat(self, number: int) -> None:
        arms = [partial(self.run_ours, "bfloat16")]
        if self.settings.wants("C1"):
            arms.append(partial(self.run_peer, "published", "bfloat16", PUBLISHED_BATCH))
        if self.settings.wants("C2"):
            arms.append(partial(self.run_ours, "float32"))
            arms += [partial(self.run_peer, "fair", dtype, self.batch[dtype]) for dtype in DTYPES]
        alternate(number, *arms)

    def row(self, id: str, way: str, dtype: str, what: str, floor: str, aim: str) -> Row:
        peer, ours = self.peers[f"{way} {dtype}"], self.ours[dtype]
        our_seconds, peer_seconds = self.seconds[f"ours {dtype}"], self.seconds[f"{way} {dtype}"]
        tokens = int(ours.timing("prompt_tokens")[0])
        note = f"accuracy {accuracies(ours.accuracy)} against {accuracies(peer['accuracy'])}"
        if tokens != peer["prompt_tokens"]:
            note += f"; PROMPTS DIFFER: {tokens} tokens against {peer['prompt_tokens']}"
        return Row(id, what, figure(our_seconds, "s"), figure(peer_seconds, "s"), ratios_of(peer_seconds, our_seconds), floor, aim,
                   agreement(ours.answers, peer["answers"]), note)

    def rows(self) -> list[Row]:
        rows = []
        if self.settings.wants("C1"):
            rows.append(self.row("C1", "published", "bfloat16", f"round of {len(self.experts)} experts, as-is ÷ ours, bfloat16", "8", "12"))
        if self.settings.wants("C2"):
            rows.append(self.row("C2", "fair", "float32", f"fair (batch {self.batch['float32']}) ÷ ours, float32", "2.0", "2.5"))
            rows.append(self.row("C2", "fair", "bfloat16", f"fair (batch {self.batch['bfloat16']}) ÷ ours, bfloat16", "2.8", "3.7"))
            between = agreement(self.ours["bfloat16"].answers, self.ours["float32"].answers)
            rows[-1].note += f"; our bfloat16 and our float32 agree in {between}"
        return rows
