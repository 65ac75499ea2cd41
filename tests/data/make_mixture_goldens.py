#!/usr/bin/env python3
"""Makes golden/mixture_tiny.json: what transformers' models of two architectures with one vocabulary write together, token by token.

Needs what make_goldens.py needs, and tests/data/scored. The result is committed.
"""
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from make_goldens import TINY, write

HERE = Path(__file__).resolve().parent
MODELS = ["tiny/model", "tiny/full/model1", "scored/qwen2"]
PROMPTS = ["Say: red\nAnswer:", "Say: blue\nAnswer:", "Which is it?", "a b c d e f g"]
WEIGHTS = [[0.5, 0.3, 0.2], [1.5, -0.25, -0.25], [0.1, 0.2, 0.7], [-0.4, 0.4, 1.0]]
NEW_TOKENS = 12


def mixture(models, weights, mixing, ids):
    logits = [model(torch.tensor([ids])).logits[0, -1].float() for model in models]
    said = [row.softmax(-1) if mixing == "probabilities" else row for row in logits]
    total = sum(weight * row for weight, row in zip(weights, said))
    return total.clamp_min(0.0) if mixing == "probabilities" else total


def greedy(models, weights, mixing, prompt):
    """The tokens, and how far the best was ahead of the second: a near tie may be decided either way."""
    ids, output, margin = list(prompt), [], float("inf")
    for _ in range(NEW_TOKENS):
        total = mixture(models, weights, mixing, ids)
        two = total.topk(2).values
        margin = min(margin, float(two[0] - two[1]))
        token = int(total.argmax())
        if token == models[0].config.eos_token_id:
            break
        output.append(token)
        ids.append(token)
    return {"output_ids": output, "margin": margin}


@torch.no_grad()
def main():
    tokenizer = AutoTokenizer.from_pretrained(TINY / "model")
    models = [AutoModelForCausalLM.from_pretrained(HERE / name, dtype=torch.float32).eval() for name in MODELS]
    entries = []
    for text, weights in zip(PROMPTS, WEIGHTS):
        ids = tokenizer(text, add_special_tokens=True)["input_ids"]
        first = mixture(models, weights, "probabilities", ids)
        entries.append({"prompt_ids": ids, "weights": weights, "probabilities": [round(value, 7) for value in (first / first.sum()).tolist()],
                        "mixed": {mixing: greedy(models, weights, mixing, ids) for mixing in ("probabilities", "logits")}})
    write("mixture_tiny.json", {"models": MODELS, "new_tokens": NEW_TOKENS, "entries": entries})


if __name__ == "__main__":
    main()
