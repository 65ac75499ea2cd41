#pragma once

#include <string>

#include "io/report_record.hpp"

namespace shoal::io::report {

/// HTML: what the winner answers that no starting expert does, where its particle stood at the start, how diverse the
/// swarm stayed, and how optimistic each split is. Empty while there is no result, and for results without an analysis.
std::string analysis_section(const RunRecord& run);

}  // namespace shoal::io::report
