"""C4: long answers of several adapters to the same prompts, against llama.cpp."""
import json
from collections import defaultdict

import tasks
from measure import alternate, tell
from processes import run, run_python
from settings import Settings
from shoal import Evaluation, RunningEvaluation
from table import Row, figure, ratios_of

PROMPTS = 10
TEMPLATE = "Question: {question}\nAnswer:"


class Decoding:
    def __init__(self, settings: Settings):
        self.settings = settings
        questions = [item["question"] for item in tasks.read(settings.task)["dev"][:PROMPTS]]
        self.prompts = settings.work / "prompt-ids.json"
        self.make_prompts(questions)
        self.task = tasks.write_task(settings, "decoding", prompt=TEMPLATE, max_new_tokens=settings.tokens)
        self.model = tasks.model_without_end(settings)
        self.speed: dict[str, list[float]] = defaultdict(list)
        self.answers: dict[str, list[list[list[int]]]] = {}
        self.kind = ""

    def make_prompts(self, questions: list[str]) -> None:
        texts = self.settings.work / "prompt-texts.json"
        texts.write_text(json.dumps([TEMPLATE.replace("{question}", question) for question in questions]))
        run([self.settings.program, "tokenize", "--model", self.settings.model, texts], self.prompts)

    def run_ours(self) -> None:
        """One process per thread, each with its share of the adapters: `eval` scores adapters one after the other, and ten
        prompts are a single unit of work. A search hands such units to all of its threads."""
        shares = [self.settings.experts[i::self.settings.threads] for i in range(self.settings.threads)]
        running = [RunningEvaluation(self.settings, f"decoding-{i}", self.task, share, "bfloat16", "--limit", PROMPTS, "--no-early-exit",
                                     threads=1, model=self.model) for i, share in enumerate(shares) if share]
        done = [evaluation.wait() for evaluation in running]
        self.note("ours", max(sum(evaluation.timing("evaluate_s")) for evaluation in done), in_order(done))

    def run_llama(self) -> None:
        out = self.settings.work / "llama.json"
        run_python("peer_llama.py", ["--model", self.settings.model, "--prompts", self.prompts, "--tokens", self.settings.tokens, "--threads",
                                     self.settings.threads, "--folder", self.settings.work, "--out", out, "--adapter", *self.settings.experts],
                   out.with_suffix(".log"))
        result = json.loads(out.read_text())
        self.kind = result["kind"]
        self.note("llama.cpp", result["seconds"], result["answers"])

    def note(self, arm: str, seconds: float, answers: list[list[list[int]]]) -> None:
        self.answers[arm] = answers
        self.speed[arm].append(sum(len(answer) for each in answers for answer in each) / seconds)
        tell(f"C4: {arm} {self.speed[arm][-1]:.0f} tokens/s")

    def repeat(self, number: int) -> None:
        alternate(number, self.run_ours, *([self.run_llama] if self.settings.llama else []))

    def rows(self) -> list[Row]:
        settings = self.settings
        row = Row("C4", f"{settings.tokens}-token answers, {len(settings.experts)} adapters × {PROMPTS} prompts, ours ÷ llama.cpp",
                  figure(self.speed["ours"], "tokens/s"), floor="1.5", aim="2.1", note="prompts included; peer not run (--llama)")
        if settings.llama:
            row.other = figure(self.speed["llama.cpp"], "tokens/s")
            row.ratios = ratios_of(self.speed["ours"], self.speed["llama.cpp"])
            row.answers = f"equal for {common_start(self.answers['ours'], self.answers['llama.cpp']):.0f} tokens, mean"
            row.note = f"ours bfloat16, llama.cpp {self.kind}, adapters switched; prompts included"
        return [row]


def in_order(shares: list[Evaluation]) -> list[list[list[int]]]:
    """Output ids by adapter, as the adapters were given before they were dealt out."""
    count = sum(len(share.records) for share in shares)
    return [[sample["output_ids"] for sample in shares[i % len(shares)].records[i // len(shares)]["samples"]] for i in range(count)]


def common_start(ours: list[list[list[int]]], theirs: list[list[list[int]]]) -> float:
    """Mean number of leading tokens that are equal."""
    lengths = [next((i for i, (a, b) in enumerate(zip(mine, other)) if a != b), min(len(mine), len(other)))
               for mine_each, other_each in zip(ours, theirs, strict=True) for mine, other in zip(mine_each, other_each, strict=True)]
    return sum(lengths) / len(lengths)
