#!/usr/bin/env python3
"""Makes tests/data/golden/merge.json with the functions of mergekit and PEFT: what Shoal's merges must reproduce.

Needs torch 2.11, mergekit 0.1.5 and peft 0.21 (never needed to build or run Shoal).

    python tests/data/make_merge_goldens.py

DARE's masks are drawn here as Shoal draws them (Philox4x32-10) and handed to PEFT in place of torch.bernoulli.
"""
import json
from pathlib import Path

import torch
from mergekit.merge_methods.api import merge_tensors
from peft.utils import merge_utils

HERE = Path(__file__).resolve().parent
SHAPE, EXPERTS, SEED, DENSITY, NUMBER = (5, 7), 3, 42, 0.4, 3
WEIGHTS = [0.7, 0.5, 0.2]
MERGE_MASK = 16  # the purpose of these random numbers


def philox(key, counter):
    """The four output words of Philox4x32-10 (Salmon et al. 2011)."""
    mask = 0xFFFFFFFF
    k0, k1 = key & mask, key >> 32
    x = list(counter)
    for _ in range(10):
        p, q = 0xD2511F53 * x[0], 0xCD9E8D57 * x[2]
        x = [(q >> 32) ^ x[1] ^ k0, q & mask, (p >> 32) ^ x[3] ^ k1, p & mask]
        k0, k1 = (k0 + 0x9E3779B9) & mask, (k1 + 0xBB67AE85) & mask
    return x


def dare_masks():
    for expert in range(EXPERTS):
        count = SHAPE[0] * SHAPE[1]
        words = [w for i in range((count + 3) // 4) for w in philox(SEED, (NUMBER, expert, MERGE_MASK, i))]
        yield torch.tensor([float(w < DENSITY * 2 ** 32) for w in words[:count]]).view(SHAPE)


def with_masks(function):
    """Runs a function whose calls of torch.bernoulli get the masks above, one after the other."""
    masks, original = dare_masks(), torch.bernoulli
    torch.bernoulli = lambda _: next(masks)
    try:
        return function()
    finally:
        torch.bernoulli = original


def mergekit(method, base, experts, **parameters):
    if "weight" in parameters:
        parameters["weight"] = dict(enumerate(parameters["weight"], 1))
    return merge_tensors([base, *experts], method, parameters=parameters, base_index=0)


def successive_slerp(experts, weights):
    """mergekit merges two: experts join one after the other."""
    merged, total = experts[0], weights[0]
    for expert, weight in zip(experts[1:], weights[1:]):
        total += weight
        merged = merge_tensors([merged, expert], "slerp", parameters={"t": weight / total}, base_index=0)
    return merged


def dare(base, experts, weights):
    """PEFT drops; mergekit elects and averages what is left."""
    deltas = with_masks(lambda: [merge_utils.prune(e - base, DENSITY, method="random", rescale=True) for e in experts])
    return mergekit("ties", base, [base + d for d in deltas], weight=weights, density=1.0)


def case(method, expected, weights=None, base=True):
    return {"method": method, "weights": weights or [], "base": base, "expected": expected.flatten().tolist()}


def main():
    torch.manual_seed(5)
    base, common, nothing = torch.randn(SHAPE), torch.randn(SHAPE), torch.zeros(SHAPE)
    experts = [base + 0.3 * common + 0.4 * torch.randn(SHAPE) for _ in range(EXPERTS)]
    mean, unit = [1.0 / EXPERTS] * EXPERTS, [1.0] * EXPERTS
    cases = [case("uniform_soup", merge_tensors(experts, "linear", parameters={"weight": mean})),
             case("linear", merge_tensors(experts, "linear", parameters={"weight": WEIGHTS}), WEIGHTS),
             case("task_arithmetic", mergekit("task_arithmetic", base, experts, weight=WEIGHTS), WEIGHTS),
             case("task_arithmetic", merge_utils.task_arithmetic(experts, torch.tensor(WEIGHTS)), WEIGHTS, base=False),
             case("slerp", successive_slerp(experts, WEIGHTS), WEIGHTS),
             case("slerp", successive_slerp(experts, unit)),
             case("ties", mergekit("ties", base, experts, weight=WEIGHTS, density=DENSITY), WEIGHTS),
             case("ties", merge_utils.ties(experts, torch.ones(EXPERTS), DENSITY), base=False),
             case("dare_ties", dare(base, experts, WEIGHTS), WEIGHTS),
             case("dare_ties", with_masks(lambda: merge_utils.dare_ties(experts, torch.ones(EXPERTS), DENSITY)), base=False),
             case("model_stock", mergekit("model_stock", base, experts)),
             case("model_stock", mergekit("model_stock", nothing, experts), base=False)]
    data = {"shape": SHAPE, "seed": SEED, "density": DENSITY, "number": NUMBER, "base": base.flatten().tolist(),
            "experts": [expert.flatten().tolist() for expert in experts], "cases": cases}
    (HERE / "golden/merge.json").write_text(json.dumps(data, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
