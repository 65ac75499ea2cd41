#pragma once

#include <optional>
#include <span>
#include <vector>

#include "config/run_config.hpp"
#include "evaluation/dense_positions.hpp"
#include "evaluation/wave.hpp"
#include "inputs/workloads.hpp"
#include "results/result/result.hpp"
#include "swarm/state.hpp"

namespace shoal::search {

/// The position that a search hands out, and who chose it.
struct Winner {
  swarm::Incumbent extreme;
  std::optional<double> validation_utility;
  std::size_t evaluations = 0;      ///< made to choose
  std::vector<float> weights = {};  ///< on every rank, when positions are dense; else empty
};

/// g; or, when examples were kept out for it, the finalist with the highest utility on those. Empty: interrupted.
/// Collective.
std::optional<Winner> choose_winner(const evaluation::Evaluator& evaluator, const swarm::SwarmState& state,
                                    const config::RunConfig& config, const evaluation::Workload& validation,
                                    const evaluation::DensePositions* dense = nullptr);

/// What the final table is made from; references must outlive it.
struct FinalSetup {
  const config::RunConfig& config;
  const evaluation::Evaluator& evaluator;
  std::span<const std::string> expert_names;
  const swarm::SwarmState& state;
  const Winner& winner;
  const inputs::Workloads& workloads;
  const evaluation::DensePositions* dense = nullptr;
};

struct FinalTable {
  std::vector<results::ResultRow> experts;
  std::vector<results::ResultRow> baselines;  ///< the uniform soup first, then those of the configuration
  std::optional<results::ResultRow> ensemble;
  results::ResultRow best;
  std::int64_t evaluations = 0;           ///< models that were scored on dev and on test
  std::int64_t baseline_evaluations = 0;  ///< made on the search examples to find baselines
};

/// Experts, uniform soup, the configuration's baselines, the ensemble of personal bests and the winner on all of dev
/// and test. Empty: interrupted. Collective.
std::optional<FinalTable> final_table(const FinalSetup& setup);

}  // namespace shoal::search
