#pragma once

#include <string>

#include "results/result/run_record.hpp"

namespace shoal::report {

/// HTML: what a careful reader must know: standard errors, choice of the winner, optimism of dev, number of searches,
/// leaks, unreadable answers, values that were not finite, gaps in the files.
std::string notes_section(const results::RunRecord& run);

}  // namespace shoal::report
