"""C4: long answers of several adapters to the same prompts, against llama.cpp."""
import json
from collections import defaultdict

import tasks
from measure import alternate, tell
from processes import run, run_python, start_python
from settings import Settings
from shoal import evaluate
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
        self.way = self.best_way() if settings.llama else ("", 0)

    def make_prompts(self, questions: list[str]) -> None:
        texts = self.settings.work / "prompt-texts.json"
        texts.write_text(json.dumps([TEMPLATE.replace("{question}", question) for question in questions]))
        run([self.settings.program, "tokenize", "--model", self.settings.model, texts], self.prompts)

    def run_ours(self) -> None:
        done = evaluate(self.settings, "decoding", self.task, self.settings.experts, "bfloat16", "--limit", PROMPTS, "--no-early-exit",
                        model=self.model)
        answers = [[sample["output_ids"] for sample in record["samples"]] for record in done.records]
        self.note("ours", sum(done.timing("evaluate_s")), answers)

    def best_way(self) -> tuple[str, int]:
        """llama.cpp's fastest: F16 or BF16, in one process with all threads or in one process per thread."""
        run_python("peer_llama.py", ["convert", "--model", self.settings.model, "--folder", self.settings.work, "--adapter", *self.settings.experts],
                   self.settings.work / "llama-convert.log")
        times = {}
        most = min(self.settings.threads, len(self.settings.experts))
        for kind in ("F16", "BF16"):
            for processes in sorted({1, most}):
                times[kind, processes] = self.llama(kind, processes, adapters=most, tokens=min(self.settings.tokens, 20))[0]
                tell(f"C4: trying llama.cpp, {kind}, {processes} process(es): {times[kind, processes]:.1f} s")
        return min(times, key=times.__getitem__)

    def llama(self, kind: str, processes: int, adapters: int, tokens: int) -> tuple[float, list[list[list[int]]]]:
        """The seconds of the slowest process, and the answers by adapter."""
        work = self.settings.work
        outs = [work / f"llama-{i}.json" for i in range(processes)]
        started = [start_python("peer_llama.py", ["run", "--kind", kind, "--prompts", self.prompts, "--tokens", tokens, "--threads",
                                                  self.settings.threads // processes, "--folder", work, "--out", out,
                                                  "--adapter", *range(i, adapters, processes)], out.with_suffix(".log"))
                   for i, out in enumerate(outs)]
        for process in started:
            process.wait()
        results = [json.loads(out.read_text()) for out in outs]
        answers = [results[i % processes]["answers"][i // processes] for i in range(adapters)]
        return max(result["seconds"] for result in results), answers

    def run_llama(self) -> None:
        self.note("llama.cpp", *self.llama(*self.way, adapters=len(self.settings.experts), tokens=self.settings.tokens))

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
            row.note = f"ours bfloat16; llama.cpp {self.way[0]} in {self.way[1]} process(es), adapters switched; prompts included"
        return [row]


def common_start(ours: list[list[list[int]]], theirs: list[list[list[int]]]) -> float:
    """Mean number of leading tokens that are equal."""
    lengths = [next((i for i, (a, b) in enumerate(zip(mine, other)) if a != b), min(len(mine), len(other)))
               for mine_each, other_each in zip(ours, theirs, strict=True) for mine, other in zip(mine_each, other_each, strict=True)]
    return sum(lengths) / len(lengths)
