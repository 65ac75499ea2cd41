#include <ATen/ops/randn.h>
#include <benchmark/benchmark.h>

#include "model/kernel/attention.hpp"

namespace {

using namespace shoal::model;

constexpr AttentionShape shape{9, 3, 64};  // SmolLM2-135M
constexpr std::int64_t prompts = 25;       // of a block

struct Rows {
  at::Tensor queries;
  at::Tensor keys;
  at::Tensor values;
};

Rows random_rows(std::int64_t rows, std::int64_t cache_rows, at::ScalarType type) {
  const at::TensorOptions options(type);
  return {at::randn({rows, shape.heads * shape.head_dim}, options),
          at::randn({cache_rows, shape.kv_heads * shape.head_dim}, options),
          at::randn({cache_rows, shape.kv_heads * shape.head_dim}, options)};
}

/// One layer's attention while a block's prompts of `tokens` tokens are read.
void prefill(benchmark::State& state, at::ScalarType type) {
  const auto tokens = state.range(0);
  const Rows rows = random_rows(prompts * tokens, prompts * tokens, type);
  std::vector<AttentionSegment> segments;
  for (std::int64_t p = 0; p < prompts; ++p) segments.push_back({p * tokens, tokens, {{p * tokens, tokens}}});
  for (auto unused : state) benchmark::DoNotOptimize(attend(shape, segments, rows.queries, rows.keys, rows.values));
  state.SetItemsProcessed(state.iterations() * prompts * tokens);
}

/// One layer's attention in a step of decoding: one query per prompt over `tokens` keys.
void decode(benchmark::State& state, at::ScalarType type) {
  const auto tokens = state.range(0);
  const Rows rows = random_rows(prompts, prompts * tokens, type);
  std::vector<AttentionSegment> segments;
  for (std::int64_t p = 0; p < prompts; ++p) segments.push_back({p, 1, {{p * tokens, tokens}}, true});
  for (auto unused : state) benchmark::DoNotOptimize(attend(shape, segments, rows.queries, rows.keys, rows.values));
  state.SetItemsProcessed(state.iterations() * prompts);
}

BENCHMARK_CAPTURE(prefill, bfloat16, at::kBFloat16)->Arg(30)->Arg(120)->Arg(500);
BENCHMARK_CAPTURE(prefill, float32, at::kFloat)->Arg(30)->Arg(120)->Arg(500);
BENCHMARK_CAPTURE(decode, bfloat16, at::kBFloat16)->Arg(120)->Arg(500);
BENCHMARK_CAPTURE(decode, float32, at::kFloat)->Arg(120)->Arg(500);

}  // namespace
