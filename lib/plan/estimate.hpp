#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/run_config.hpp"

namespace shoal::plan {

struct EstimateOptions {
  std::filesystem::path config;
  std::vector<std::string> overrides;
  std::vector<int> ranks{1};
  std::optional<int> threads;  ///< per rank; default: the configuration's, else this machine's processors
  /// Prompt tokens per second and thread (or GPU), answers included. Empty: measured here on a few blocks.
  std::optional<double> rate;
};

/// What kind of evaluation, how many of them, and what each has to compute.
struct EvaluationCount {
  std::string purpose;
  std::int64_t evaluations = 0;
  std::int64_t examples = 0;
  std::int64_t prompt_tokens = 0;
  std::int64_t prompt_tokens_computed = 0;  ///< prefixes that prompts of a block share counted once
  std::int64_t output_tokens = 0;           ///< at most
};

/// One number of ranks, simulated.
struct ScaleEstimate {
  int ranks = 1;
  double iteration_seconds = 0.0;  ///< mean over the iterations
  double total_seconds = 0.0;
  double efficiency = 1.0;  ///< of the iterations, against one rank
};

struct Estimate {
  int threads = 1;
  int iterations = 0;  ///< iteration 0 included
  std::vector<EvaluationCount> evaluations;
  std::vector<ScaleEstimate> scales;
  double rate = 0.0;  ///< prompt tokens per second and thread, means over the tasks
  bool measured = false;
  double memory_bytes = 0.0;  ///< per rank
  double disk_bytes = 0.0;
};

/// What a search (or one for each of several seeds) will cost if it runs to max_iteration and nothing is pruned: an
/// upper bound. The time of a block is that of a block of its task measured here (uniform soup, all threads busy) times
/// its share of prompt tokens; iterations are simulated task by task, in the configuration's schedule. Throws like the
/// checks of a run.
Estimate estimate(const EstimateOptions& options);

}  // namespace shoal::plan
