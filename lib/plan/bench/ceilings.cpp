#include "plan/bench/ceilings.hpp"

#include <ATen/ops/ones.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <barrier>
#include <functional>
#include <limits>
#include <numeric>
#include <thread>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "model/model_config.hpp"
#include "model/parameters/linear.hpp"
#include "model/threads.hpp"

namespace shoal::plan {
namespace {

constexpr int repetitions = 5;

/// Wall seconds of `work` done by each of `threads` threads at once, the best of several repetitions. `prepare` runs
/// once on each thread and returns the work.
double best_seconds(int threads, const std::function<std::function<void()>()>& prepare) {
  double best = std::numeric_limits<double>::infinity();
  Stopwatch watch;
  int phase = 0;
  const auto between = [&]() noexcept {
    if (phase++ > 0) best = std::min(best, watch.seconds());
    watch = Stopwatch();
  };
  std::barrier barrier(threads, between);
  std::vector<std::jthread> workers;
  for (int t = 0; t < threads; ++t) {
    workers.emplace_back([&] {
      model::use_one_kernel_thread();
      const c10::InferenceMode inference;
      const auto work = prepare();
      work();  // once to warm up
      barrier.arrive_and_wait();
      for (int i = 0; i < repetitions; ++i) {
        work();
        barrier.arrive_and_wait();
      }
    });
  }
  workers.clear();  // joins
  return best;
}

}  // namespace

std::vector<LinearShape> linear_shapes(const model::ModelConfig& config) {
  const LinearShape layer[] = {{config.hidden_size, config.query_size() + 2 * config.kv_size()},
                               {config.query_size(), config.hidden_size},
                               {config.hidden_size, 2 * config.intermediate_size},
                               {config.intermediate_size, config.hidden_size}};
  std::vector<LinearShape> shapes;
  for (std::int64_t i = 0; i < config.layers; ++i) shapes.insert(shapes.end(), std::begin(layer), std::end(layer));
  return shapes;
}

double flops_per_row(const std::vector<LinearShape>& shapes) {
  double sum = 0.0;
  for (const auto& [in, out] : shapes) sum += 2.0 * static_cast<double>(in) * static_cast<double>(out);
  return sum;
}

double gemm_rows_per_second(const std::vector<LinearShape>& shapes, model::Precision precision, int threads,
                            std::int64_t rows) {
  const auto type = precision == model::Precision::float32 ? at::kFloat : at::kBFloat16;
  const double seconds = best_seconds(threads, [&]() -> std::function<void()> {
    std::vector<model::Linear> layers;
    std::vector<at::Tensor> inputs;
    for (const auto& [in, out] : shapes) {
      layers.emplace_back(at::ones({out, in}, type));
      inputs.push_back(at::ones({rows, in}, type));
    }
    return [layers, inputs] {
      for (std::size_t i = 0; i < layers.size(); ++i) layers[i](inputs[i]);
    };
  });
  return static_cast<double>(threads) * static_cast<double>(rows) / seconds;
}

double read_bandwidth(int threads) {
  constexpr std::size_t bytes = std::size_t{1} << 28;  // far beyond any cache
  const double seconds = best_seconds(threads, []() -> std::function<void()> {
    return [numbers = std::vector<std::uint64_t>(bytes / sizeof(std::uint64_t), 1)] {
      volatile std::uint64_t sum = std::accumulate(numbers.begin(), numbers.end(), std::uint64_t{0});
      static_cast<void>(sum);
    };
  });
  return static_cast<double>(threads) * static_cast<double>(bytes) / seconds;
}

double write_and_sync_seconds(const std::filesystem::path& folder, const std::string& content) {
  const std::filesystem::path path = folder / ".shoal-bench";
  const Stopwatch watch;
  append(path, content);  // plainly: one write, one sync
  sync_file(path);
  const double seconds = watch.seconds();
  std::filesystem::remove(path);
  return seconds;
}

double write_and_sync_speed(const std::filesystem::path& folder, std::size_t bytes) {
  const std::string content(bytes, '\x5a');
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 3; ++i) best = std::min(best, write_and_sync_seconds(folder, content));
  return static_cast<double>(bytes) / best;
}

double all_reduce_seconds(const comm::Communicator& comm, std::size_t count) {
  std::vector<double> values(count, 1.0);
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i < repetitions; ++i) {
    comm.barrier();
    const Stopwatch watch;
    comm.all_reduce(Buffer::of(std::span(values)), comm::ReduceOp::sum);
    best = std::min(best, watch.seconds());
  }
  return best;
}

}  // namespace shoal::plan
