#pragma once

#include <span>

#include "io/result.hpp"
#include "io/run_config.hpp"
#include "search/final_scores.hpp"
#include "search/search_loop.hpp"

namespace shoal::search {

/// What is known about a finished search besides the rows of its table; references must outlive it.
struct FinishedSearch {
  const io::RunConfig& config;
  const SearchOutcome& outcome;
  const Winner& winner;
  std::span<const io::LeakNote> leaks;
  double seconds;  ///< since the program began
  int ranks;
  int threads;  ///< per rank
};

/// result.json but for the peak of memory.
io::RunResult run_result(const FinishedSearch& search, FinalTable table);

}  // namespace shoal::search
