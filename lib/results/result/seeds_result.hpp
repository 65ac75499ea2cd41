#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "results/result/result.hpp"

namespace shoal::results {

/// A mean over searches that differ in their seed alone, and its standard error (n - 1; empty for a single search).
struct SeedMean {
  double mean = 0.0;
  std::optional<double> standard_error;
};

/// One row of the final tables, over all searches.
struct SeedRow {
  std::string name;
  SeedMean dev;
  SeedMean test;
  std::optional<SeedMean> swarm_minus_it;  ///< on the held-out test, search by search; empty for the swarm's own row
};

/// What several searches of one configuration came to.
struct SeedsResult {
  std::string name;
  std::vector<RunResult> runs;     ///< in the order of `seeds`
  SeedRow best;                    ///< the swarms' winners
  std::vector<SeedRow> experts;    ///< rows of one name count as one
  std::vector<SeedRow> baselines;  ///< those that every search has
};

/// Mean and standard error of at least one value.
SeedMean mean_over_seeds(const std::vector<double>& values);

/// Requires at least one run.
SeedsResult summarise(std::string name, std::vector<RunResult> runs);

/// result.json of the folder that the searches' folders lie in.
std::string to_json(const SeedsResult& result);

/// The final table over all searches, for a terminal.
std::string to_table(const SeedsResult& result);

}  // namespace shoal::results
