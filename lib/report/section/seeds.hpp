#pragma once

#include <span>
#include <string>

#include "results/result/run_record.hpp"

namespace shoal::report {

/// HTML: rows of the final tables as means over searches that differ in their seed, and the spread of the winners.
/// Empty while none has ended.
std::string seeds_section(std::span<const results::RunRecord> runs);

}  // namespace shoal::report
