#include <ATen/ops/randn.h>
#include <benchmark/benchmark.h>

#include "model/parameters/adapted_linear.hpp"

namespace {

using namespace shoal::model;

constexpr std::int64_t hidden = 576;        // SmolLM2-135M
constexpr std::int64_t gate_and_up = 3072;  // both in one product
constexpr std::int64_t rank = 8;

void count_operations(benchmark::State& state, std::int64_t rows) {
  state.counters["flop/s"] =
      benchmark::Counter(2.0 * static_cast<double>(state.iterations() * rows * hidden * gate_and_up),
                         benchmark::Counter::kIsRate, benchmark::Counter::kIs1000);
}

/// The widest product of a layer, by rows: how near few rows come to many.
void plain(benchmark::State& state, at::ScalarType type) {
  const Linear linear(at::randn({gate_and_up, hidden}, at::TensorOptions(type)));
  const at::Tensor x = at::randn({state.range(0), hidden}, at::TensorOptions(type));
  for (auto unused : state) benchmark::DoNotOptimize(linear(x));
  count_operations(state, state.range(0));
}

/// The same with the factors of an adapter beside it (gate and up: twice the rank).
void adapted(benchmark::State& state, at::ScalarType type) {
  const at::TensorOptions options(type);
  const AdaptedLinear linear(Linear(at::randn({gate_and_up, hidden}, options)), at::randn({2 * rank, hidden}, options),
                             at::randn({gate_and_up, 2 * rank}, options));
  const at::Tensor x = at::randn({state.range(0), hidden}, options);
  for (auto unused : state) benchmark::DoNotOptimize(linear(x));
  count_operations(state, state.range(0));
}

BENCHMARK_CAPTURE(plain, bfloat16, at::kBFloat16)->Arg(8)->Arg(25)->Arg(256)->Arg(2000);
BENCHMARK_CAPTURE(plain, float32, at::kFloat)->Arg(8)->Arg(25)->Arg(256)->Arg(2000);
BENCHMARK_CAPTURE(adapted, bfloat16, at::kBFloat16)->Arg(8)->Arg(25)->Arg(256);
BENCHMARK_CAPTURE(adapted, float32, at::kFloat)->Arg(8)->Arg(25)->Arg(256);

}  // namespace
