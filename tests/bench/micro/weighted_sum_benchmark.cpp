#include <ATen/ops/ones.h>
#include <benchmark/benchmark.h>

#include "weights/pool/weighted_sum.hpp"

namespace {

using namespace shoal::weights;

/// Materialising a position: the sum of `experts` flattened adapters of `values` numbers each.
void materialise(benchmark::State& state, at::ScalarType type) {
  const auto experts = state.range(0);
  const auto values = state.range(1);
  std::vector<Term> terms;
  for (std::int64_t k = 0; k < experts; ++k) {
    terms.push_back({at::ones({values}, at::TensorOptions(type)), 1.0 / static_cast<double>(experts)});
  }
  for (auto unused : state) benchmark::DoNotOptimize(weighted_sum(terms));
  const auto read = experts * values * static_cast<std::int64_t>(c10::elementSize(type));
  state.SetBytesProcessed(state.iterations() * (read + values * static_cast<std::int64_t>(sizeof(float))));
}

// Rank-8 adapters of SmolLM2-135M have about half a million numbers, rank-16 ones of an 8B model about 42 million.
BENCHMARK_CAPTURE(materialise, bfloat16, at::kBFloat16)->Args({8, 460'800})->Args({10, 8'000'000});
BENCHMARK_CAPTURE(materialise, float32, at::kFloat)->Args({8, 460'800})->Args({10, 8'000'000});

}  // namespace
