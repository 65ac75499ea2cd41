#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "baselines/contender.hpp"
#include "baselines/position_scorer.hpp"
#include "config/run_config.hpp"

namespace shoal::baselines {

/// What baselines work with; references must outlive the contenders too.
struct BaselineSetup {
  const config::RunConfig& config;
  const evaluation::Evaluator& evaluator;
  const evaluation::Workload& workload;    ///< the examples that the search has seen
  const evaluation::Workload& validation;  ///< those that chose its winner; may be none
  std::int64_t evaluations;                ///< that the search has made: what other searches may make too
  std::filesystem::path journals;          ///< folder in which interrupted searches find what they have scored
};

/// The baselines that are coefficients found by looking at the search examples.
bool is_search(const std::string& name);

/// Finds those coefficients. Empty: interrupted. Collective.
std::optional<FoundPosition> search_for(const BaselineSetup& setup, const std::string& name);

/// Evaluations that such a search makes beside a swarm of this configuration, at most; 0 for all other baselines.
std::int64_t most_evaluations(const config::RunConfig& config, const std::string& name);

/// The baselines of the configuration that are models of their own, in its order; not those that vote. Some are
/// searched for. Empty: interrupted. Collective.
std::optional<std::vector<Contender>> baseline_models(const BaselineSetup& setup);

/// Whether the configuration asks for a baseline.
bool has_baseline(const config::RunConfig& config, const std::string& name);

/// What baselines cost, in evaluations.
struct BaselineCost {
  /// Of their rows in the final table: as many as there are experts where all of them read every prompt, twice that
  /// where their perplexity is asked for first. In a token swarm every evaluation is read by all.
  std::size_t rows = 0;
  std::size_t voters = 0;       ///< of the ensemble, at most
  std::size_t evaluations = 0;  ///< to find what is in the rows, at most
};
BaselineCost cost_of_baselines(const config::RunConfig& config);

}  // namespace shoal::baselines
