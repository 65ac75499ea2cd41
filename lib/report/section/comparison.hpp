#pragma once

#include <span>
#include <string>

#include "results/result/run_record.hpp"

namespace shoal::report {

/// HTML: a table with a row per run, and the curves of their global bests in one plot.
std::string comparison_sections(std::span<const results::RunRecord> runs);

}  // namespace shoal::report
