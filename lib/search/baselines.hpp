#pragma once

#include <optional>
#include <vector>

#include "io/run_config.hpp"
#include "search/contender.hpp"
#include "search/greedy_soup.hpp"

namespace shoal::search {

/// What baselines work with; references must outlive the contenders too.
struct BaselineSetup {
  const io::RunConfig& config;
  const Evaluator& evaluator;
  const Workload& workload;  ///< the examples that the search has seen
};

/// Scores complete evaluations on the search examples. Collective.
PositionScorer scorer_of(const BaselineSetup& setup);

/// The baselines of the configuration that are models of their own, in its order; not those that vote. Some are
/// searched for. Empty: interrupted. Collective.
std::optional<std::vector<Contender>> baseline_models(const BaselineSetup& setup);

/// Whether the configuration asks for a baseline.
bool has_baseline(const io::RunConfig& config, const std::string& name);

/// Models that the final table scores beside experts, uniform soup and swarm; and evaluations made to find them, at
/// most.
struct BaselineCost {
  std::size_t models = 0;
  std::size_t evaluations = 0;
};
BaselineCost cost_of_baselines(const io::RunConfig& config);

/// Headers of what baselines read. Throws Error{input}.
void check_baselines(const io::RunConfig& config);

}  // namespace shoal::search
