#pragma once

#include <string>

#include "results/result/run_record.hpp"

namespace shoal::report {

/// How the swarm stands against another row on the held-out test.
enum class Standing {
  better,  ///< the paired difference exceeds two standard errors
  level,   ///< it does not: the test cannot tell them apart
  worse,   ///< it is below minus two standard errors
  same,    ///< the very same position: nothing to compare
};

Standing standing(const results::RunResult& result, const results::ResultRow& row);

/// A plain-text phrase for a standing, as in "swarm better".
std::string phrase(Standing standing);

/// "uniform_soup" → "uniform soup".
std::string baseline_title(const std::string& name);

/// HTML: what came out in plain words, with the numbers; or that the search has not ended.
std::string verdict_section(const results::RunRecord& run);

}  // namespace shoal::report
