#!/usr/bin/env python3
"""Makes tests/data/golden with Hugging Face's tokenizers, transformers and PEFT: what Shoal must reproduce.

Needs torch 2.11, transformers 5.23, peft 0.21 (never needed to build or run Shoal) and deploy/demo/model.

    python tests/data/make_goldens.py tokenizer generation tiny
    python tests/data/make_goldens.py peft --adapter FOLDER --out FILE     (an adapter that Shoal exported)
"""
import argparse
import json
import random
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DEMO, TINY = ROOT / "deploy/demo", HERE / "tiny"


def write(name, data):
    (HERE / "golden").mkdir(exist_ok=True)
    (HERE / "golden" / name).write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(name, (HERE / "golden" / name).stat().st_size)


def varied_strings():
    r = random.Random(11)
    pieces = ["Hello world", "  leading", "trailing  ", "a\tb", "line\nbreak", "\r\n", "\u00a0nbsp\u00a0", "e\u0301 combining", "naïve café",
              "日本語のテキスト", "한국어", "العربية", "עברית", "हिन्दी", "ไทย", "Ελληνικά", "Русский", "👍🏽", "👩‍👩‍👧‍👦", "🇩🇪", "<|im_start|>", "<|im_end|>",
              "<|endoftext|>", "<|im_start|>user\nhi<|im_end|>", "<|im_", "3.14159", "1,000,000", "0x1F", "12345678901234567890", "½", "²³", "٣٤٥",
              "don't", "I'LL", "we've", "def f(x):\n    return x ** 2", "{\"k\": [1, 2]}", "https://example.org/a?b=c", "#tag @user", "...", "—", "“quotes”",
              "\u200bzero width", "\ufeffbom", "a" * 40, " " * 17, "\n\n\n", "\t\t", "ﬁ ligature", "Ａ full width", "𝔘nicode", "\U0010ffff", "\u0007",
              "A.", "Question: 3, 5, 7,\nAnswer:", "%s %d", "\\n", "'", "\"", "ß", "İ", "ǅ", "mixed日本123abc"]
    strings = ["", *pieces]
    while len(strings) < 1100:
        count = r.randint(1, 4)
        strings.append(r.choice(["", " ", "  ", "\n"]).join(r.choice(pieces) for _ in range(count)))
    for _ in range(150):
        strings.append("".join(chr(r.choice([r.randint(32, 126), r.randint(0xa0, 0x2ff), r.randint(0x3000, 0x9fff),
                                             r.randint(0x1f300, 0x1f6ff)])) for _ in range(r.randint(1, 12))))
    return strings


def make_tokenizer():
    from tokenizers import Tokenizer
    tokenizer = Tokenizer.from_file(str(DEMO / "model/tokenizer.json"))
    strings = varied_strings()
    write("tokenizer_smollm2.json", [{"text": s, "ids": tokenizer.encode(s).ids} for s in strings])
    r = random.Random(3)
    sequences = [[r.randrange(49152) for _ in range(r.randint(1, 12))] for _ in range(200)]
    write("detokenizer_smollm2.json", [{"ids": s, "text": tokenizer.decode(s, skip_special_tokens=True)} for s in sequences])


def load(folder):
    import torch
    from transformers import AutoModelForCausalLM
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


def weight_changes(adapters, mix, space):
    """Delta W per module of a mix, float32."""
    from safetensors.torch import load_file
    config = json.loads((adapters[0] / "adapter_config.json").read_text())
    scale = config["lora_alpha"] / config["r"]
    files = [load_file(a / "adapter_model.safetensors") for a in adapters]
    changes = {}
    for key in files[0]:
        if "lora_A" not in key:
            continue
        other = key.replace("lora_A", "lora_B")
        module = key.removeprefix("base_model.model.").removesuffix(".lora_A.weight")
        if space == "factors":
            a = sum(w * f[key].float() for w, f in zip(mix, files))
            b = sum(w * f[other].float() for w, f in zip(mix, files))
            changes[module] = scale * b @ a
        else:
            changes[module] = sum(w * scale * f[other].float() @ f[key].float() for w, f in zip(mix, files))
    return changes


def full_mix(model, folders, mix):
    """W = sum of a_k W_k over full fine-tunes."""
    states = [load(folder).state_dict() for folder in folders]
    for name, parameter in model.named_parameters():
        parameter.data = sum(w * state[name] for w, state in zip(mix, states))
    return model


def adapted(folder, adapters, mix, space):
    """The model of a mix: PEFT for one adapter as it is, folded weights otherwise."""
    model = load(folder)
    if not adapters:
        return model
    if (adapters[0] / "config.json").exists():
        return full_mix(model, adapters, mix)
    if len(adapters) == 1 and mix == [1.0]:
        from peft import PeftModel
        return PeftModel.from_pretrained(model, adapters[0]).eval()
    for module, change in weight_changes(adapters, mix, space).items():
        model.get_submodule(module).weight.data += change
    return model


