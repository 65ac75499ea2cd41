#pragma once

#include <string>

#include "results/result/run_record.hpp"

namespace shoal::report {

/// HTML: experts, baselines and the swarm on dev and held-out test with standard errors, bars, and the paired
/// difference to the swarm; behind it every task on both splits. Empty while there is no result.
std::string results_section(const results::RunRecord& run);

}  // namespace shoal::report
