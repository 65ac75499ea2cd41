#!/usr/bin/env python3
"""What this machine can do at best. Usage: ceilings.py --model DIR --threads N --folder DIR --out FILE [--quick]

Matrix products: the linear layers of the model at 2,000 rows through torch, plain and with the weight in oneDNN's blocked
layout, the better of the two; on one thread, on N threads that share each product, and on N threads with a product each.
tokens_per_second is what a model of nothing but these products would reach: rows / (layers * time of one layer's four).
Memory: copying 1 GB, bytes read plus bytes written. Disk: writing and fsync of 0.6 GB.
"""
import argparse
import json
import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Callable

import torch

from model_facts import ModelFacts

ROWS = 2000
DTYPES = ("float32", "bfloat16")


def seconds_of(work: Callable[[], object], least: float) -> float:
    """Median time of one call, over at least `least` seconds and five calls."""
    work()
    times: list[float] = []
    start = time.perf_counter()
    while len(times) < 5 or time.perf_counter() - start < least:
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def products(out_features: int, in_features: int, dtype: torch.dtype) -> list[Callable[[], object]]:
    x, weight = torch.randn(ROWS, in_features).to(dtype), torch.randn(out_features, in_features).to(dtype)
    ways: list[Callable[[], object]] = [lambda: torch.nn.functional.linear(x, weight)]
    if torch.backends.mkldnn.is_available():
        packed = torch.ops.mkldnn._reorder_linear_weight(weight, ROWS)
        ways.append(lambda: torch.ops.mkldnn._linear_pointwise(x, packed, None, "none", [], ""))
    return ways


def layer_seconds(facts: ModelFacts, dtype: torch.dtype, threads: int, least: float) -> float:
    torch.set_num_threads(threads)
    with torch.inference_mode():
        return sum(min(seconds_of(way, least) for way in products(*shape, dtype)) for shape in facts.linears)


def side_by_side(facts: ModelFacts, dtype: torch.dtype, threads: int, least: float) -> float:
    """Like layer_seconds, per thread, every thread working on products of its own."""
    with ThreadPoolExecutor(threads) as pool:
        return statistics.mean(pool.map(lambda _: layer_seconds(facts, dtype, 1, least), range(threads))) / threads


def gemm(facts: ModelFacts, threads: int, least: float) -> dict:
    flops = 2 * ROWS * sum(o * i for o, i in facts.linears)
    result = {}
    for name in DTYPES:
        dtype = getattr(torch, name)
        times = {"one_thread": layer_seconds(facts, dtype, 1, least), "all_threads": layer_seconds(facts, dtype, threads, least),
                 "side_by_side": side_by_side(facts, dtype, threads, least)}
        result[name] = {way: {"gflops": flops / t / 1e9, "tokens_per_second": ROWS / (facts.layers * t)} for way, t in times.items()}
    return result


def memory_gb_per_second(threads: int, least: float) -> float:
    torch.set_num_threads(threads)
    source, target = torch.ones(250_000_000), torch.zeros(250_000_000)
    return 2 * source.nbytes / seconds_of(lambda: target.copy_(source), least) / 1e9


def disk_gb_per_second(folder: Path, size: int) -> float:
    block, path = os.urandom(8_000_000), folder / "raw-write"
    begin = time.perf_counter()
    with path.open("wb", buffering=0) as file:
        for _ in range(size // len(block)):
            file.write(block)
        os.fsync(file.fileno())
    seconds = time.perf_counter() - begin
    path.unlink()
    return size / seconds / 1e9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    least = 0.05 if arguments.quick else 0.5
    arguments.out.write_text(json.dumps({
        "gemm": gemm(ModelFacts(arguments.model), arguments.threads, least),
        "memory_gb_per_second": memory_gb_per_second(arguments.threads, least),
        "disk_gb_per_second": disk_gb_per_second(arguments.folder, 100_000_000 if arguments.quick else 600_000_000)}))


if __name__ == "__main__":
    main()
