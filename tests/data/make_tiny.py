#!/usr/bin/env python3
"""Makes tests/data/tiny: a random Llama of a few thousand weights with tokenizer, LoRA experts, full fine-tunes and tasks.

Needs torch, transformers, peft and tokenizers (see make_goldens.py). Seeds are fixed; the result is committed.
"""
import json
import random
import shutil
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

HERE = Path(__file__).resolve().parent / "tiny"
TEXT = ["The answer is A. The answer is B. C: yes D: no", "Question: which option is best? Please choose an option.",
        "red green blue one two three seven apple river stone cloud", "0123456789 What comes next after the word?"]
WORDS = "red green blue one two three seven apple river stone cloud word next best option yes no".split()


def make_tokenizer(folder):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True),
                                                       pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=340, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False,
                                  special_tokens=[AddedToken("<|end|>", special=True), AddedToken("<|start|>", special=True)])
    tokenizer.train_from_iterator(TEXT * 4, trainer)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|end|>", bos_token="<|start|>").save_pretrained(folder)
    return tokenizer.get_vocab_size()


def make_model(folder, vocabulary, hidden=32):
    torch.manual_seed(1)
    config = LlamaConfig(vocab_size=vocabulary, hidden_size=hidden, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
                         num_key_value_heads=2, max_position_embeddings=512, tie_word_embeddings=True, eos_token_id=0,
                         bos_token_id=1, pad_token_id=0)
    model = LlamaForCausalLM(config).float()
    for parameter in model.parameters():
        if parameter.dim() > 1:
            parameter.data.normal_(0.0, 0.35)
    model.generation_config.eos_token_id = 0
    model.save_pretrained(folder)
    return model


def make_expert(base, folder, seed, rank=4):
    torch.manual_seed(seed)
    model = get_peft_model(AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32),
                           LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
    for name, parameter in model.named_parameters():
        if "lora_" in name:
            parameter.data.normal_(0.0, 0.3)
    model.save_pretrained(folder)
    config = json.loads((folder / "adapter_config.json").read_text())
    config["base_model_name_or_path"] = "tiny"
    config["target_modules"] = sorted(config["target_modules"])
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")
    (folder / "README.md").unlink(missing_ok=True)


def generate(model, tokenizer, prompt, count=10):
    ids = tokenizer(prompt, return_tensors="pt").input_ids
    out = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=count, do_sample=False)
    return tokenizer.decode(out[0, ids.shape[1]:], skip_special_tokens=True).strip()


def mixed_model(base, experts, mix):
    """The model at an affine combination of the experts: A and B averaged separately, folded into the weights."""
    from safetensors.torch import load_file
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    files = [load_file(e / "adapter_model.safetensors") for e in experts]
    for key in files[0]:
        if "lora_A" in key:
            a = sum(w * f[key] for w, f in zip(mix, files))
            b = sum(w * f[key.replace("lora_A", "lora_B")] for w, f in zip(mix, files))
            module = key.removeprefix("base_model.model.").removesuffix(".lora_A.weight")
            model.get_submodule(module).weight.data += 2.0 * b @ a
    return model


def make_tasks(base, experts):
    """Gold answers are what a hidden mix of three experts says, so that a search has something to find."""
    r = random.Random(5)
    tokenizer = AutoTokenizer.from_pretrained(base)
    voice = mixed_model(base, experts, [0.45, 0.3, 0.25, 0.0, 0.0, 0.0])
    words, letters = {"dev": [], "test": []}, {"dev": [], "test": []}
    for split in ("dev", "test"):
        for i in range(32):
            question = f"{split} {i} {' '.join(r.sample(WORDS, 3))}?"
            said = generate(voice, tokenizer, question)
            words[split].append({"question": question, "answer": said[:1] or "x"})
            keys = ["A", "B", "C", "D"]
            texts = [said[1:2].strip() or "a", *r.sample("bcdefghijklmnopqrstuvwxyz", 3)]
            letters[split].append({"question": question, "choices": dict(zip(keys, texts)), "answer": "A"})
    for name, data in (("words", words), ("letters", letters)):
        (HERE / "tasks").mkdir(exist_ok=True)
        (HERE / "tasks" / f"{name}.json").write_text(json.dumps({"dataset": name, **data}, indent=0, ensure_ascii=False) + "\n")


def make_full_models(model, seeds):
    for seed in seeds:
        torch.manual_seed(seed)
        folder = HERE / "full" / f"model{seed}"
        shutil.copytree(HERE / "model", folder)
        changed = LlamaForCausalLM.from_pretrained(HERE / "model", dtype=torch.float32)
        for parameter in changed.parameters():
            parameter.data += 0.05 * torch.randn_like(parameter)
        changed.save_pretrained(folder)


def main():
    configuration = (HERE / "run.yaml").read_text()
    shutil.rmtree(HERE, ignore_errors=True)
    base = HERE / "model"
    base.mkdir(parents=True)
    vocabulary = make_tokenizer(base)
    model = make_model(base, vocabulary)
    experts = [HERE / "experts" / f"expert{i}" for i in range(6)]
    for i, folder in enumerate(experts):
        make_expert(base, folder, 10 + i)
    make_expert(base, HERE / "bad_rank", 20, rank=2)
    wide = HERE / "wide"
    make_model(wide, vocabulary, hidden=40)
    make_expert(wide, HERE / "bad_base", 21)
    shutil.rmtree(wide)
    make_tasks(base, experts)
    make_full_models(model, (1, 2))
    (HERE / "run.yaml").write_text(configuration)


if __name__ == "__main__":
    main()
