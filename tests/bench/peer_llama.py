#!/usr/bin/env python3
"""Decodes the same prompts with several LoRA adapters, one after the other, with llama.cpp: all prompts as one batch.

    peer_llama.py convert --model DIR --adapter DIR... --folder DIR
    peer_llama.py run --kind F16|BF16 --adapter NUMBER... --prompts FILE --tokens N --threads N --folder DIR --out FILE

convert writes the model as F16 and as BF16 and the adapters, numbered, as GGUF files to the folder, where run finds them.
FILE holds a JSON list of lists of token ids. Answers are greedy and never end before N tokens. `seconds` covers prompts and
answers, not loading; adapters are in memory and switched.
"""
import argparse
import ctypes
import json
import time
from pathlib import Path

import llama_cpp as api
import numpy as np

from gguf_files import write_adapter, write_model

KINDS = ("F16", "BF16")


@api.llama_log_callback
def be_quiet(level, text, data):
    pass


class Model:
    def __init__(self, file: Path, adapters: list[Path], prompts: list[list[int]], threads: int, tokens: int):
        self.model = api.llama_model_load_from_file(str(file).encode(), api.llama_model_default_params())
        self.adapters = [api.llama_adapter_lora_init(self.model, str(path).encode()) for path in adapters]
        if not self.model or not all(self.adapters):
            raise SystemExit("llama.cpp cannot load the converted files")
        self.prompts = prompts
        self.vocabulary = api.llama_vocab_n_tokens(api.llama_model_get_vocab(self.model))
        room = len(prompts) * (max(map(len, prompts)) + tokens)
        parameters = api.llama_context_default_params()
        parameters.n_ctx, parameters.n_batch, parameters.n_seq_max = room, room, len(prompts)
        parameters.n_threads = parameters.n_threads_batch = threads
        self.context = api.llama_init_from_model(self.model, parameters)
        self.batch = api.llama_batch_init(room, 0, 1)

    def decode(self, rows: list[tuple[int, int, int, bool]]) -> list[int]:
        """Rows of (token, position, sequence, logits wanted); returns the likeliest next tokens of the wanted rows."""
        self.batch.n_tokens = len(rows)
        for i, (token, position, sequence, wanted) in enumerate(rows):
            self.batch.token[i], self.batch.pos[i], self.batch.n_seq_id[i] = token, position, 1
            self.batch.seq_id[i][0], self.batch.logits[i] = sequence, wanted
        if api.llama_decode(self.context, self.batch) != 0:
            raise SystemExit("llama_decode failed")
        wanted_rows = [i for i, row in enumerate(rows) if row[3]]
        logits = (np.ctypeslib.as_array(api.llama_get_logits_ith(self.context, i), (self.vocabulary,)) for i in wanted_rows)
        return [int(values.argmax()) for values in logits]

    def answers(self, adapter: int, tokens: int) -> list[list[int]]:
        chosen = (api.llama_adapter_lora_p_ctypes * 1)(self.adapters[adapter])
        if api.llama_set_adapters_lora(self.context, chosen, 1, (ctypes.c_float * 1)(1.0)) != 0:
            raise SystemExit("llama.cpp refuses the adapter")
        api.llama_memory_clear(api.llama_get_memory(self.context), True)
        rows = [(token, position, sequence, position == len(prompt) - 1)
                for sequence, prompt in enumerate(self.prompts) for position, token in enumerate(prompt)]
        steps = [self.decode(rows)]
        for step in range(tokens - 1):
            steps.append(self.decode([(token, len(self.prompts[s]) + step, s, True) for s, token in enumerate(steps[-1])]))
        return [list(answer) for answer in zip(*steps)]


def model_file(folder: Path, kind: str) -> Path:
    return folder / f"model-{kind}.gguf"


def adapter_file(folder: Path, number: int) -> Path:
    return folder / f"adapter-{number}.gguf"


def convert(arguments) -> None:
    for kind in KINDS:
        write_model(arguments.model, model_file(arguments.folder, kind), kind)
    for number, adapter in enumerate(arguments.adapter):
        write_adapter(adapter, arguments.model, adapter_file(arguments.folder, number))


def run(arguments) -> None:
    api.llama_log_set(be_quiet, None)
    api.llama_backend_init()
    files = [adapter_file(arguments.folder, number) for number in arguments.adapter]
    prompts = json.loads(arguments.prompts.read_text())
    model = Model(model_file(arguments.folder, arguments.kind), files, prompts, arguments.threads, arguments.tokens)
    model.answers(0, 2)
    start = time.perf_counter()
    answers = [model.answers(adapter, arguments.tokens) for adapter in range(len(files))]
    seconds = time.perf_counter() - start
    arguments.out.write_text(json.dumps({"seconds": seconds, "answers": answers}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ways = parser.add_subparsers(required=True)
    converting = ways.add_parser("convert")
    converting.set_defaults(work=convert)
    converting.add_argument("--model", type=Path, required=True)
    converting.add_argument("--adapter", type=Path, nargs="+", required=True)
    converting.add_argument("--folder", type=Path, required=True)
    running = ways.add_parser("run")
    running.set_defaults(work=run)
    running.add_argument("--kind", choices=KINDS, required=True)
    running.add_argument("--adapter", type=int, nargs="+", required=True)
    running.add_argument("--prompts", type=Path, required=True)
    running.add_argument("--tokens", type=int, required=True)
    running.add_argument("--threads", type=int, required=True)
    running.add_argument("--folder", type=Path, required=True)
    running.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.work(arguments)


if __name__ == "__main__":
    main()