def greedy(model, tokenizer, prompt, count):
    import torch
    ids = torch.tensor([tokenizer.encode(prompt).ids])
    with torch.no_grad():
        logits = model(ids).logits[0, -1]
        out = model.generate(input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=count, do_sample=False)
    new = out[0, ids.shape[1]:].tolist()
    ends = model.generation_config.eos_token_id
    ends = ends if isinstance(ends, list) else [ends]
    return (new[:-1] if new and new[-1] in ends else new), logits


def first_token(logits):
    """32 vocabulary entries spread evenly, and the largest."""
    chosen = [i * (len(logits) - 1) // 31 for i in range(32)]
    return {"logits": {str(v): round(logits[v].item(), 6) for v in chosen}, "argmax": int(logits.argmax()), "max": round(logits.max().item(), 6)}


def demo_prompts():
    prompts = []
    for name in ("sequences", "addition", "capitals", "last_of_list", "shouting", "units"):
        data = json.loads((DEMO / f"tasks/{name}.json").read_text())
        prompts += [f"Question: {item['question']}\nAnswer:" for item in data["dev"][:6] + data["test"][:2]]
    for topic in ("a river", "the moon", "photosynthesis", "a prime number"):
        prompts.append("Please choose an option that best answers the question.\n"
                       f"Question: Which statement about {topic} is true?\nA: It is always larger than anything else.\n"
                       f"B: It can be described in one sentence.\nC: Nobody has ever heard of {topic}.\nD: None of these.\nThe answer is")
    return prompts


def cases(folder, subjects, prompts, count):
    """Adapters are folders beside the model's, in experts/."""
    from tokenizers import Tokenizer
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    groups = []
    for adapters, mix, space in subjects:
        model = adapted(folder, [folder.parent / "experts" / a for a in adapters], mix, space)
        outputs = []
        for i, prompt in enumerate(prompts):
            ids, logits = greedy(model, tokenizer, prompt, count)
            output = {"prompt": prompt, "output_ids": ids}
            if i < 5:
                output |= first_token(logits)
            outputs.append(output)
        groups.append({"adapters": adapters, "mix": mix, "merge_space": space, "max_new_tokens": count, "outputs": outputs})
        print(adapters, mix, space, len(outputs), flush=True)
    return groups


def make_generation():
    three, mix = ["sequences", "addition", "capitals"], [0.7, 0.6, -0.3]
    subjects = [([], [], "factors"), (["sequences"], [1.0], "factors"), (["capitals"], [1.0], "factors"),
                (["units"], [1.0], "factors"), (three, mix, "factors"), (three, mix, "delta")]
    write("generation_smollm2.json", cases(DEMO / "model", subjects, demo_prompts(), 10))


def make_tiny():
    three, mix = ["expert0", "expert1", "expert2"], [0.8, 0.5, -0.3]
    data = json.loads((TINY / "tasks/words.json").read_text())
    prompts = [item["question"] for item in data["dev"][:16]]
    full = ["../full/model1", "../full/model2"]
    subjects = [([], [], "factors"), (["expert3"], [1.0], "factors"), (three, mix, "factors"), (three, mix, "delta"),
                (full[1:], [1.0], "factors"), (full, [1.3, -0.3], "factors")]
    write("generation_tiny.json", cases(TINY / "model", subjects, prompts, 12))


def peft_outputs(adapter, prompts, count):
    """What PEFT answers with an adapter folder as it lies on disk."""
    from peft import PeftModel
    from tokenizers import Tokenizer
    tokenizer = Tokenizer.from_file(str(DEMO / "model/tokenizer.json"))
    model = PeftModel.from_pretrained(load(DEMO / "model"), adapter).eval()
    return [{"prompt": p, "output_ids": greedy(model, tokenizer, p, count)[0]} for p in prompts]


def make_peft(adapter, out):
    import hashlib
    digest = hashlib.sha256((Path(adapter) / "adapter_model.safetensors").read_bytes()).hexdigest()
    data = {"sha256": digest, "max_new_tokens": 10, "outputs": peft_outputs(adapter, demo_prompts()[:40], 10)}
    Path(out).write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="+", choices=["tokenizer", "generation", "tiny", "peft"])
    parser.add_argument("--adapter")
    parser.add_argument("--out")
    arguments = parser.parse_args()
    for what in arguments.what:
        if what == "peft":
            make_peft(arguments.adapter, arguments.out)
        else:
            {"tokenizer": make_tokenizer, "generation": make_generation, "tiny": make_tiny}[what]()


if __name__ == "__main__":
    main()
