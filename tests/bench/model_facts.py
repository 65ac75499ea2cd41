"""Sizes that follow from a model's config.json and its adapters."""
import json
from pathlib import Path

BYTES = {"float32": 4, "bfloat16": 2}


class ModelFacts:
    def __init__(self, folder: Path):
        config = json.loads((folder / "config.json").read_text())
        self.layers: int = config["num_hidden_layers"]
        hidden, heads = config["hidden_size"], config["num_attention_heads"]
        head_dim = config.get("head_dim") or hidden // heads
        self.kv_size: int = config.get("num_key_value_heads", heads) * head_dim
        query, inner = heads * head_dim, config["intermediate_size"]
        # (outputs, inputs) of one layer's matrix products: query-key-value, output, gate-up, down.
        self.linears = [(query + 2 * self.kv_size, hidden), (hidden, query), (2 * inner, hidden), (hidden, inner)]
        tables = 1 if config.get("tie_word_embeddings") else 2
        self.parameters: int = self.layers * (sum(o * i for o, i in self.linears) + 2 * hidden) + hidden + tables * config["vocab_size"] * hidden

    def weight_bytes(self, dtype: str) -> int:
        return self.parameters * BYTES[dtype]

    def cache_bytes(self, tokens: float, dtype: str) -> float:
        """Keys and values of so many tokens."""
        return 2 * self.layers * self.kv_size * tokens * BYTES[dtype]


def adapter_bytes(folders: list[Path]) -> int:
    return sum((folder / "adapter_model.safetensors").stat().st_size for folder in folders)
