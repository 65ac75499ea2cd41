#!/usr/bin/env python3
"""Makes tests/data/scored (a tiny Qwen2, two tiny reward models) and what transformers measures with them and with
tests/data/tiny: golden/likelihood_tiny.json and golden/reward_tiny.json.

Needs what make_goldens.py needs. Seeds are fixed; the result is committed.
"""
import json
import shutil
from pathlib import Path

import torch
from transformers import (AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer, LlamaConfig, LlamaForSequenceClassification,
                          Qwen2Config, Qwen2ForCausalLM, Qwen2ForSequenceClassification)

from make_goldens import TINY, adapted, write

HERE = Path(__file__).resolve().parent
SCORED = HERE / "scored"
SHAPE = {"vocab_size": 340, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
         "max_position_embeddings": 256, "bos_token_id": 1, "eos_token_id": 0, "pad_token_id": 0}
# The template ends with the token that also fills up: transformers does not read the score there.
TEMPLATE = ("{% for message in messages %}<{{ message['role'] }}>{{ message['content'] }}<|end|>{% endfor %}"
            "{% if add_generation_prompt %}<assistant>{% endif %}")


def make_model(name, kind, config, seed):
    torch.manual_seed(seed)
    model = kind(config).float()
    for parameter in model.parameters():
        parameter.data.normal_(0.0, 0.4 if parameter.dim() > 1 else 0.2)
    for parameter_name, parameter in model.named_parameters():
        if "norm" in parameter_name:
            parameter.data += 1.0
    folder = SCORED / name
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    for file in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(TINY / "model" / file, folder)


def make_models():
    shutil.rmtree(SCORED, ignore_errors=True)
    make_model("qwen2", Qwen2ForCausalLM, Qwen2Config(**SHAPE, tie_word_embeddings=True), 31)
    make_model("reward_llama", LlamaForSequenceClassification, LlamaConfig(**SHAPE, num_labels=1), 32)
    make_model("reward_qwen2", Qwen2ForSequenceClassification, Qwen2Config(**SHAPE, num_labels=1), 33)
    (SCORED / "reward_llama/chat_template.jinja").write_text(TEMPLATE)


def pair(tokenizer, prompt, text):
    """As lm-eval's encode_pair: white space at the prompt's end belongs to the text."""
    end = len(prompt.rstrip())
    prompt, text = prompt[:end], prompt[end:] + text
    both, first = tokenizer.encode(prompt + text), tokenizer.encode(prompt)
    return first, both[len(first):]


@torch.no_grad()
def log_probability(model, first, then):
    logits = model(torch.tensor([first + then])).logits[0].double().log_softmax(-1)
    return sum(logits[len(first) - 1 + i, token].item() for i, token in enumerate(then))


def questions():
    """Prompts with options of one and of several tokens, some beginning alike; one prompt ends with white space."""
    items = json.loads((TINY / "tasks/letters.json").read_text(encoding="utf-8"))["dev"][:6]
    options = [" red", " red river", " green apple stone", " 7", " The answer is yes."]
    asked = [(f"Question: {item['question']}\nAnswer:", options) for item in items]
    return [*asked, ("Question: which word comes next? \n", ["one two three", "seven"]), ("red", [" green blue one two three four five six seven"])]


def measured(folder, adapters, mix, space):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = adapted(folder, [TINY / "experts" / a for a in adapters], mix, space).eval()
    outputs = []
    for prompt, options in questions():
        texts = []
        for option in options:
            first, then = pair(tokenizer, prompt, option)
            texts.append({"text": option, "ids": then, "log_probability": round(log_probability(model, first, then), 6)})
        outputs.append({"prompt": prompt, "texts": texts})
    return {"model": folder.relative_to(HERE).as_posix(), "adapters": adapters, "mix": mix, "merge_space": space, "outputs": outputs}


def make_likelihoods():
    three, mix = ["expert0", "expert1", "expert2"], [0.8, 0.5, -0.3]
    subjects = [(TINY / "model", [], [], "factors"), (TINY / "model", ["expert3"], [1.0], "factors"), (TINY / "model", three, mix, "factors"),
                (TINY / "model", three, mix, "delta"), (SCORED / "qwen2", [], [], "factors")]
    write("likelihood_tiny.json", [measured(*subject) for subject in subjects])


@torch.no_grad()
def rewards(folder, exchanges, as_chat):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32).eval()
    outputs = []
    for prompt, output in exchanges:
        messages = [{"role": "user", "content": prompt}, {"role": "assistant", "content": output}]
        text = tokenizer.apply_chat_template(messages, tokenize=False) if as_chat else prompt + output
        ids = tokenizer.encode(text, add_special_tokens=not as_chat)
        reward = model(input_ids=torch.tensor([ids])).logits[0, 0].item()
        outputs.append({"prompt": prompt, "output": output, "ids": ids, "reward": round(reward, 6)})
    return {"model": folder.relative_to(HERE).as_posix(), "chat_template": as_chat, "outputs": outputs}


def make_rewards():
    exchanges = [(f"Question: {word} or {other}?", answer) for word, other in (("red", "green"), ("one", "two"))
                 for answer in (" red", "", " The answer is B.", " one two three seven apple river stone cloud " * 3, "<|end|><|end|>")]
    write("reward_tiny.json", [rewards(SCORED / "reward_llama", exchanges, True), rewards(SCORED / "reward_llama", exchanges, False),
                               rewards(SCORED / "reward_qwen2", exchanges, False)])


def make_generation():
    """A Qwen2 generates too."""
    from make_goldens import cases
    data = json.loads((TINY / "tasks/words.json").read_text(encoding="utf-8"))
    write("generation_qwen2.json", cases(SCORED / "qwen2", [([], [], "factors")], [item["question"] for item in data["dev"][:8]], 12))


if __name__ == "__main__":
    make_models()
    make_likelihoods()
    make_rewards()
    make_generation()
