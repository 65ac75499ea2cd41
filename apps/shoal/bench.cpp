#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/json_text.hpp"
#include "inputs/inputs.hpp"
#include "launch.hpp"
#include "model/device.hpp"
#include "model/model_config.hpp"
#include "plan/bench/ceilings.hpp"
#include "plan/bench/checkpoint_speed.hpp"
#include "plan/bench/engine_speed.hpp"
#include "verbs.hpp"

namespace shoal::app {
namespace {

struct Options {
  std::string model;
  std::string folder = ".";
  std::string out;
  int threads = 0;
  double checkpoint_gigabytes = 0.0;  ///< measure nothing but a checkpoint of this size
};

/// One measured number with its unit, and what share of which ceiling it is, if of any.
struct Line {
  std::string name;
  double value;
  std::string unit;
  std::optional<double> share = std::nullopt;
};

/// The linear layers of SmolLM2-135M, for machines without a model at hand.
model::ModelConfig usual_shapes() {
  model::ModelConfig config;
  config.hidden_size = 576;
  config.intermediate_size = 1536;
  config.layers = 30;
  config.heads = 9;
  config.kv_heads = 3;
  config.head_dim = 64;
  return config;
}

std::vector<Line> measure_checkpoint(const Options& options) {
  const auto bytes = static_cast<std::size_t>(options.checkpoint_gigabytes * 1e9);
  const auto speed = plan::measure_dense_checkpoint(options.folder, bytes, 5);
  const double gigabytes = static_cast<double>(speed.bytes) / 1e9;
  return {{fmt::format("write + fsync, {:.1f} GB", gigabytes), gigabytes / speed.raw_seconds, "GB/s"},
          {fmt::format("dense checkpoint, {:.1f} GB", gigabytes), gigabytes / speed.checkpoint_seconds, "GB/s",
           speed.ratio()},
          {"dense checkpoint, seconds", speed.checkpoint_seconds, "s"}};
}

void add_machine(const Options& options, const comm::Communicator& comm, std::vector<Line>& lines) {
  lines.push_back({"memory, read", plan::read_bandwidth(options.threads) / 1e9, "GB/s"});
  const std::size_t file = std::size_t{1} << 28;
  if (comm.rank() == 0) {
    lines.push_back({"write + fsync, 268 MB", plan::write_and_sync_speed(options.folder, file) / 1e9, "GB/s"});
  }
  if (comm.size() == 1) return;
  const std::size_t table = 20 * 200 * 3;  // the scores of 20 particles on 200 examples
  const std::size_t weights = std::size_t{1} << 23;
  lines.push_back({fmt::format("all-reduce of a score table, {} ranks", comm.size()),
                   plan::all_reduce_seconds(comm, table) * 1e6, "µs"});
  lines.push_back({fmt::format("all-reduce of 67 MB, {} ranks", comm.size()),
                   static_cast<double>(weights * sizeof(double)) / 1e9 / plan::all_reduce_seconds(comm, weights),
                   "GB/s"});
}

void add_engine(const Options& options, model::Precision precision, double ceiling, std::vector<Line>& lines) {
  const auto base = model::LanguageModel::load(options.model, precision);
  plan::EngineLoad load;
  load.threads = options.threads;
  const plan::EngineSpeed speed = plan::measure_engine(base, load);
  const std::string name = fmt::format("engine {}, ", inputs::name_of(precision));
  lines.push_back(
      {name + "prompts", speed.prompt_tokens_per_second, "tokens/s", speed.prompt_tokens_per_second / ceiling});
  lines.push_back({name + "decoding, 25 rows", speed.output_tokens_per_second, "tokens/s"});
  lines.push_back({name + "one step, 25 rows", speed.step_seconds * 1e3, "ms"});
}

std::vector<Line> measure(const Options& options, const comm::Communicator& comm) {
  if (options.checkpoint_gigabytes > 0.0) {
    return comm.rank() == 0 ? measure_checkpoint(options) : std::vector<Line>();
  }
  constexpr std::int64_t rows = 2000;
  const auto shapes =
      plan::linear_shapes(options.model.empty() ? usual_shapes() : model::ModelConfig::load(options.model));
  const double flops = plan::flops_per_row(shapes);
  std::vector<Line> lines;
  for (const auto precision : {model::Precision::float32, model::Precision::bfloat16}) {
    const double speed = plan::gemm_rows_per_second(shapes, precision, options.threads, rows);
    const std::string name = fmt::format("GEMM {}, {} rows", inputs::name_of(precision), rows);
    lines.push_back({name, speed * flops / 1e9, "GFLOP/s"});
    lines.push_back({name, speed, "tokens/s"});
    if (!options.model.empty()) add_engine(options, precision, speed, lines);
  }
  add_machine(options, comm, lines);
  return lines;
}

void print(const std::vector<Line>& lines, int threads, int ranks) {
  fmt::print("{} threads per rank, {} ranks; figures of rank 0\n", threads, ranks);
  for (const Line& line : lines) {
    const std::string share = line.share ? fmt::format("  {:.0f} % of the ceiling", 100.0 * *line.share) : "";
    fmt::print("{:<42} {:>10.4g} {}{}\n", line.name, line.value, line.unit, share);
  }
}

std::string to_json(const std::vector<Line>& lines, int threads, int ranks) {
  nlohmann::ordered_json json{{"threads_per_rank", threads}, {"ranks", ranks}, {"figures", nlohmann::json::array()}};
  for (const Line& line : lines) {
    nlohmann::ordered_json entry{{"name", line.name}, {"value", line.value}, {"unit", line.unit}};
    if (line.share) entry["share_of_ceiling"] = *line.share;
    json["figures"].push_back(entry);
  }
  return json_text(json, 1) + "\n";
}

}  // namespace

void add_bench(CLI::App& program, Action& action) {
  auto* verb = program.add_subcommand("bench", "Measure this machine's ceilings and how near the engine comes");
  auto options = std::make_shared<Options>();
  verb->add_option("--model", options->model, "Model folder: its shapes, and the engine's speed with it");
  verb->add_option("--folder", options->folder, "Where to measure writing; default: here")
      ->check(CLI::ExistingDirectory);
  verb->add_option("--out", options->out, "Also write the figures as JSON to this file");
  verb->add_option("--checkpoint", options->checkpoint_gigabytes,
                   "Measure only this: a checkpoint of dense positions of so many GB against plain writing")
      ->check(CLI::PositiveNumber);
  verb->add_option("--threads", options->threads, "Threads per rank; default: all cores")->check(CLI::PositiveNumber);
  verb->callback([options, &action] {
    action = [options](const Process&) {
      return with_communicator([&](const comm::Communicator& comm) {
        if (options->threads == 0) options->threads = inputs::thread_count(std::nullopt, comm.local_size());
        const auto lines = measure(*options, comm);
        if (comm.rank() == 0) {
          print(lines, options->threads, comm.size());
          if (!options->out.empty()) write_atomically(options->out, to_json(lines, options->threads, comm.size()));
        }
        return 0;
      });
    };
  });
}

}  // namespace shoal::app
