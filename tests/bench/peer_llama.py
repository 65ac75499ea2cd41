#!/usr/bin/env python3
"""Decodes the same prompts with several LoRA adapters, one after the other, with llama.cpp: all prompts as one batch.

    peer_llama.py --model DIR --adapter DIR... --prompts FILE --tokens N --threads N --folder DIR --out FILE

FILE holds a JSON list of lists of token ids. The weights are converted to F16 and to BF16 (in DIR); the faster of the two
on the first adapter is used. Answers are greedy and never end before N tokens. `seconds` covers prompts and answers,
neither loading nor converting; adapters are in memory and switched.
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


class Model:
    def __init__(self, file: Path, adapters: list[Path], prompts: list[list[int]], tokens: int, threads: int):
        self.model = api.llama_model_load_from_file(str(file).encode(), api.llama_model_default_params())
        self.adapters = [api.llama_adapter_lora_init(self.model, str(path).encode()) for path in adapters]
        if not self.model or not all(self.adapters):
            raise SystemExit("llama.cpp cannot load the converted files")
        self.prompts, self.tokens = prompts, tokens
        self.vocabulary = api.llama_vocab_n_tokens(api.llama_model_get_vocab(self.model))
        room = sum(len(prompt) + tokens for prompt in prompts)
        parameters = api.llama_context_default_params()
        parameters.n_ctx, parameters.n_batch, parameters.n_seq_max = room, room, len(prompts)
        parameters.n_threads = parameters.n_threads_batch = threads
        parameters.kv_unified = True
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

    def answers(self, adapter: int, tokens: int | None = None) -> list[list[int]]:
        chosen = (api.llama_adapter_lora_p_ctypes * 1)(self.adapters[adapter])
        if api.llama_set_adapters_lora(self.context, chosen, 1, (ctypes.c_float * 1)(1.0)) != 0:
            raise SystemExit("llama.cpp refuses the adapter")
        api.llama_memory_clear(api.llama_get_memory(self.context), True)
        rows = [(token, position, sequence, position == len(prompt) - 1)
                for sequence, prompt in enumerate(self.prompts) for position, token in enumerate(prompt)]
        steps = [self.decode(rows)]
        for step in range((tokens or self.tokens) - 1):
            steps.append(self.decode([(token, len(self.prompts[s]) + step, s, True) for s, token in enumerate(steps[-1])]))
        return [list(answer) for answer in zip(*steps)]


def timed(model: Model, adapters: range, tokens: int | None = None) -> tuple[float, list[list[list[int]]]]:
    start = time.perf_counter()
    answers = [model.answers(adapter, tokens) for adapter in adapters]
    return time.perf_counter() - start, answers


def converted(arguments) -> tuple[dict[str, Path], list[Path]]:
    """The GGUF files, written by the first call."""
    models = {kind: arguments.folder / f"model-{kind}.gguf" for kind in KINDS}
    for kind, path in models.items():
        if not path.exists():
            write_model(arguments.model, path, kind)
    adapters = [arguments.folder / f"adapter-{number}.gguf" for number in range(len(arguments.adapter))]
    for source, path in zip(arguments.adapter, adapters):
        write_adapter(source, arguments.model, path)
    return models, adapters


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--adapter", type=Path, nargs="+", required=True)
    parser.add_argument("--prompts", type=Path, required=True)
    parser.add_argument("--tokens", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    api.llama_backend_init()
    files, adapters = converted(arguments)
    prompts = json.loads(arguments.prompts.read_text())
    models = {kind: Model(file, adapters, prompts, arguments.tokens, arguments.threads) for kind, file in files.items()}
    trial = min(arguments.tokens, 20)
    for model in models.values():
        model.answers(0, 2)
    kind = min(KINDS, key=lambda name: timed(models[name], range(1), trial)[0])
    seconds, answers = timed(models[kind], range(len(adapters)))
    arguments.out.write_text(json.dumps({"seconds": seconds, "kind": kind, "answers": answers}))


if __name__ == "__main__":
    main()
