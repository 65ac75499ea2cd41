#pragma once

#include <optional>
#include <span>
#include <vector>

#include "io/result.hpp"
#include "io/run_config.hpp"
#include "search/dense_positions.hpp"
#include "search/wave.hpp"
#include "search/workloads.hpp"
#include "swarm/state.hpp"

namespace shoal::search {

/// The position that a search hands out, and who chose it.
struct Winner {
  swarm::Extreme extreme;
  std::optional<double> validation_utility;
  std::size_t evaluations = 0;      ///< made to choose
  std::vector<float> weights = {};  ///< on every rank, when positions are dense; else empty
};

/// g; or, when examples were kept out for it, the finalist with the highest utility on those. Empty: interrupted.
/// Collective.
std::optional<Winner> choose_winner(const Evaluator& evaluator, const swarm::SwarmState& state,
                                    const io::RunConfig& config, const Workload& validation,
                                    const DensePositions* dense = nullptr);

/// What the final table is made from; references must outlive it.
struct FinalSetup {
  const io::RunConfig& config;
  const Evaluator& evaluator;
  std::span<const std::string> expert_names;
  const swarm::SwarmState& state;
  const Winner& winner;
  const Workloads& workloads;
  const DensePositions* dense = nullptr;
};

struct FinalTable {
  std::vector<io::ResultRow> experts;
  std::vector<io::ResultRow> baselines;  ///< the uniform soup first, then those of the configuration
  std::optional<io::ResultRow> ensemble;
  io::ResultRow best;
  std::int64_t evaluations = 0;           ///< models that were scored on dev and on test
  std::int64_t baseline_evaluations = 0;  ///< made on the search examples to find baselines
};

/// Experts, uniform soup, the configuration's baselines, the ensemble of personal bests and the winner on all of dev
/// and test. Empty: interrupted. Collective.
std::optional<FinalTable> final_table(const FinalSetup& setup);

}  // namespace shoal::search
