#include "plan/estimate.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/json_text.hpp"
#include "comm/device/device_collectives.hpp"
#include "launch.hpp"
#include "report/html/text.hpp"
#include "verbs.hpp"

namespace shoal::app {
namespace {

constexpr double gib = 1024.0 * 1024.0 * 1024.0;

/// GPU-hours in builds that compute on GPUs, one per rank; else core-hours.
double device_hours(const plan::Estimate& estimate, const plan::ScaleEstimate& scale) {
  const int devices = comm::has_device_collectives() ? 1 : estimate.threads;
  return scale.total_seconds * scale.ranks * devices / 3600.0;
}

const char* device_name() { return comm::has_device_collectives() ? "GPU-hours" : "core-hours"; }

void print(const plan::Estimate& estimate) {
  fmt::print("upper bounds: nothing pruned, no answer ended early, {} iterations\n\n", estimate.iterations);
  fmt::print("{:<18} {:>12} {:>10} {:>15} {:>15} {:>15}\n", "evaluations of", "how many", "examples", "prompt tokens",
             "computed", "output tokens");
  for (const auto& e : estimate.evaluations) {
    fmt::print("{:<18} {:>12} {:>10} {:>15} {:>15} {:>15}\n", e.purpose, e.evaluations, e.examples,
               e.evaluations * e.prompt_tokens, e.evaluations * e.prompt_tokens_computed,
               e.evaluations * e.output_tokens);
  }
  fmt::print("\n{:.0f} prompt tokens per second and thread ({}), {} threads per rank\n", estimate.rate,
             estimate.measured ? "measured here" : "as given", estimate.threads);
  fmt::print("{:>6} {:>14} {:>12} {:>12} {:>12}\n", "ranks", "an iteration", "in all", device_name(), "efficiency");
  for (const auto& scale : estimate.scales) {
    fmt::print("{:>6} {:>14} {:>12} {:>12.2f} {:>10.0f} %\n", scale.ranks, report::duration(scale.iteration_seconds),
               report::duration(scale.total_seconds), device_hours(estimate, scale), 100.0 * scale.efficiency);
  }
  fmt::print("\nmemory per rank {:.2f} GiB, disk {:.3f} GiB\n", estimate.memory_bytes / gib, estimate.disk_bytes / gib);
}

std::string to_json(const plan::Estimate& estimate) {
  using Json = nlohmann::ordered_json;
  Json json{{"iterations", estimate.iterations},
            {"threads_per_rank", estimate.threads},
            {"tokens_per_second_and_thread", estimate.rate},
            {"measured", estimate.measured},
            {"memory_bytes", estimate.memory_bytes},
            {"disk_bytes", estimate.disk_bytes},
            {"evaluations", Json::array()},
            {"ranks", Json::array()}};
  for (const auto& e : estimate.evaluations) {
    json["evaluations"].push_back({{"purpose", e.purpose},
                                   {"evaluations", e.evaluations},
                                   {"examples", e.examples},
                                   {"prompt_tokens", e.prompt_tokens},
                                   {"prompt_tokens_computed", e.prompt_tokens_computed},
                                   {"output_tokens", e.output_tokens}});
  }
  for (const auto& scale : estimate.scales) {
    json["ranks"].push_back(
        {{"ranks", scale.ranks},
         {"iteration_seconds", scale.iteration_seconds},
         {"total_seconds", scale.total_seconds},
         {"efficiency", scale.efficiency},
         {comm::has_device_collectives() ? "gpu_hours" : "core_hours", device_hours(estimate, scale)}});
  }
  return json_text(json, 1) + "\n";
}

}  // namespace

void add_estimate(CLI::App& program, Action& action) {
  auto* verb = program.add_subcommand("estimate", "Evaluations, tokens, time, memory and disk of a search beforehand");
  auto options = std::make_shared<plan::EstimateOptions>();
  auto out = std::make_shared<std::string>();
  verb->add_option("config", options->config, "Configuration file (YAML)")->required();
  verb->add_option("--ranks", options->ranks, "Numbers of ranks to simulate, e.g. 1,8,64")
      ->delimiter(',')
      ->check(CLI::PositiveNumber);
  verb->add_option("--rate", options->rate, "Prompt tokens per second and thread (GPU) instead of measuring here")
      ->check(CLI::PositiveNumber);
  verb->add_option("--threads", options->threads, "Threads per rank")->check(CLI::PositiveNumber);
  verb->add_option("--set", options->overrides, "Override a key, e.g. --set swarm.particles=16")
      ->allow_extra_args(false);
  verb->add_option("--out", *out, "Also write the estimate as JSON to this file");
  verb->callback([=, &action] {
    action = [=](const Process&) {
      return in_one_process("estimate", [&] {
        const plan::Estimate estimate = plan::estimate(*options);
        print(estimate);
        if (!out->empty()) write_atomically(*out, to_json(estimate));
        return 0;
      });
    };
  });
}

}  // namespace shoal::app
