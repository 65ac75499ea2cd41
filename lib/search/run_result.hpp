#pragma once

#include <span>

#include "config/run_config.hpp"
#include "results/result/result.hpp"
#include "search/final_scores.hpp"
#include "search/search_loop.hpp"

namespace shoal::search {

/// What is known about a finished search besides the rows of its table; references must outlive it.
struct FinishedSearch {
  const config::RunConfig& config;
  const SearchOutcome& outcome;
  const Winner& winner;
  std::span<const results::LeakNote> leaks;
  double seconds;  ///< since the program began
  int ranks;
  int threads;  ///< per rank
};

/// result.json but for the peak of memory.
results::RunResult run_result(const FinishedSearch& search, FinalTable table);

}  // namespace shoal::search
