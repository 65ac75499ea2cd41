#pragma once

#include <string>

#include "results/result/run_record.hpp"

namespace shoal::report {

/// HTML: what the winner answers that no starting expert does, where its particle stood at the start, how diverse the
/// swarm stayed, and how optimistic each split is. Empty while there is no result, and for results without an analysis.
std::string analysis_section(const results::RunRecord& run);

}  // namespace shoal::report
