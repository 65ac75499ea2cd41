"""Llama models and LoRA adapters from Hugging Face's form to llama.cpp's GGUF, without a vocabulary: prompts come as ids."""
import json
from pathlib import Path

import gguf
import torch
from safetensors.torch import load_file

MODULES = {"self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
           "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down", "input_layernorm": "attn_norm",
           "post_attention_layernorm": "ffn_norm"}
TOP = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight", "lm_head.weight": "output.weight"}
TYPES = {"F16": gguf.GGMLQuantizationType.F16, "BF16": gguf.GGMLQuantizationType.BF16}


def module_name(name: str) -> str:
    """model.layers.3.self_attn.q_proj -> blk.3.attn_q"""
    layer, module = name.removeprefix("model.layers.").split(".", 1)
    return f"blk.{layer}.{MODULES[module]}"


def interleave(rows: torch.Tensor, heads: int) -> torch.Tensor:
    """GGUF interleaves the two halves of each head's rows for the rotation; Hugging Face keeps them apart."""
    return rows.reshape(heads, 2, rows.shape[0] // heads // 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


def rotated(name: str, rows: torch.Tensor, config: dict) -> torch.Tensor:
    if name.endswith("attn_q"):
        return interleave(rows, config["num_attention_heads"])
    if name.endswith("attn_k"):
        return interleave(rows, config["num_key_value_heads"])
    return rows


def add(writer: gguf.GGUFWriter, name: str, values: torch.Tensor, kind: gguf.GGMLQuantizationType | None) -> None:
    array = values.float().contiguous().numpy()
    if kind is None:
        writer.add_tensor(name, array)
    else:
        writer.add_tensor(name, gguf.quants.quantize(array, kind), raw_dtype=kind)


def finish(writer: gguf.GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_model(folder: Path, out: Path, kind: str) -> None:
    config = json.loads((folder / "config.json").read_text())
    writer = gguf.GGUFWriter(out, "llama")
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_rope_dimension_count(config["hidden_size"] // config["num_attention_heads"])
    writer.add_vocab_size(config["vocab_size"])
    writer.add_tokenizer_model("no_vocab")
    for file in sorted(folder.glob("*.safetensors")):
        for name, values in load_file(file).items():
            target = TOP.get(name) or module_name(name.removesuffix(".weight")) + ".weight"
            values = rotated(target.removesuffix(".weight"), values, config)
            add(writer, target, values, TYPES[kind] if values.dim() == 2 else None)
    finish(writer)


def write_adapter(folder: Path, model: Path, out: Path) -> None:
    config = json.loads((model / "config.json").read_text())
    writer = gguf.GGUFWriter(out, "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(json.loads((folder / "adapter_config.json").read_text())["lora_alpha"]))
    for name, values in load_file(folder / "adapter_model.safetensors").items():
        module, factor = name.removeprefix("base_model.model.").removesuffix(".weight").rsplit(".", 1)
        target = module_name(module)
        if factor == "lora_B":
            values = rotated(target, values, config)
        add(writer, f"{target}.weight.{factor.lower()}", values, None)
    finish(writer)
