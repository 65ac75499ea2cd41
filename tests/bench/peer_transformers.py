#!/usr/bin/env python3
"""One evaluation round of several LoRA experts on a multiple-choice file with Hugging Face transformers and PEFT.

    peer_transformers.py published|fair --model DIR --task FILE --adapter DIR... [--limit N] [--dtype bfloat16|float32]
                         [--batch N] [--threads N] --out FILE

published: as the published code of Model Swarms does it: the base model loaded for every evaluation, prompts in the order of the
file, batches of 10 padded on the right without a mask, always 10 new tokens.
fair: the best that an expert would do with the same libraries: the base loaded once, padding on the left with a mask, prompts
sorted by length, adapters switched.
Both read the file, tokenise, generate and parse; `seconds` covers all of it, model loading included, Python's imports not.
"""
import argparse
import json
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

warnings.filterwarnings("ignore", category=FutureWarning)
import torch
import transformers
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

NEW_TOKENS = 10
INSTRUCTION = "Please choose an option that best answers the question."


def prompt_of(item: dict, icl_prompt: str | None) -> str:
    head = icl_prompt if icl_prompt else INSTRUCTION
    options = "".join(f"{key}: {text}\n" for key, text in item["choices"].items())
    return f"{head}\nQuestion: {item['question']}\n{options}The answer is"


def parse(output: str, choices: dict[str, str]) -> str | None:
    """The published parser: a key in the first five characters, else in the last five, else an option's text."""
    for part in (output[:5], output[-5:]):
        for key in choices:
            if key in part:
                return key
    for key, text in choices.items():
        if text.lower() in output.lower():
            return key
    return None


def load_base(arguments):
    return AutoModelForCausalLM.from_pretrained(arguments.model, dtype=getattr(torch, arguments.dtype)).eval()


def generate(model, tokenizer, prompts: list[str], mask: bool) -> list[str]:
    batch = tokenizer(prompts, return_tensors="pt", padding=True)
    given = {"attention_mask": batch.attention_mask} if mask else {}
    with torch.inference_mode():
        output = model.generate(batch.input_ids, max_new_tokens=NEW_TOKENS, do_sample=False, pad_token_id=tokenizer.pad_token_id, **given)
    return [text.strip() for text in tokenizer.batch_decode(output[:, batch.input_ids.shape[1]:], skip_special_tokens=True)]


def tokenizer_for(arguments, side: str):
    tokenizer = AutoTokenizer.from_pretrained(arguments.model, padding_side=side)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def published(arguments, prompts: list[str]) -> Iterator[list[str]]:
    for adapter in arguments.adapter:
        tokenizer = tokenizer_for(arguments, "right")
        model = PeftModel.from_pretrained(load_base(arguments), adapter)
        outputs = []
        for start in range(0, len(prompts), arguments.batch):
            outputs += generate(model, tokenizer, prompts[start:start + arguments.batch], mask=False)
        yield outputs


def fair(arguments, prompts: list[str]) -> Iterator[list[str]]:
    tokenizer = tokenizer_for(arguments, "left")
    model = None
    order = sorted(range(len(prompts)), key=lambda i: len(tokenizer(prompts[i]).input_ids))
    for number, adapter in enumerate(arguments.adapter):
        name = f"expert{number}"
        if model is None:
            model = PeftModel.from_pretrained(load_base(arguments), adapter, adapter_name=name)
        else:
            model.load_adapter(adapter, adapter_name=name)
        model.set_adapter(name)
        outputs = [""] * len(prompts)
        for start in range(0, len(prompts), arguments.batch):
            chosen = order[start:start + arguments.batch]
            for i, text in zip(chosen, generate(model, tokenizer, [prompts[i] for i in chosen], mask=True)):
                outputs[i] = text
        yield outputs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("way", choices=["published", "fair"])
    parser.add_argument("--model", required=True)
    parser.add_argument("--task", type=Path, required=True)
    parser.add_argument("--adapter", nargs="+", required=True)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--dtype", default="bfloat16")
    parser.add_argument("--batch", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.set_num_threads(arguments.threads)
    start = time.perf_counter()
    data = json.loads(arguments.task.read_text())
    items = data["dev"][:arguments.limit]
    prompts = [prompt_of(item, data.get("icl_prompt")) for item in items]
    ways = {"published": published, "fair": fair}
    answers = [[parse(text, item["choices"]) for text, item in zip(outputs, items)] for outputs in ways[arguments.way](arguments, prompts)]
    seconds = time.perf_counter() - start
    accuracy = [sum(a == item["answer"] for a, item in zip(each, items)) / len(items) for each in answers]
    tokenizer = tokenizer_for(arguments, "left")
    tokens = sum(len(ids) for ids in tokenizer(prompts).input_ids)
    arguments.out.write_text(json.dumps({"seconds": seconds, "accuracy": accuracy, "answers": answers, "prompt_tokens": tokens}))
    print(f"{arguments.way} {arguments.dtype} batch {arguments.batch}: {seconds:.1f} s, accuracy {accuracy}", flush=True)


if __name__ == "__main__":
    main()
