#pragma once

#include <optional>
#include <span>
#include <vector>

#include "io/result.hpp"
#include "io/run_config.hpp"
#include "search/dense_positions.hpp"
#include "search/wave.hpp"
#include "swarm/state.hpp"
#include "task/utility.hpp"

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

/// The rows of the final table – experts, uniform soup, the winner last – on all of dev and test. Empty: interrupted.
/// Collective.
std::optional<std::vector<io::ResultRow>> final_rows(const Evaluator& evaluator, const io::RunConfig& config,
                                                     std::span<const std::string> expert_names, const Winner& winner,
                                                     const Workload& dev, const Workload& test);

/// The utility of a workload that holds the given tasks' examples one after the other.
task::Utility utility_of(const io::RunConfig& config, const Workload& workload);

}  // namespace shoal::search
