#!/usr/bin/env python3
"""Trains deploy/demo/experts: one LoRA expert per skill of make_tasks.py, on items that are in neither dev nor test.

Needs torch 2.11, transformers 5.23 and peft 0.21 (never needed to build or run Shoal). All experts start from one seed:
independent A matrices would add cross terms when A and B are averaged separately (merge_space: factors).

    python deploy/demo/make_experts.py [SKILL …]
"""
import json
import sys
import time
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

import make_tasks

HERE = Path(__file__).resolve().parent
BASE = "HuggingFaceTB/SmolLM2-135M-Instruct"
STEPS, BATCH, RATE = 40, 16, 2e-3


def batch_of(tokenizer, items):
    """Right-padded ids, mask and labels; only the answer and the end token are learnt."""
    rows = []
    for item in items:
        prompt = tokenizer(f"Question: {item['question']}\nAnswer:").input_ids
        answer = tokenizer(f" {item['answer']}").input_ids + [tokenizer.eos_token_id]
        rows.append((prompt + answer, [-100] * len(prompt) + answer))
    width = max(len(ids) for ids, _ in rows)
    pad = lambda row, filler: row + [filler] * (width - len(row))
    ids = torch.tensor([pad(ids, tokenizer.eos_token_id) for ids, _ in rows])
    mask = torch.tensor([pad([1] * len(ids), 0) for ids, _ in rows])
    labels = torch.tensor([pad(labels, -100) for _, labels in rows])
    return {"input_ids": ids, "attention_mask": mask, "labels": labels}


def train(name):
    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(HERE / "model")
    model = AutoModelForCausalLM.from_pretrained(HERE / "model", dtype=torch.float32)
    model = get_peft_model(model, LoraConfig(r=8, lora_alpha=16, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=RATE, weight_decay=0.0)
    train_items = make_tasks.items(name)["train"]
    started = time.time()
    for step in range(STEPS):
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / 4) * (1.0 - 0.9 * step / STEPS)
        chosen = [train_items[(step * BATCH + i) % len(train_items)] for i in range(BATCH)]
        loss = model(**batch_of(tokenizer, chosen)).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    print(f"{name}: loss {loss.item():.3f} after {STEPS} steps, {time.time() - started:.0f} s", flush=True)
    return model


def save(model, name):
    folder = HERE / "experts" / name
    model.save_pretrained(folder)
    weights = load_file(folder / "adapter_model.safetensors")
    save_file({key: value.to(torch.bfloat16) for key, value in weights.items()}, folder / "adapter_model.safetensors",
              metadata={"format": "pt"})
    config = json.loads((folder / "adapter_config.json").read_text())
    config["base_model_name_or_path"] = BASE
    config["target_modules"] = sorted(config["target_modules"])
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")
    (folder / "README.md").unlink(missing_ok=True)


def main():
    for name in sys.argv[1:] or make_tasks.SKILLS:
        save(train(name), name)


if __name__ == "__main__":
    main()
